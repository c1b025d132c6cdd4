"""Who sets cases waiting shortly before a breach without a question, and what adherence is without
those waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from tierline.cases.event import EventKind
from tierline.cases.news import asks as holds_question
from tierline.milestones.table import Verdict
from tierline.queries.actors import users_named
from tierline.scorecards.adherence import Adherence
from tierline.scorecards.attainment import Attainment
from tierline.scorecards.desk import DeskAdherence
from tierline.scorecards.together import judged_together
from tierline.scorecards.waits import AgentWaits, Wait, by_agent, is_quiet, waits_of, without
from tierline.store.cases import case_event_table, case_message_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tierline.scorecards.together import Judged
    from tierline.store.unit_of_work import Snapshot

_event, _message = case_event_table.c, case_message_table.c
_IDS_AT_ONCE = 500


@dataclass(frozen=True)
class WaitsReport:
    """`names` are those of users by id; `reported` and `restated` are adherence over all cases, as
    it stands and without the quiet waits."""

    agents: tuple[AgentWaits, ...]
    names: Mapping[str, str]
    reported: Attainment
    restated: Attainment


def waits_report(snapshot: Snapshot, desk: DeskAdherence) -> WaitsReport:
    """The waits of the cases of a stretch of time that stopped a clock, by who set them."""
    parts, kept = desk.cases.parts, desk.cases
    waits = waits_of(parts)
    said = _said(snapshot, {kept.ids[each.case] for each in waits})
    by = {each: said.by.get((kept.ids[each.case], each.at), "") for each in waits}

    def asks(wait: Wait) -> bool:
        text = said.words.get((kept.ids[wait.case], wait.at), "")
        return holds_question(text)

    quiet = [each for each in waits if is_quiet(each, asks)]
    judged = desk.adherence.judged
    restated = judged_together(without(parts, quiet), kept.opened) if quiet else judged
    agents = by_agent(waits, by, asks, (_by_case(judged), _by_case(restated)))
    users = users_named(snapshot, {each.agent for each in agents})
    return WaitsReport(
        agents=agents,
        names={id_: user.name for id_, user in users.items()},
        reported=desk.adherence.overall,
        restated=Adherence(len(kept), restated, {}, desk.adherence.reason).overall,
    )


@dataclass(frozen=True)
class _Said:
    """By case and instant: who set it waiting, and what they wrote with it."""

    by: dict[tuple[str, int], str]
    words: dict[tuple[str, int], str]


def _said(snapshot: Snapshot, cases: Collection[str]) -> _Said:
    found = _Said({}, {})
    ordered = sorted(cases)
    at = sa.type_coerce(_event.at, sa.BigInteger).label("at")
    pauses = (EventKind.paused.name, EventKind.paused_without_question.name)
    for start in range(0, len(ordered), _IDS_AT_ONCE):
        chosen = _event.case_id.in_(ordered[start : start + _IDS_AT_ONCE])
        asked = sa.select(_event.case_id, _event.by, at).where(chosen, _event.kind.in_(pauses))
        for row in snapshot.execute(asked):
            found.by[row.case_id, row.at] = row.by
        written = (
            sa.select(_event.case_id, at, _message.text)
            .join_from(case_event_table, case_message_table,
                       (_message.case_id == _event.case_id) & (_message.place == _event.place))
            .where(chosen, _event.kind == EventKind.public_reply.name)
        )  # fmt: skip
        for row in snapshot.execute(written):
            key = row.case_id, row.at
            found.words[key] = found.words.get(key, "") + row.text
    return found


def _by_case(judged: Judged) -> dict[int, tuple[int, int]]:
    """Met and missed milestones of each case."""
    table = judged.table
    cases = int(table.case.max()) + 1 if len(table) else 0
    met = np.bincount(table.case[table.verdict == Verdict.met], minlength=cases).tolist()
    missed = np.bincount(table.case[table.verdict == Verdict.missed], minlength=cases).tolist()
    return dict(enumerate(zip(met, missed, strict=True)))
