"""Edits of playbooks that were suggested, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.cases.playbook_edit import DECISIONS
from tierline.cases.playbook_run import GuideEventKind
from tierline.queries.guide_notes import with_notes
from tierline.store.cases import case_table
from tierline.store.guides import case_guide_event_table, guide_event_of
from tierline.store.users import user_table

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.playbook_run import GuideEvent
    from tierline.store.prepared_reads import Row
    from tierline.store.unit_of_work import Snapshot

LIMIT = 2_000
"""So many facts on edits are read, the newest."""
_case, _said, _user = case_table.c, case_guide_event_table.c, user_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a suggestion was accepted, by whom, when and why."""

    is_accepted: bool
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedEdit:
    """What somebody would change on a step, from which case. `place` is where it stands among the
    events of that case; `guide` the version that they read; people are named where they are known.
    """

    case: str
    number: int
    place: int
    guide: int
    playbook: str
    step: str
    words: str
    by: str
    at: datetime
    decision: Decision | None


def suggested_edits(snapshot: Snapshot, *, case: str | None = None) -> tuple[SuggestedEdit, ...]:
    """Those of a case, or of all, that are not decided first, of both the newest; one query."""
    kinds = [kind.value for kind in (GuideEventKind.edit_suggested, *DECISIONS)]
    asked = (
        sa.select(case_guide_event_table, _case.number, _user.name.label("user"))
        .join_from(case_guide_event_table, case_table, _case.id == _said.case_id)
        .outerjoin(user_table, _user.id == _said.by)
        .where(_said.kind.in_(kinds))
        .limit(LIMIT)
    )
    if case is not None:
        asked = asked.where(_said.case_id == case)
    rows: dict[tuple[str, int], tuple[Row, GuideEvent]] = {}
    for row in snapshot.execute(with_notes(asked)).mappings():
        rows[row["case_id"], row["place"]] = row, guide_event_of(row)  # of several notes the last
    decided = {
        (case, event.value): Decision(
            is_accepted=DECISIONS[event.kind],
            by=row["user"] or event.by,
            at=event.at,
            reason=row["text"] or "",
        )
        for (case, _), (row, event) in rows.items()
        if event.kind in DECISIONS
    }
    found = [
        _suggested(key, row, event, decided.get((key[0], str(key[1]))))
        for key, (row, event) in rows.items()
        if event.kind is GuideEventKind.edit_suggested
    ]
    return tuple(sorted(found, key=lambda each: each.decision is not None))


def _suggested(
    key: tuple[str, int], row: Row, event: GuideEvent, decision: Decision | None
) -> SuggestedEdit:
    playbook, _, step = event.value.partition("/")
    return SuggestedEdit(
        case=key[0],
        number=row["number"],
        place=key[1],
        guide=event.guide,
        playbook=playbook,
        step=step,
        words=row["text"] or "",
        by=row["user"] or event.by,
        at=event.at,
        decision=decision,
    )
