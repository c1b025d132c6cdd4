"""Stretches of time in which one thing holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

Found = TypeVar("Found")


def stretches(
    edges: Iterable[datetime], start: datetime, end: datetime, look: Callable[[datetime], Found]
) -> Iterator[tuple[datetime, datetime, Found]]:
    """What holds from `start` until `end`, stretch by stretch. Between two edges nothing changes,
    so one look at each is exact; neighbours in which the same holds are one."""
    inside = sorted({edge.astimezone(UTC) for edge in {start, *edges} if start <= edge < end})
    since, holds = start, look(start)
    for edge in inside[1:]:
        found = look(edge)
        if found != holds:
            yield since, edge, holds
            since, holds = edge, found
    if start < end:
        yield since, end, holds
