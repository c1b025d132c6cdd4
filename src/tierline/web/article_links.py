"""Articles that a text names (KB-112), as links to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tierline.store.records import Reads

_NAME = re.compile(r"\bKB-([1-9]\d{0,8})\b")


def article_links(reads: Reads, texts: Iterable[str]) -> Callable[[str], Markup]:
    """What shows a text with its articles as links, for who reads every article; a name of nothing
    stays text."""
    numbers = {int(number) for text in texts for number in _NAME.findall(text)}
    ids = reads.articles.ids_of(sorted(numbers)) if numbers else {}

    def linked(text: str) -> Markup:
        parts, start = [], 0
        for found in _NAME.finditer(text):
            article = ids.get(int(found[1]))
            if article is not None:
                link = Markup('<a href="/articles/{}">{}</a>').format(article, found[0])
                parts += [escape(text[start : found.start()]), link]
                start = found.end()
        return Markup("").join([*parts, escape(text[start:])])

    return linked
