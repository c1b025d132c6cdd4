"""Cases of the worst severity with who was called in to them, and who of those who lead their
subject had them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from tierline.cases.event import EventKind
from tierline.kernel.instants import from_micros
from tierline.milestones.improvement import plain_tier
from tierline.milestones.table import NEVER
from tierline.queries.case_columns import kept_cases
from tierline.queries.case_topics import guide_events, topics_of
from tierline.routing.call_in import CallInEvent, call_ins_of
from tierline.routing.subject_leads import Domain, SubjectLeads, domains_of
from tierline.scorecards.call_ins import CallInScore, WorstCase, call_in_score, call_in_scores
from tierline.store.call_ins import call_in_event_of, case_call_in_event_table
from tierline.store.cases import case_table
from tierline.store.routing import case_assignment_table, case_routing_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.scorecards.desk import KeptCases, Stretch
    from tierline.store.records import Reads
    from tierline.store.subject_leads import LeadsVersion
    from tierline.store.unit_of_work import Snapshot

_case, _routing = case_table.c, case_routing_table.c
_call, _step = case_call_in_event_table.c, case_assignment_table.c
_place = itemgetter("place")
_SEVERITY = (EventKind.opened, EventKind.severity_set, EventKind.severity_changed)


@dataclass(frozen=True)
class CallInReport:
    """The cases of a stretch of time that were of the worst severity at some time, as of an
    instant; `tiers` and `domains` are names."""

    cases: tuple[WorstCase, ...]
    as_of: datetime
    tiers: Mapping[str, str]
    domains: Mapping[str, str]

    def by(self, by: str) -> tuple[CallInScore, ...]:
        """By tier or domain. Raises Invalid."""
        return call_in_scores(self.cases, by, self.as_of)

    @property
    def overall(self) -> CallInScore:
        """All of them together."""
        return call_in_score("", self.cases, self.as_of)


def call_in_report(
    reads: Reads, during: Stretch, *, accounts: Collection[str] | None = None
) -> CallInReport:
    """Eleven queries, however many cases."""
    kept = kept_cases(reads.snapshot, during, accounts=accounts)
    leads = reads.subject_leads.newest()[1]
    return CallInReport(
        cases=tuple(_cases(reads, kept, during, leads)),
        as_of=from_micros(kept.as_of),
        tiers={key: name for _, _, terms in kept.parts for key, name in terms.names.items()},
        domains={each.key: each.name for each in leads.domains},
    )


def _cases(
    reads: Reads, kept: KeptCases, during: Stretch, leads: SubjectLeads
) -> Iterator[WorstCase]:
    snapshot, versions = reads.snapshot, reads.subject_leads.versions()
    worst = _worst_at(kept)
    places = np.flatnonzero(worst != NEVER).tolist()
    guide = reads.guides.newest()[1]
    ids = [kept.ids[place] for place in places]
    topics = topics_of(snapshot, guide, ids, during, guide_events(snapshot, during))
    skills = {row["case_id"]: row["skills"] for row in _rows(snapshot, case_routing_table, during)}
    calls, steps = _calls(snapshot, during), _steps(snapshot, during)
    for place, case, topic in zip(places, ids, topics, strict=True):
        domains = domains_of(leads, topic, skills.get(case, ()))
        called = call_ins_of(calls.get(case, ()))
        tier, worst_at = plain_tier(kept.tier.text(place)), from_micros(int(worst[place]))
        yield WorstCase(
            case=case,
            number=kept.numbers[place],
            tier=tier,
            domain=next(
                iter([*(each.domain for each in called), *(each.key for each in domains)]), ""
            ),
            worst_at=worst_at,
            calls=called,
            had_at=_had_at(versions, domains, tier, steps.get(case, ()), worst_at),
        )


def _first(keys: Sequence[str]) -> str:
    return keys[0] if keys else ""


def _worst_at(kept: KeptCases) -> NDArray[np.int64]:
    """By case: when it first was of the worst severity of its promise, else NEVER."""
    found = np.full(len(kept), NEVER, dtype=np.int64)
    for first, log, terms in kept.parts:
        if not terms.severities or terms.severities[0] not in log.value.names:
            continue
        code = log.value.names.index(terms.severities[0])
        is_worst = np.isin(log.kind, [int(kind) for kind in _SEVERITY]) & (log.value.codes == code)
        rows = np.flatnonzero(is_worst)[::-1]
        found[first + log.case_of_row[rows]] = log.at[rows]  # the earliest is written last
    return found


Steps = Sequence[tuple[datetime, str | None]]


def _had_at(
    versions: Sequence[LeadsVersion],
    domains: Sequence[Domain],
    tier: str,
    steps: Steps,
    worst_at: datetime,
) -> datetime | None:
    """When somebody first had the case, as one of the worst severity, who led one of its domains
    then for its tier, or was the deputy."""
    keys = {each.key for each in domains}
    ends = [at for at, _ in steps[1:]]
    for (at, user), end in zip_longest(steps, ends):
        since = max(at, worst_at)
        if user is None or (end is not None and end <= since):
            continue
        version = next((each for each in versions if each.at <= since), None)
        known = version.leads.domains if version else ()
        cells = (each.of_tier(tier) for each in known if each.key in keys)
        if any(user in (cell.lead, cell.deputy) for cell in cells):
            return since
    return None


def _calls(snapshot: Snapshot, during: Stretch) -> dict[str, list[CallInEvent]]:
    found: dict[str, list[CallInEvent]] = {}
    rows = _rows(snapshot, case_call_in_event_table, during, _call.at <= during.as_of)
    for row in sorted(rows, key=_place):
        found.setdefault(row["case_id"], []).append(call_in_event_of(row))
    return found


def _steps(snapshot: Snapshot, during: Stretch) -> dict[str, list[tuple[datetime, str | None]]]:
    found: dict[str, list[tuple[datetime, str | None]]] = {}
    rows = _rows(snapshot, case_assignment_table, during, _step.at <= during.as_of)
    for row in sorted(rows, key=_place):
        found.setdefault(row["case_id"], []).append((row["at"], row["user_id"]))
    return found


def _rows(
    snapshot: Snapshot, of: sa.Table, during: Stretch, *more: sa.ColumnElement[bool]
) -> list[sa.RowMapping]:
    """What is kept beside the cases of a stretch of time."""
    asked = (
        sa.select(of)
        .join(case_table, _case.id == of.c.case_id)
        .where(_case.opened_at >= during.since, _case.opened_at < during.until, *more)
    )
    return list(snapshot.execute(asked).mappings())
