"""Cases in the database: their facts, what was written in them, and the promises they are held to.

`state`, `severity` and `next_due_at` are an index of the facts, for lists and queues: made anew
from the facts they are the same. Of `case_terms` each promise stands once, whoever is held to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tierline.accounts.coverage import CoverageState
from tierline.cases.case import Case, CaseMessage
from tierline.cases.channel import OUT_OF_PLAN, Channel, ChannelAccess
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.standing import ENDED, CaseState
from tierline.kernel.digest import canonical_json, digest_of_bytes
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import from_micros
from tierline.milestones.portable import terms_from_portable
from tierline.milestones.signals import Signal, SignalKey
from tierline.milestones.terms import Terms
from tierline.store.columns import Instant, Whole, Words
from tierline.store.prepared_reads import Row, any_of
from tierline.store.schema import table
from tierline.store.search import SearchRecords, documents_of
from tierline.store.unit_of_work import Snapshot, UnitOfWork

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
_KEPT = sa.select(_terms.digest).where(_terms.digest == sa.bindparam("its_digest"))
_TOLD_OF = sa.select(_signal.milestone, _signal.cycle, _signal.what, _signal.at).where(
    _signal.case_id == sa.bindparam("its_id")
)
_HIGHEST = sa.select(sa.func.max(_case.number).label("number"))
_INSERT, _INSERT_EVENTS = case_table.insert(), case_event_table.insert()
_INSERT_MESSAGES, _INSERT_SIGNALS = case_message_table.insert(), case_signal_table.insert()
_GIVE = (
    case_table.update()
    .where(_case.id == sa.bindparam("its_id"))
    .values(
        account_id=sa.bindparam("new_account"),
        contact_id=sa.bindparam("new_contact"),
        coverage=sa.bindparam("new_coverage"),
        access=sa.bindparam("new_access"),
        contract_id=sa.bindparam("new_contract"),
        tier=sa.bindparam("new_tier"),
        terms_digest=sa.bindparam("new_terms"),
        time_zone=sa.bindparam("new_zone"),
    )
)
_GIVE_MESSAGE = (
    case_message_table.update()
    .where(
        _message.case_id == sa.bindparam("its_case"),
        _message.place == sa.bindparam("at_place"),
        _message.contact_id.is_(None),
    )
    .values(contact_id=sa.bindparam("new_contact"))
)
_THEIRS = (EventKind.opened, EventKind.customer_message)
_HOLD_TO = case_table.update().where(_case.id == sa.bindparam("its_id")).values(
    terms_digest=sa.bindparam("new_terms")
)  # fmt: skip
_FORGET_SIGNAL = case_signal_table.delete().where(
    _signal.case_id == sa.bindparam("its_case"),
    _signal.milestone == sa.bindparam("kind"),
    _signal.cycle == sa.bindparam("number"),
    _signal.what == sa.bindparam("told"),
)
_INDEX = (
    case_table.update()
    .where(_case.id == sa.bindparam("its_id"))
    .values(
        state=sa.bindparam("new_state"),
        severity=sa.bindparam("new_severity"),
        next_due_at=sa.bindparam("new_due_at"),
    )
)
_TURNS = frozenset({EventKind.resolved, EventKind.reopened, EventKind.closed})
"""With these a case ends, or is open again."""
_routing = sa.table("case_routing", sa.column("case_id", Words), sa.column("is_open", Whole))
_TURN = (
    sa.update(_routing)
    .where(_routing.c.case_id == sa.bindparam("its_id"))
    .values(is_open=sa.bindparam("new_open"))
)
_CLEAR_SUBJECT = case_table.update().where(_case.id == sa.bindparam("its_id")).values(
    subject=sa.bindparam("new_text")
)  # fmt: skip
_CLEAR_MESSAGE = (
    case_message_table.update()
    .where(_message.id == sa.bindparam("its_id"))
    .values(text=sa.bindparam("new_text"))
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


class CaseRecords(CaseReads):
    """Cases inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self._search = SearchRecords(unit)
        self._resolved: set[tuple[str, int]] = set()
        self._new: dict[str, Case] = {}
        """Cases of this unit of which no words are written yet."""
        self._turned: set[str] = set()
        """Cases of this unit that ended or were opened again."""
        self._untold: set[str] = set()
        """Cases of this unit of which nothing was told."""

    def hold(self, cases: Collection[str]) -> None:
        """Wait for whoever changes one of these cases, and let nobody change them until this unit
        has ended: each change of a case writes its row."""
        chosen = sa.select(_case.id).where(_case.id.in_(sorted(cases))).order_by(_case.id)
        self._unit.execute(chosen.with_for_update(key_share=True)).all()

    def next_number(self) -> int:
        """The number after the highest."""
        highest = self._unit.rows(_HIGHEST, {})[0].number
        return int(highest or 0) + 1

    def keep_terms(self, statement: object) -> str:
        """The digest of a promise in its portable form, which stands there from now on. The same
        object is written out once."""
        known = _WRITTEN_TERMS.get(id(statement))
        if known is None or known[0] is not statement:
            written = canonical_json(statement)
            known = statement, digest_of_bytes(written), written.decode()
            if len(_WRITTEN_TERMS) >= _KEPT_TERMS:
                _WRITTEN_TERMS.clear()
            _WRITTEN_TERMS[id(statement)] = known
        _, digest, text = known
        if self._unit.row(_KEPT, {"its_digest": digest}) is None:
            new = self._unit.insert_new(case_terms_table, "digest")
            self._unit.write(new, [{"digest": digest, "statement": text}])
        return digest

    def add(self, case: Case, *, by: str, recorded_at: datetime) -> None:
        """Write a new case with its facts. It is found once its first words are written too, even
        if these are none."""
        row = case_row(case, CaseState.new, case.events[0].value, None)
        self._unit.write_later(_INSERT, row)
        self.append(case.id, 0, case.events, by=by, recorded_at=recorded_at)
        self._new[case.id] = case
        self._untold.add(case.id)

    def append(
        self,
        case: str,
        place: int,
        events: Iterable[CaseEvent],
        *,
        by: str,
        recorded_at: datetime,
    ) -> None:
        """Write further facts, the first of them at this place. Where somebody else was quicker it
        is a Conflict, and the unit is tried again."""
        events = tuple(events)
        self._read.pop(case, None)
        self._resolved |= {
            (case, at) for at, event in enumerate(events, place) if event.kind is EventKind.resolved
        }
        if any(event.kind in _TURNS for event in events):
            self._turned.add(case)
        rows = [event_row(case, place + number, event, by=by, recorded_at=recorded_at)
                for number, event in enumerate(events)]  # fmt: skip
        self._unit.write_later(_INSERT_EVENTS, rows)

    def write(self, messages: Iterable[CaseMessage]) -> None:
        """Write what was said, to be found from now on."""
        messages = tuple(messages)
        self._unit.write_later(_INSERT_MESSAGES, [message_row(each) for each in messages])
        if self._new:
            new, self._new = self._new, {}
            self._search.put_new(
                document
                for case in new.values()
                for document in documents_of(case, [m for m in messages if m.case == case.id])
            )
            messages = tuple(each for each in messages if each.case not in new)
        if any((each.case, each.place) in self._resolved for each in messages):
            self.find_again({each.case for each in messages})
        else:
            self._search.say(messages)

    def find_again(self, cases: Collection[str]) -> None:
        """Have cases be found by what stands in them now: after texts were changed or moved."""
        known = self._snapshot.rows(_OF_IDS, {"ids": sorted(cases)})
        found, written = self._cases(known), self.messages_of(cases)
        self._search.put(
            document for case in found for document in documents_of(case, written.get(case.id, ()))
        )

    def rewrite(self, case: str, subject: str, texts: Mapping[str, str]) -> None:
        """Write another subject, and other words of messages (by id), over what stood there."""
        self._read.pop(case, None)
        self._unit.write(_CLEAR_SUBJECT, {"its_id": case, "new_text": subject})
        rows = [{"its_id": id_, "new_text": text} for id_, text in texts.items()]
        self._unit.write(_CLEAR_MESSAGE, rows)
        self.find_again({case})
        self._search.put_in_order()

    def give(self, case: Case) -> None:
        """Write down whose a case is by now, and what it is held to; what its requester wrote is
        of the contact."""
        self._read.pop(case.id, None)
        self._unit.write(
            _GIVE,
            {
                "its_id": case.id,
                "new_account": case.account,
                "new_contact": case.contact,
                "new_coverage": case.coverage.value,
                "new_access": case.access.value,
                "new_contract": case.contract,
                "new_tier": case.tier,
                "new_terms": case.terms or None,
                "new_zone": case.time_zone,
            },
        )
        theirs = [place for place, event in enumerate(case.events) if event.kind in _THEIRS]
        rows = [{"its_case": case.id, "at_place": place, "new_contact": case.contact}
                for place in theirs]  # fmt: skip
        self._unit.write(_GIVE_MESSAGE, rows)
        self.find_again({case.id})

    def hold_to(self, case: str, terms: str) -> None:
        """Hold a case to another promise, by its digest."""
        self._read.pop(case, None)
        self._unit.write(_HOLD_TO, {"its_id": case, "new_terms": terms})

    def index(
        self, case: str, state: CaseState, severity: str, next_due_at: datetime | None
    ) -> None:
        """Bring the index of a case up to its facts."""
        self.index_all([index_row(case, state, severity, next_due_at)])

    def index_all(self, rows: Sequence[dict[str, Any]]) -> None:
        """The same for many cases, as `index_row` has them."""
        self._unit.write_later(_INDEX, rows)
        turned = [
            {"its_id": row["its_id"], "new_open": int(CaseState(row["new_state"]) not in ENDED)}
            for row in rows
            if row["its_id"] in self._turned
        ]
        self._unit.write_later(_TURN, turned)

    def signalled(self, case: str) -> dict[SignalKey, datetime]:
        """The signals that were told of a case, each with the instant at which it became true."""
        return {} if case in self._untold else super().signalled(case)

    def note_signals(self, case: str, signals: Iterable[Signal], *, now: datetime) -> None:
        """Write down what was told of a case."""
        self.note_all_signals([signal_row(case, each, now=now) for each in signals])

    def note_all_signals(self, rows: Sequence[dict[str, Any]]) -> None:
        """The same for many cases, as `signal_row` has them."""
        self._untold.difference_update(row["case_id"] for row in rows)
        self._unit.write_later(_INSERT_SIGNALS, rows)

    def forget_signals(self, case: str, keys: Iterable[SignalKey]) -> None:
        """Take away what was told of a case and is so no more: it may be told again."""
        self._unit.write_later(
            _FORGET_SIGNAL,
            [
                {"its_case": case, "kind": kind, "number": number, "told": what}
                for kind, number, what in keys
            ],
        )

    def erase_people(
        self, account: str, contacts: Collection[str], words: Sequence[str], instead: str
    ) -> None:
        """Clear what contacts of an account wrote, and what names them."""
        self._read.clear()
        found = self.texts_naming(account, contacts, words)
        for clear, is_subject in ((_CLEAR_SUBJECT, 1), (_CLEAR_MESSAGE, 0)):
            rows = [{"its_id": each.id, "new_text": instead} for each in found
                    if each.is_subject == is_subject]  # fmt: skip
            self._unit.write(clear, rows)
        self.find_again({each.case for each in found})
        self._search.put_in_order()


