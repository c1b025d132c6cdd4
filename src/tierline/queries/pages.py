"""Cursor pages: the next page begins after the last row of this one, whatever was added since."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from tierline.kernel.errors import Invalid

PAGE_LIMIT_ROWS = 200
PAGE_ROWS = 50
_CURSOR_LIMIT_CHARACTERS = 2_000
RowT = TypeVar("RowT")


class OfAccount(Protocol):
    """A row of one account."""

    @property
    def account(self) -> str: ...


OfAccountT = TypeVar("OfAccountT", bound=OfAccount)


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """Some rows, and the cursor of the page that follows; None on the last one."""

    items: tuple[RowT, ...]
    next: str | None


def page_of(rows: Sequence[RowT], limit: int, key: Callable[[RowT], tuple[str, ...]]) -> Page[RowT]:
    """A page from `limit + 1` rows that were read; `key` is what they are ordered by."""
    shown = tuple(rows[:limit])
    is_last = len(rows) <= limit
    return Page(shown, None if is_last or not shown else cursor_of(key(shown[-1])))


def page_by_account(
    rows: Iterable[OfAccountT], *, after: str | None, limit: int
) -> Page[OfAccountT]:
    """A page of rows that are all at hand, one of each account, in the order of their accounts."""
    last = "" if after is None else key_of(after, 1)[0]
    rest = [each for each in rows if each.account > last]
    return page_of(rest[: limit + 1], limit, lambda each: (each.account,))


def cursor_of(key: tuple[str, ...]) -> str:
    """The key of a row as one word that is safe in an address."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def key_of(cursor: str, parts: int) -> tuple[str, ...]:
    """The key that a cursor was made of. Raises Invalid for one that we never made."""
    try:
        if len(cursor) > _CURSOR_LIMIT_CHARACTERS:
            raise ValueError("too long")  # noqa: TRY301 - told like every other odd cursor
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(key, list) or [type(part) for part in key] != [str] * parts:
            raise ValueError("another shape")  # noqa: TRY301 - as above
    except (ValueError, binascii.Error, RecursionError):
        raise Invalid(
            "This is not a cursor. Use the 'next' of the page before, unchanged.", code="bad_cursor"
        ) from None
    return tuple(key)
