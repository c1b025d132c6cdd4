"""Cases in the database: their facts, what was written in them, and the promises they are held to.

`state`, `severity` and `next_due_at` are an index of the facts, for lists and queues: made anew
from the facts they are the same. Of `case_terms` each promise stands once, whoever is held to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tierline.accounts.coverage import CoverageState
from tierline.cases.case import Case, CaseMessage
from tierline.cases.channel import OUT_OF_PLAN, Channel, ChannelAccess
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.standing import ENDED, CaseState
from tierline.kernel.errors import NotFound
from tierline.milestones.portable import terms_from_portable
from tierline.milestones.signals import SignalKey
from tierline.milestones.terms import Terms
from tierline.store.columns import Instant, Whole, Words
from tierline.store.prepared_reads import Row, any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot

NO_DUE_TIME = datetime.fromisoformat("9999-01-01T00:00:00+00:00")
"""Orders a case with nothing due after all others."""

case_terms_table = table(
    "case_terms",
    sa.Column("digest", Words, primary_key=True),
    sa.Column("statement", Words, nullable=False),
)
case_table = table(
    "support_case",
    sa.Column("id", Words, primary_key=True),
    sa.Column("number", Whole, nullable=False, unique=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id")),
    sa.Column("contact_id", Words, sa.ForeignKey("contact.id")),
    sa.Column("channel", Words, nullable=False),
    sa.Column("access", Words, nullable=False),
    sa.Column("subject", Words, nullable=False),
    sa.Column("coverage", Words, nullable=False),
    sa.Column("contract_id", Words, nullable=False),
    sa.Column("tier", Words, nullable=False),
    sa.Column("terms_digest", Words, sa.ForeignKey("case_terms.digest")),
    sa.Column("time_zone", Words, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("severity", Words, nullable=False),
    sa.Column("next_due_at", Instant, nullable=False),
    sa.Index("support_case_queue", "state", "next_due_at", "id"),
    sa.Index("support_case_contract_id", "contract_id", "channel", "access", "opened_at"),
    sa.Index("support_case_account_id", "account_id", "next_due_at", "id"),
)
case_event_table = table(
    "case_event",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("place", Whole, primary_key=True, autoincrement=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("value", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
)
case_message_table = table(
    "case_message",
    sa.Column("id", Words, primary_key=True),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), nullable=False),
    sa.Column("place", Whole, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("contact_id", Words),
    sa.Column("is_public", Whole, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Index("case_message_case_id", "case_id", "place"),
)
case_signal_table = table(
    "case_signal",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("milestone", Words, primary_key=True),
    sa.Column("cycle", Whole, primary_key=True, autoincrement=False),
    sa.Column("what", Words, primary_key=True),
    sa.Column("promise_id", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("noticed_at", Instant, nullable=False),
)
_case, _event, _message = case_table.c, case_event_table.c, case_message_table.c
_signal, _terms = case_signal_table.c, case_terms_table.c
_IDS_AT_ONCE = 500
_BY_ID = sa.select(case_table).where(_case.id == sa.bindparam("its_id"))
_OF_IDS = sa.select(case_table).where(_case.id.in_(any_of("ids")))
_EVENTS_OF = (
    sa.select(_event.case_id, _event.kind, _event.value, _event.at, _event.recorded_at)
    .where(_event.case_id.in_(any_of("ids")))
    .order_by(_event.case_id, _event.place)
)
_MESSAGES_OF = (
    sa.select(case_message_table)
    .where(_message.case_id.in_(any_of("ids")))
    .order_by(_message.case_id, _message.place, _message.id)
)
_OUT_OF_PLAN = (
    sa.select(_case.opened_at)
    .where(
        _case.contract_id == sa.bindparam("under"),
        _case.channel == sa.bindparam("by_channel"),
        _case.access.in_(any_of("beyond")),
    )
    .order_by(_case.opened_at)
)
_BEYOND = sorted(access.value for access in OUT_OF_PLAN)
_STATEMENT = sa.select(_terms.statement).where(_terms.digest == sa.bindparam("its_digest"))
_TOLD_OF = sa.select(_signal.milestone, _signal.cycle, _signal.what, _signal.at).where(
    _signal.case_id == sa.bindparam("its_id")
)


class CaseReads:
    """Reads of cases."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._read: dict[str, Case] = {}

    def get(self, case: str) -> Case:
        """The case of an id, with its facts, read once as long as this unit changes nothing of it.
        Raises NotFound."""
        known = self._read.get(case)
        if known is not None:
            return known
        found = self._cases(self._snapshot.rows(_BY_ID, {"its_id": case}))
        if not found:
            raise NotFound(f"There is no case '{case}'.")
        self._read[case] = found[0]
        return found[0]

    def of_ids(self, cases: Sequence[str]) -> dict[str, Case]:
        """Those of the cases that there are, by id."""
        found: dict[str, Case] = {}
        for start in range(0, len(cases), _IDS_AT_ONCE):
            some = {"ids": cases[start : start + _IDS_AT_ONCE]}
            found.update(
                (each.id, each) for each in self._cases(self._snapshot.rows(_OF_IDS, some))
            )
        return found

    def out_of_plan_before(self, contract: str, channel: Channel) -> tuple[datetime, ...]:
        """When cases came out of plan by a channel under a contract, the first one first."""
        if not contract:
            return ()
        asked = {"under": contract, "by_channel": channel.value, "beyond": _BEYOND}
        return tuple(row.opened_at for row in self._snapshot.rows(_OUT_OF_PLAN, asked))

    def open_of(self, account: str) -> tuple[Case, ...]:
        """The cases of an account that have not ended, by number."""
        ended = sorted(state.value for state in ENDED)
        chosen = sa.select(case_table).where(_case.account_id == account, _case.state.not_in(ended))
        return tuple(self._cases(self._snapshot.execute(chosen.order_by(_case.number)).all()))

    def messages(self, case: str) -> tuple[CaseMessage, ...]:
        """What was written in a case, in the order of its facts."""
        return tuple(self.messages_of([case]).get(case, ()))

    def messages_of(self, cases: Collection[str]) -> dict[str, list[CaseMessage]]:
        """What was written in cases, by case."""
        found: dict[str, list[CaseMessage]] = {}
        for row in self._snapshot.rows(_MESSAGES_OF, {"ids": sorted(cases)}):
            found.setdefault(row.case_id, []).append(_message_of(row))
        return found

    def terms(self, digest: str) -> Terms:
        """The promise that cases are held to, from memory where it was read before: its digest is
        that of its content."""
        known = _KNOWN_TERMS.get(digest)
        if known is None:
            kept = self._snapshot.row(_STATEMENT, {"its_digest": digest})
            assert kept is not None, f"no promise {digest}"  # noqa: S101 - a foreign key leads to it
            known = terms_read(kept.statement)
            if len(_KNOWN_TERMS) >= _KEPT_TERMS:
                _KNOWN_TERMS.clear()
            _KNOWN_TERMS[digest] = known
        return known

    def signalled(self, case: str) -> dict[SignalKey, datetime]:
        """The signals that were told of a case, each with the instant at which it became true."""
        rows = self._snapshot.rows(_TOLD_OF, {"its_id": case})
        return {(row.milestone, row.cycle, row.what): row.at for row in rows}

    def signalled_of(self, cases: Collection[str]) -> dict[str, dict[SignalKey, datetime]]:
        """The same of several cases, by case; one of which nothing was told is not there."""
        chosen = sa.select(case_signal_table).where(_signal.case_id.in_(sorted(cases)))
        found: dict[str, dict[SignalKey, datetime]] = {}
        for row in self._snapshot.execute(chosen):
            found.setdefault(row.case_id, {})[row.milestone, row.cycle, row.what] = row.at
        return found

    def after(
        self, case: str, limit: int
    ) -> list[tuple[Case, tuple[CaseState, str, datetime | None]]]:
        """The next cases in the order of their ids, each with its index."""
        chosen = sa.select(case_table).where(_case.id > case).order_by(_case.id).limit(limit)
        rows = self._snapshot.execute(chosen).all()
        return [
            (each, (CaseState(row.state), row.severity, _due_of(row.next_due_at)))
            for each, row in zip(self._cases(rows), rows, strict=True)
        ]

    def texts_naming(
        self, account: str, contacts: Collection[str], words: Sequence[str]
    ) -> list[sa.Row[Any]]:
        """Subjects and messages of contacts, and those of the account in which they are named:
        `id`, `case`, `text` and whether it `is_subject`."""
        subjects = sa.select(
            _case.id,
            _case.id.label("case"),
            _case.subject.label("text"),
            _case.contact_id,
            sa.literal(1).label("is_subject"),
        ).where(_case.account_id == account)
        messages = (
            sa.select(
                _message.id, _message.case_id, _message.text, _message.contact_id, sa.literal(0)
            )
            .join(case_table, _case.id == _message.case_id)
            .where(_case.account_id == account)
        )
        lowered = [word.lower() for word in words]
        return [
            row
            for row in self._snapshot.execute(sa.union_all(subjects, messages))
            if row.contact_id in contacts or any(word in row.text.lower() for word in lowered)
        ]

    def _cases(self, rows: Sequence[Row]) -> list[Case]:
        events: dict[str, list[CaseEvent]] = {}
        for row in self._snapshot.rows(_EVENTS_OF, {"ids": [row.id for row in rows]}):
            event = CaseEvent(row.at, EventKind[row.kind], row.value, row.recorded_at)
            events.setdefault(row.case_id, []).append(event)
        return [_case_of(row, events[row.id]) for row in rows]


def _case_of(row: Row, events: Sequence[CaseEvent]) -> Case:
    return Case(
        id=row.id,
        number=row.number,
        account=row.account_id,
        contact=row.contact_id,
        channel=Channel(row.channel),
        access=ChannelAccess(row.access),
        subject=row.subject,
        coverage=CoverageState(row.coverage),
        contract=row.contract_id,
        tier=row.tier,
        terms=row.terms_digest or "",
        time_zone=row.time_zone,
        events=tuple(events),
    )


def _due_of(kept: datetime) -> datetime | None:
    return None if kept == NO_DUE_TIME else kept


def _message_of(row: Row) -> CaseMessage:
    return CaseMessage(
        id=row.id,
        case=row.case_id,
        place=row.place,
        author=row.author,
        contact=row.contact_id,
        is_public=bool(row.is_public),
        text=row.text,
    )


_KNOWN_TERMS: dict[str, Terms] = {}
_KEPT_TERMS = 1_024


@lru_cache(maxsize=1_024)  # a promise never changes, and thousands of cases are held to one
def terms_read(statement: str) -> Terms:
    """The terms that stand in the portable form of a promise, as it is kept."""
    return terms_from_portable(json.loads(statement))