def case_row(
    case: Case, state: CaseState, severity: str, next_due_at: datetime | None
) -> dict[str, Any]:
    """What is kept of a case, with its index."""
    return {
        "id": case.id,
        "number": case.number,
        "account_id": case.account,
        "contact_id": case.contact,
        "channel": case.channel.value,
        "access": case.access.value,
        "subject": case.subject,
        "coverage": case.coverage.value,
        "contract_id": case.contract,
        "tier": case.tier,
        "terms_digest": case.terms or None,
        "time_zone": case.time_zone,
        "opened_at": case.events[0].at,
        "state": state.value,
        "severity": severity,
        "next_due_at": next_due_at or NO_DUE_TIME,
    }


def event_row(
    case: str, place: int, event: CaseEvent, *, by: str, recorded_at: datetime
) -> dict[str, Any]:
    """What is kept of a fact."""
    return {
        "case_id": case,
        "place": place,
        "kind": event.kind.name,
        "value": event.value,
        "at": event.at,
        "recorded_at": recorded_at,
        "by": by,
    }


def message_row(message: CaseMessage) -> dict[str, Any]:
    """What is kept of a message."""
    return {
        "id": message.id,
        "case_id": message.case,
        "place": message.place,
        "author": message.author,
        "contact_id": message.contact,
        "is_public": int(message.is_public),
        "text": message.text,
    }


def index_row(
    case: str, state: CaseState, severity: str, next_due_at: datetime | None
) -> dict[str, Any]:
    """What brings the index of a case up to its facts."""
    return {
        "its_id": case,
        "new_state": state.value,
        "new_severity": severity,
        "new_due_at": next_due_at or NO_DUE_TIME,
    }


def signal_row(case: str, signal: Signal, *, now: datetime) -> dict[str, Any]:
    """What is kept of what was told of a clock."""
    return {
        "case_id": case,
        "milestone": signal.kind.value,
        "cycle": signal.cycle,
        "what": signal.what,
        "promise_id": signal.promise_id,
        "at": from_micros(signal.at),
        "noticed_at": now,
    }


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
_WRITTEN_TERMS: dict[int, tuple[object, str, str]] = {}
_KEPT_TERMS = 1_024


@lru_cache(maxsize=1_024)  # a promise never changes, and thousands of cases are held to one
def terms_read(statement: str) -> Terms:
    """The terms that stand in the portable form of a promise, as it is kept."""
    return terms_from_portable(json.loads(statement))
