"""Files that are the same bytes whenever they are made, kept for the next reader."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import TypeVar

KeyT = TypeVar("KeyT")
MOST_FILES = 48


def kept(files: MutableMapping[KeyT, bytes], key: KeyT, make: Callable[[], bytes]) -> bytes:
    """The file of a key, made where it is not kept. All are let go where there are too many, which
    takes nothing from whoever reads one at that moment."""
    content = files.get(key)
    if content is None:
        content = make()
        if len(files) >= MOST_FILES:
            files.clear()
        files[key] = content
    return content
