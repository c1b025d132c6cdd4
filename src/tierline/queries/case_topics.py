"""What the cases of a stretch of time are about: what one of us said, else what the words of a case
suggest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.cases.playbook_run import topic_of
from tierline.store.cases import case_message_table, case_table
from tierline.store.guides import case_guide_event_table, guide_event_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from tierline.cases.playbook import Guide
    from tierline.cases.playbook_run import GuideEvent
    from tierline.scorecards.desk import Stretch
    from tierline.store.unit_of_work import Snapshot

_case, _message, _event = case_table.c, case_message_table.c, case_guide_event_table.c


def topics_of(
    snapshot: Snapshot,
    guide: Guide,
    cases: Iterable[str],
    during: Stretch,
    events: Mapping[str, Sequence[GuideEvent]],
) -> list[str]:
    """By case; empty where nobody said and no word suggests one. `events` are those of the guide.
    One query."""
    texts = _texts_of(snapshot, _raised(during))
    found = []
    for case in cases:
        said = topic_of(events.get(case, ()))
        found.append(guide.suggested(texts.get(case, ""))[0] if said is None else said)
    return found


def account_topics(
    snapshot: Snapshot, guide: Guide, accounts: Iterable[str], since: datetime
) -> dict[str, str]:
    """By case of some accounts that was raised since, as it is known now. Two queries."""
    chosen = _case.account_id.in_(sorted(accounts)) & (_case.opened_at >= since)
    events = _events(snapshot, chosen)
    return {
        case: guide.suggested(text)[0] if (said := topic_of(events.get(case, ()))) is None else said
        for case, text in _texts_of(snapshot, chosen).items()
    }


def guide_events(snapshot: Snapshot, during: Stretch) -> dict[str, list[GuideEvent]]:
    """What was said and ticked on each case. One query."""
    return _events(snapshot, _raised(during) & (_event.at <= during.as_of))


def _events(snapshot: Snapshot, which: sa.ColumnElement[bool]) -> dict[str, list[GuideEvent]]:
    asked = (
        sa.select(case_guide_event_table)
        .join(case_table, _case.id == _event.case_id)
        .where(which)
        .order_by(_event.case_id, _event.place)
    )
    found: dict[str, list[GuideEvent]] = {}
    for row in snapshot.execute(asked).mappings():
        found.setdefault(row["case_id"], []).append(guide_event_of(row))
    return found


def _raised(during: Stretch) -> sa.ColumnElement[bool]:
    return (_case.opened_at >= during.since) & (_case.opened_at < during.until)


def _texts_of(snapshot: Snapshot, which: sa.ColumnElement[bool]) -> dict[str, str]:
    """What cases were raised with."""
    asked = (
        sa.select(_case.id, _case.subject, _message.text)
        .join_from(
            case_table,
            case_message_table,
            (_message.case_id == _case.id) & (_message.place == 0),
            isouter=True,
        )
        .where(which)
        .order_by(_case.id, _message.id)
    )
    found: dict[str, str] = {}
    for row in snapshot.execute(asked):
        said = found.get(row.id, row.subject)
        found[row.id] = f"{said}\n{row.text}" if row.text else said
    return found
