"""How often somebody is helped with what their plan does not include, where and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tierline.kernel.errors import Invalid
from tierline.scorecards.experience import Share

BY = ("tier", "account", "topic")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanException:
    """One exception: on which case, what it was about, who helped, and why."""

    case: str
    number: int
    subject: str
    account: str
    tier: str
    topic: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionsOf:
    """Exceptions of a tier, an account or a topic. `helped` are the cases that have one, of all
    cases of it; None where those are not counted."""

    group: str
    exceptions: int
    cases: int
    helped: Share | None


def by_group(
    found: Sequence[PlanException], by: str, raised: Mapping[str, int]
) -> tuple[ExceptionsOf, ...]:
    """The groups with the most exceptions first. `raised` is how many cases each has; of topics
    that is not known. Raises Invalid for a word that is none of BY."""
    if by not in BY:
        raise Invalid(f"'{by}' is none of: {', '.join(BY)}.", code="unknown_dimension")
    groups: dict[str, list[PlanException]] = {}
    for each in found:
        groups.setdefault(getattr(each, by), []).append(each)
    rows = [_group(name, of_one, raised.get(name)) for name, of_one in groups.items()]
    return tuple(sorted(rows, key=lambda row: (-row.exceptions, row.group)))


def _group(name: str, found: Sequence[PlanException], raised: int | None) -> ExceptionsOf:
    cases = len({each.case for each in found})
    return ExceptionsOf(
        group=name,
        exceptions=len(found),
        cases=cases,
        helped=None if raised is None else Share(cases, raised),
    )
