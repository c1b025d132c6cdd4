"""Whatever is written, its HTML holds no element but those of Markdown, and runs nothing."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.web.markdown import markdown

ALLOWED = {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "s", "code", "pre"),
    *("blockquote", "a", "hr", "br", "table", "thead", "tbody", "tr", "th", "td"),
}
PIECES = st.sampled_from(
    [
        *("<script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![i](http://x)"),
        *("# ", "- ", "1. ", "```js\n", "|a|b|\n|-|:-:|\n", "[x]: data:text/html,<b>\n", "[x]"),
        *("**", "`", "\n\n", "> ", "&lt;", "<a href='x' style='y'>", "</article>", "é", '"'),
    ]
)


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12))
def test_no_text_becomes_an_element_of_its_own(pieces: list[str]) -> None:
    elements = Elements()
    elements.feed(str(markdown("".join(pieces))))
    for tag, attributes in elements.found:
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "start", "rel"}
        address = (attributes.get("href") or "").strip().lower()
        assert not address.startswith(("javascript:", "data:", "vbscript:", "file:"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Top", "<h2>Top</h2>\n"),
        ("**b** `c`", "<p><strong>b</strong> <code>c</code></p>\n"),
        ("[x](/a)", '<p><a href="/a" rel="nofollow noopener noreferrer">x</a></p>\n'),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
    ],
)
def test_markdown_is_read(text: str, html: str) -> None:
    assert markdown(text) == html
