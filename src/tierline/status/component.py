"""A component: a part of what we run, as the status page names it, and how it can be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tierline.status.scope import Scope


class Condition(StrEnum):
    """How a component is: the five words that readers of status pages know, the best first."""

    operational = auto()
    under_maintenance = auto()
    degraded_performance = auto()
    partial_outage = auto()
    major_outage = auto()

    @property
    def weight(self) -> int:
        """0 for the best; of two at the same time the heavier one is told."""
        return _ORDER.index(self)


_ORDER = tuple(Condition)


def worst(conditions: Iterable[Condition]) -> Condition:
    """The heaviest of these; operational where there are none."""
    return max(conditions, key=lambda each: each.weight, default=Condition.operational)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """`place` orders the page. Uptime is counted from `watched_from` until `retired_at`."""

    id: str
    name: str
    about: str
    place: int
    scope: Scope
    watched_from: datetime
    retired_at: datetime | None = None
