"""What becomes true of a case's milestones by time alone, and when: warnings, and breaches.

Each has its instant from the facts, so it is the same whenever somebody looks (DESIGN.md, law 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.milestones.fold import milestones_of, reached_at
from tierline.milestones.table import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from tierline.cases.history import CaseHistory
    from tierline.catalog.statement import MilestoneKind
    from tierline.milestones.fold import Milestone
    from tierline.milestones.terms import Terms

BREACH = "breach"
SignalKey = tuple[str, int, str]
"""The kind of milestone, its cycle, and what became true: by these a signal is told once."""


@dataclass(frozen=True, slots=True)
class Signal:
    """`what` is the share of the target that was reached (`50`, in percent), or `breach`; `at` is
    the instant at which it became, or will become, true (microseconds)."""

    kind: MilestoneKind
    cycle: int
    what: str
    at: int
    promise_id: str
    is_running: bool
    """Whether the milestone is still open: nobody is warned of one that has ended."""

    @property
    def key(self) -> SignalKey:
        """By which it is told once."""
        return self.kind.value, self.cycle, self.what


def signals_of(history: CaseHistory, terms: Terms, as_of: datetime) -> list[Signal]:
    """Every signal of a case until `as_of`, and those that will follow if nothing else happens, in
    the order of their instants."""
    return signals_among(milestones_of(history, terms, as_of), history, terms)


def signals_among(
    milestones: Iterable[Milestone], history: CaseHistory, terms: Terms
) -> list[Signal]:
    """The same from the milestones of the case, where they are known."""
    zoned = terms.in_zone(history.customer_time_zone)
    signals = [signal for milestone in milestones for signal in _of(milestone, zoned)]
    return sorted(signals, key=lambda signal: (signal.at, signal.key))


def next_after(signals: Sequence[Signal], now: int) -> int | None:
    """The instant of the first signal after `now`; None where none is to come."""
    return next((signal.at for signal in signals if signal.at > now), None)


def _of(milestone: Milestone, terms: Terms) -> Iterator[Signal]:
    target = terms.target(milestone.tier, milestone.severity, milestone.kind)
    percents = target.warn_at_percent if target else ()
    is_running = milestone.stopped == NEVER
    for percent in (*percents, None):
        share = milestone.allowance + 1 if percent is None else milestone.allowance * percent / 100
        at = reached_at(milestone, int(share), terms)
        if at != NEVER:
            what = BREACH if percent is None else f"{percent:f}"
            yield Signal(
                milestone.kind, milestone.cycle, what, at, milestone.promise_id, is_running
            )
