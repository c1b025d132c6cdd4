"""What was noted with a fact of a guide: among us, by the same person and in the same instant."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tierline.cases.event import EventKind
from tierline.store.cases import case_event_table, case_message_table
from tierline.store.guides import case_guide_event_table

_said, _event, _message = case_guide_event_table.c, case_event_table.c, case_message_table.c
_NOTED = (
    (_event.case_id == _said.case_id)
    & (_event.recorded_at == _said.at)
    & (_event.by == _said.by)
    & (_event.kind == EventKind.private_note.name)
)
"""The instant at which it was recorded: a note never stands before what is in the case already,
whatever the clock said."""
_WORDED = (_message.case_id == _event.case_id) & (_message.place == _event.place)


def with_notes(asked: sa.Select[Any]) -> sa.Select[Any]:
    """A statement over facts of guides with the `text` of each, the newest facts first; of several
    notes in one instant the last one stands behind the others."""
    noted = asked.add_columns(_message.text).outerjoin(case_event_table, _NOTED)
    return noted.outerjoin(case_message_table, _WORDED).order_by(
        _said.at.desc(), _said.case_id, _said.place, _event.place
    )
