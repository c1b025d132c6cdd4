"""Keys for things that the source names in its own words."""

from __future__ import annotations

import re
from collections.abc import Hashable

_WORDS = {"+": " plus ", "&": " and ", "%": " percent "}
_LONGEST = 90


def key_of(name: str) -> str:
    """The name as a key: letters, digits, underscores, first a letter. `24/7 help` -> `n24_7_help`.

    Case is kept, because sources tell `Foo` from `foo`.
    """
    for sign, word in _WORDS.items():
        name = name.replace(sign, word)
    key = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:_LONGEST]
    return key if key[:1].isalpha() else f"n{key}"


class Keys:
    """Gives each name one key, the same at every mention, and no two names the same key."""

    def __init__(self) -> None:
        self._by_name: dict[Hashable, str] = {}
        self._taken: set[str] = set()

    def key(self, name: str, *, kind: str = "") -> str:
        """The key of a name within a kind (a feature and a limit may share a name)."""
        known = self._by_name.get((kind, name))
        if known is not None:
            return known
        wanted = key_of(name)
        key, count = wanted, 1
        while key in self._taken:
            count += 1
            key = f"{wanted}_{count}"
        self._taken.add(key)
        self._by_name[kind, name] = key
        return key
