"""HTML as the text that a person saw, with quotations marked as in plain mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

_DEPTH = 2_000
"""The parser's time grows with the square of the depth; browsers stop at 512."""
NODES = 40_000
"""So many elements and texts are read, in half a second; a long newsletter has 5,000."""
_LINK_CHARACTERS = 300


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNSEEN = _names(
    "script style head title template noscript object embed iframe svg math audio video canvas map"
    " select textarea datalist noframes"
)
_BLOCKS = _names(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary"
    " table tbody tfoot thead tr ul"
)
_SPACED = _names("p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre")
_MAY_STAY_OPEN = _names(
    "p li td th tr dt dd option optgroup thead tbody tfoot colgroup br img hr meta link input area"
    " base col embed source track wbr html body head"
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,20})")
_ANY_TAG = re.compile(r"<[^<>]*>")
_UNSEEN_TEXT = re.compile(r"<(script|style|title)\b[^<>]*>[^<]*", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?![.\d])"
    r"|max-height\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_SIZELESS = re.compile(r"font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
"""Hides the text that stands directly in it; newsletters set it around elements with a size."""
_QUOTES = re.compile(r"quote|cite", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_BARE_LINK = re.compile(r"^(?:mailto:|https?://)|/$")


def text_of_html(page: str, nodes: int = NODES) -> tuple[str, int]:
    """What a page says, and how many elements and texts were read of the `nodes` that may be: where
    it is all of them, there was more. What is hidden on it (scripts, `display: none`,
    no height) is not said; links keep their addresses."""
    if _is_too_deep(page):
        return _tags_removed(page), 0
    root = LexborHTMLParser(page).root
    if root is None:
        return "", 0
    writing = _Writing()
    count = _write(root, writing, nodes)
    return writing.text(), count


@dataclass(slots=True)
class _Writing:
    """Lines as they come to be. `quoted` counts the open quotations, `is_kept` the open `pre`."""

    lines: list[str] = field(default_factory=lambda: [""])
    quoted: int = 0
    kept: int = 0

    def say(self, text: str) -> None:
        if self.kept:
            first, *rest = text.split("\n")
            self.lines[-1] += first
            for line in rest:
                self.lines.append(self._margin() + line)
            return
        words = _BLANKS.sub(" ", text)
        line = self.lines[-1]
        if words.startswith(" ") and (not line.strip("> ") or line.endswith(" ")):
            words = words[1:]
        if words:
            self.lines[-1] = (line or self._margin()) + words

    def end_line(self) -> None:
        if self.lines[-1].strip("> "):
            self.lines.append("")

    def leave_line(self) -> None:
        """An empty line, unless there is one."""
        self.end_line()
        if len(self.lines) > 1 and self.lines[-2].strip("> "):
            self.lines[-1] = self._margin().rstrip()
            self.lines.append("")

    def break_line(self) -> None:
        self.lines.append("")

    def text(self) -> str:
        joined = "\n".join(line.rstrip() for line in self.lines).replace("\xa0", " ")
        return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")

    def _margin(self) -> str:
        return "> " * min(self.quoted, 5)


def _write(root: LexborNode, writing: _Writing, nodes: int) -> int:
    """Write so many nodes of the tree, and say how many there were; without recursion, because it
    may be deeper than Python calls."""
    node: LexborNode | None = root
    closing: list[tuple[LexborNode, str]] = []
    last, count = root.mem_id, 0
    while node is not None and count < nodes:
        count += 1
        below = _open(node, writing, closing)
        if below is not None:
            node = below
            continue
        while node is not None:
            if closing and closing[-1][0].mem_id == node.mem_id:
                _close(*closing.pop(), writing)
            if node.mem_id == last:
                return count
            following = node.next
            if following is not None:
                node = following
                break
            node = node.parent
    return count


def _open(
    node: LexborNode, writing: _Writing, closing: list[tuple[LexborNode, str]]
) -> LexborNode | None:
    """Write what a node begins with; its first child where there is more in it."""
    if node.is_text_node:
        writing.say(node.text_content or "")
        return None
    tag = node.tag or ""
    if node.is_comment_node or tag in _UNSEEN or _is_hidden(node):
        return None
    if tag == "br":
        writing.break_line()
    elif tag == "img":
        _write_image(node, writing)
    elif tag in ("td", "th") and writing.lines[-1].strip("> "):
        writing.say("  " if writing.kept else " ")
    if tag in _SPACED:
        writing.leave_line()
    elif tag in _BLOCKS:
        writing.end_line()
    if node.first_child is None:
        return None
    if tag == "li":
        writing.say("- ")
    if _is_quote(node, tag):
        writing.quoted += 1
    if tag == "pre":
        writing.kept += 1
    closing.append((node, tag))
    return node.first_child


def _close(node: LexborNode, tag: str, writing: _Writing) -> None:
    if tag == "a":
        _write_link(node, writing)
    if tag in _SPACED:
        writing.leave_line()
    elif tag in _BLOCKS:
        writing.end_line()
    if _is_quote(node, tag):
        writing.quoted -= 1
    if tag == "pre":
        writing.kept -= 1


def _write_image(node: LexborNode, writing: _Writing) -> None:
    words = " ".join((node.attributes.get("alt") or "").split())[:100]
    if words:
        writing.say(f"[{words}]")


def _write_link(node: LexborNode, writing: _Writing) -> None:
    """The address of a link behind its words, where they do not say it already."""
    address = (node.attributes.get("href") or "").strip()
    if not address.lower().startswith(("http://", "https://", "mailto:")):
        return
    bare = _BARE_LINK.sub("", address)
    if bare and bare not in writing.lines[-1] and len(address) <= _LINK_CHARACTERS:
        writing.say(f" <{''.join(address.split())}>")


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    style = (attributes.get("style") or "")[:2_000]
    if "hidden" in attributes or _HIDDEN.search(style):
        return True
    first = node.first_child
    is_bare = first is not None and first.is_text_node and first.next is None
    return is_bare and bool(_SIZELESS.search(style))


def _is_quote(node: LexborNode, tag: str) -> bool:
    """A quotation of another mail; writers also use the element to indent."""
    if tag != "blockquote":
        return False
    attributes = node.attributes
    return any(_QUOTES.search(attributes.get(name) or "") for name in ("type", "class", "cite"))


def _is_too_deep(page: str) -> bool:
    return any(depth > _DEPTH for depth in _depths(page))


def _depths(page: str) -> Iterator[int]:
    depth = 0
    for match in _TAG.finditer(page):
        if match[2].lower() not in _MAY_STAY_OPEN:
            depth = max(0, depth - 1) if match[1] else depth + 1
            yield depth


def _tags_removed(page: str) -> str:
    """The text between the tags, for a page that is no page."""
    return unescape(_ANY_TAG.sub("\n", _UNSEEN_TEXT.sub("\n", page)))
