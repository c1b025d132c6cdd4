"""Markdown as safe HTML: what people write is text, and never an element of their own.

The reader knows no HTML (it is shown as it was typed), no images, and no addresses that run
something; every attribute but an address is dropped.
"""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

_KEPT = frozenset({"href", "start"})
_DEEPEST = 6


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("js-default", {"html": False, "linkify": False}).disable("image")


def markdown(text: str) -> Markup:
    """The text as HTML. Its largest heading stands one below that of the page."""
    reader = _reader()
    tokens = reader.parse(text)
    for token in [*tokens, *(inner for each in tokens for inner in each.children or ())]:
        token.attrs = {name: value for name, value in token.attrs.items() if name in _KEPT}
        if token.tag in ("h1", "h2", "h3", "h4", "h5"):
            token.tag = f"h{min(int(token.tag[1]) + 1, _DEEPEST)}"
        if token.type == "link_open":
            token.attrs["rel"] = "nofollow noopener noreferrer"
        if token.type == "fence":
            token.info = ""
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - the reader escapes
