"""How long one waits after tries that failed: a guess costs more the more there were.

Counted by the address that was typed and by where the tries came from, whether or not there is such
a user, so that waiting tells nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=30)
LONGEST_WAIT = timedelta(minutes=15)
_FIRST_WAIT = timedelta(seconds=1)
_MOST_DOUBLINGS = 12


@dataclass(frozen=True, slots=True)
class Tries:
    """Tries within the window that did not end well (yet), and the last of them."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """One way of counting tries: under `key`, of which so many are `free`."""

    key: str
    free: int


def counted(what: str, who: str, address: str) -> tuple[Counted, ...]:
    """The ways in which a try at something (`sign in`) is counted. Somebody who fails often from
    one place waits soon; a person is hardly ever locked out by what others try elsewhere."""
    return (
        Counted(_key(what, who, address), free=5),
        Counted(_key(what, who, ""), free=30),
        Counted(_key(what, "", address), free=100),
    )


def waits_until(
    ways: tuple[Counted, ...], tries: Mapping[str, Tries], now: datetime
) -> datetime | None:
    """When the next try may come; None for at once."""
    ends = [
        found.last_at + _wait(found.count - way.free)
        for way in ways
        if (found := tries.get(way.key)) is not None and found.count >= way.free
    ]
    latest = max(ends, default=now)
    return min(latest, now + LONGEST_WAIT) if latest > now else None


def _wait(beyond: int) -> timedelta:
    doubled: int = 1 << min(beyond, _MOST_DOUBLINGS)
    return min(_FIRST_WAIT * doubled, LONGEST_WAIT)


def _key(what: str, who: str, address: str) -> str:
    """A digest, as people type passwords into the field of the address."""
    stated = f"{what}\n{who}\n{address}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(stated).hexdigest()
