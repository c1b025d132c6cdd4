"""Both faces of the rule side by side: cases folded one by one, and replayed as columns.

They must agree on every milestone of every case (DESIGN.md, law 1). What a live desk has kept and
told is held against the same replay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.cases.log import CaseLog
from tierline.kernel.instants import to_micros
from tierline.milestones.columns import judge
from tierline.milestones.fold import Milestone, milestones_of, reached_at
from tierline.milestones.table import KINDS, NEVER, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.history import CaseHistory
    from tierline.milestones.table import MilestoneTable
    from tierline.milestones.terms import Terms

FIELDS = (
    "tier", "severity", "started", "stopped", "used", "allowance", "due", "breached", "verdict"
)  # fmt: skip
"""What is compared of each milestone, and with it whether it is there at all."""
TOLD = "told"
"""The instant of a breach, as it was told."""
MilestoneKey = tuple[str, str, int]
"""The id of a case, the kind of a milestone, and its cycle."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One field of one milestone: what the fold of the single case says (or what was told), and
    what the replay says. Instants and lengths in microseconds; None where there is nothing."""

    case: str
    milestone: str
    cycle: int
    field: str
    live: str | int | None
    replayed: str | int | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was compared: milestones, and breaches that were told."""

    milestones: int
    breaches: int
    disagreements: tuple[Disagreement, ...]


def compared(
    histories: Sequence[CaseHistory],
    terms: Terms,
    told: Mapping[MilestoneKey, int],
    as_of: datetime,
) -> Agreement:
    """Cases that are held to these terms, compared as they stand at `as_of`, which lies behind all
    of their facts. `told` are the breaches that were told, each with its instant."""
    live = dict(_folded(histories, terms, as_of))
    replayed = dict(_replayed(judge(CaseLog.of(histories, as_of), terms), histories))
    found = [
        Disagreement(*key, name, _field(live, key, name), _field(replayed, key, name))
        for key in sorted(live.keys() | replayed.keys())
        for name in FIELDS
        if _field(live, key, name) != _field(replayed, key, name)
    ]
    breached = {key: int(each["breached"]) for key, each in replayed.items()
                if NEVER < int(each["breached"]) <= to_micros(as_of)}  # fmt: skip
    found += [
        Disagreement(*key, TOLD, told.get(key), breached.get(key))
        for key in sorted(told.keys() | breached.keys())
        if told.get(key) != breached.get(key)
    ]
    return Agreement(len(live), len(told), tuple(found))


_Fields = Mapping[str, str | int]


def _field(of: Mapping[MilestoneKey, _Fields], key: MilestoneKey, name: str) -> str | int | None:
    return of[key][name] if key in of else None


def _folded(
    histories: Sequence[CaseHistory], terms: Terms, as_of: datetime
) -> Iterator[tuple[MilestoneKey, _Fields]]:
    for history in histories:
        zoned = terms.in_zone(history.customer_time_zone)
        for each in milestones_of(history, terms, as_of):
            yield (history.case_id, each.kind.value, each.cycle), _of_fold(each, zoned)


def _of_fold(milestone: Milestone, terms: Terms) -> _Fields:
    is_missed = milestone.verdict is Verdict.missed
    beyond = reached_at(milestone, milestone.allowance + 1, terms) if is_missed else NEVER
    found: dict[str, str | int] = {name: getattr(milestone, name) for name in FIELDS[:-2]}
    return found | {"breached": beyond, "verdict": milestone.verdict.name}


def _replayed(
    table: MilestoneTable, histories: Sequence[CaseHistory]
) -> Iterator[tuple[MilestoneKey, _Fields]]:
    columns = {name: getattr(table, name).tolist() for name in ("case", "kind", "cycle", *FIELDS)}
    for row in zip(*columns.values(), strict=True):
        stated = dict(zip(columns, row, strict=True))
        key = histories[stated.pop("case")].case_id, KINDS[stated.pop("kind")].value
        yield (
            (*key, stated.pop("cycle")),
            stated
            | {
                "tier": table.tiers[stated["tier"]],
                "severity": table.severities[stated["severity"]],
                "verdict": Verdict(stated["verdict"]).name,
            },
        )
