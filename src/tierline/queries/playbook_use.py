"""How the playbooks in force are used on the cases of a stretch of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.actions.disputes import own_hours
from tierline.cases.event import EventKind
from tierline.cases.playbook import NO_TOPIC
from tierline.cases.playbook_run import GuideEvent, ticks_of
from tierline.kernel.instants import SECOND_US, from_micros, to_micros
from tierline.milestones.improvement import plain_tier
from tierline.milestones.table import NEVER
from tierline.queries.case_columns import kept_cases
from tierline.queries.case_topics import guide_events, topics_of
from tierline.scorecards.desk import KeptCases
from tierline.scorecards.playbook_use import (
    FailureMode,
    GuidedCase,
    PlaybookUse,
    Tick,
    failure_modes,
    use_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tierline.actions.disputes import OwnHours
    from tierline.cases.playbook import Guide, Step
    from tierline.milestones.terms import Terms
    from tierline.scorecards.desk import Stretch
    from tierline.store.records import Reads


@dataclass(frozen=True)
class PlaybookReport:
    """`number` is the version of the guide by which the cases are looked at; 0: there is none."""

    number: int
    cases: int
    playbooks: tuple[PlaybookUse, ...]
    modes: tuple[FailureMode, ...]


def playbook_report(
    reads: Reads, during: Stretch, *, accounts: Collection[str] | None = None
) -> PlaybookReport:
    """Cases by the guide in force; one that was ticked counts for the playbook that was ticked. The
    topic is what one of us said, else what the words of the case suggest. The database is asked
    once for each catalog version that a ticked case is held to, and a fixed number of times more.
    """
    number, guide = reads.guides.newest()
    kept = kept_cases(reads.snapshot, during, accounts=accounts)
    events = guide_events(reads.snapshot, during)
    topics = topics_of(reads.snapshot, guide, kept.ids, during, events)
    cases = tuple(_guided(reads, guide, kept, events, topics))
    return PlaybookReport(number, len(kept), use_of(guide, cases), failure_modes(guide, cases))


def _guided(
    reads: Reads,
    guide: Guide,
    kept: KeptCases,
    events: Mapping[str, Sequence[GuideEvent]],
    topics: Sequence[str],
) -> Iterator[GuidedCase]:
    restored, resolved = kept.first_at(_WORKS), kept.first_at((EventKind.resolved,))
    hours = _Hours(reads, kept)
    steps = {(each.key, step.key): step for each in guide.playbooks for step in each.steps}
    for place, id_ in enumerate(kept.ids):
        known = events.get(id_, ())
        topic = topics[place]
        tier, severity = plain_tier(kept.tier.text(place)), kept.severity.text(place)
        right = guide.playbook(topic, severity, tier)
        ticks = ticks_of(known)
        playbook = next(reversed(ticks))[0] if ticks else right.key if right else ""
        began = [event.at for (of, _), event in ticks.items() if of == playbook]
        yield GuidedCase(
            topic=topic if topic in guide.topics else NO_TOPIC,
            tier=tier,
            severity=severity,
            playbook=playbook,
            ticks={
                step: _tick(hours.of(place, tier, severity), int(kept.opened[place]), event,
                            steps.get((of, step)))
                for (of, step), event in ticks.items()
                if of == playbook
            },
            begun=_length(to_micros(min(began)), kept.opened[place]) if began else None,
            restored=_length(restored[place], kept.opened[place]),
            resolved=_length(resolved[place], kept.opened[place]),
        )  # fmt: skip


def _tick(own: OwnHours | None, opened: int, event: GuideEvent, step: Step | None) -> Tick:
    """As the page of a case says it: a step is in time that is ticked by when it was due."""
    at, within = to_micros(event.at), None if step is None else step.within
    if own is None:
        allowed = None if within is None else within.elapsed_seconds() * SECOND_US
        is_in_time = None if allowed is None else at <= opened + allowed
        return Tick(taken=max(0, at - opened), is_in_time=is_in_time)
    due = None if within is None else own.calendar.add(from_micros(opened), own.seconds_of(within))
    return Tick(
        taken=max(0, own.calendar.open_micros(opened, at)),
        is_in_time=None if due is None else event.at <= due,
    )


class _Hours:
    """The hours that cases are promised, each worked out once."""

    def __init__(self, reads: Reads, kept: KeptCases) -> None:
        self._reads, self._kept = reads, kept
        self._firsts = [first for first, _, _ in kept.parts]
        self._known: dict[tuple[int, str, str, str], OwnHours | None] = {}

    def of(self, place: int, tier: str, severity: str) -> OwnHours | None:
        """None where every hour counts."""
        part = int(np.searchsorted(self._firsts, place, side="right")) - 1
        if part < 0:
            return None
        key = part, tier, severity, self._kept.zone.text(place)
        if key not in self._known:
            self._known[key] = self._read(self._kept.parts[part][2], key)
        return self._known[key]

    def _read(self, terms: Terms, key: tuple[int, str, str, str]) -> OwnHours | None:
        _, tier, severity, zone = key
        catalog = self._reads.catalogs.get(terms.catalog, terms.version)
        return own_hours(terms, catalog, (tier, severity), zone)


_WORKS = (EventKind.restored, EventKind.resolved)


def _length(at: int, opened: int) -> int | None:
    return None if at == NEVER else int(at - opened)
