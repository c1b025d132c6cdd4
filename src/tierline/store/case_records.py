"""Cases inside of a unit of work: their facts, words, index and signals, written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.cases.case import Case, CaseMessage
from tierline.cases.channel import Channel
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.standing import ENDED, CaseState
from tierline.kernel.digest import canonical_json, digest_of_bytes
from tierline.milestones.signals import Signal, SignalKey
from tierline.store import accounts, dialect, users
from tierline.store.accelerated_responses import asked_of_unused
from tierline.store.case_rows import (
    case_row,
    event_row,
    index_row,
    indexed_as,
    message_row,
    signal_row,
)
from tierline.store.cases import (
    CaseReads,
    case_event_table,
    case_message_table,
    case_signal_table,
    case_table,
    case_terms_table,
)
from tierline.store.columns import Whole, Words
from tierline.store.prepared_reads import Ask
from tierline.store.routing import PEOPLE_AND_LOAD, PLAN_IN_FORCE, asked_of_need
from tierline.store.search import SearchRecords, documents_of
from tierline.store.unit_of_work import UnitOfWork

_case, _message = case_table.c, case_message_table.c
_signal, _terms = case_signal_table.c, case_terms_table.c
_KEPT = sa.select(_terms.digest).where(_terms.digest == sa.bindparam("its_digest"))
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


def _asked_of_new(family: str, statement: object | None) -> list[Ask]:
    """What is asked of a new case that is held to this promise: its number, and whether the promise
    is kept already."""
    giving_out = dialect.give_out_number(family)
    asks: list[Ask] = [] if giving_out is None else [(giving_out, {})]
    return asks if statement is None else [*asks, (_KEPT, {"its_digest": _written(statement)[0]})]


def _written(statement: object) -> tuple[str, str]:
    """The digest of a promise in its portable form, and its text. The same object is written out
    once."""
    known = _WRITTEN_TERMS.get(id(statement))
    if known is None or known[0] is not statement:
        written = canonical_json(statement)
        known = statement, digest_of_bytes(written), written.decode()
        if len(_WRITTEN_TERMS) >= _MOST_WRITTEN_TERMS:
            _WRITTEN_TERMS.clear()
        _WRITTEN_TERMS[id(statement)] = known
    return known[1], known[2]


class CaseRecords(CaseReads):
    """Cases inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self._search = SearchRecords(unit)
        self._resolved: set[tuple[str, int]] = set()
        self._new: dict[str, Case] = {}
        """Cases of this unit of which no words are written yet."""
        self._number: int | None = None
        """The number of the next case, where it was given out already."""
        self._added: dict[str, dict[str, Any]] = {}
        """Rows of cases of this unit that may wait to be written still."""
        self._turned: set[str] = set()
        """Cases of this unit that ended or were opened again."""
        self._untold: set[str] = set()
        """Cases of this unit of which nothing was told."""

    def hold(self, cases: Collection[str]) -> None:
        """Wait for whoever changes one of these cases, and let nobody change them until this unit
        has ended: each change of a case writes its row."""
        chosen = sa.select(_case.id).where(_case.id.in_(sorted(cases))).order_by(_case.id)
        self._unit.execute(chosen.with_for_update(key_share=True)).all()

    def look_ahead(
        self, account: str | None, statement: object | None, by: str | None, at: datetime
    ) -> None:
        """Ask at once for what raising a case of this account will ask for, held to this promise,
        raised by this user (None where nobody asks for them) at this instant: on a server one way
        there and back instead of nine, each of which costs as much as what is done between two."""
        singles = [*_asked_of_new(self._unit.family, statement), PLAN_IN_FORCE]
        several = [*PEOPLE_AND_LOAD]
        if account is not None:
            singles += [accounts.asked_of(account), asked_of_need(account)]
            several.append(asked_of_unused(account, at))
        if by is not None:
            singles.append(users.asked_of(by))
        self._unit.ask_ahead(singles, several)
        self._number = (
            self._number or self._given_out()
        )  # at once, so that it is not given out twice

    def next_number(self) -> int:
        """The number of the next case."""
        number, self._number = self._number or self._given_out(), None
        return number or self.next_numbers(1)[0]

    def _given_out(self) -> int | None:
        giving_out = dialect.give_out_number(self._unit.family)
        return None if giving_out is None else int(self._unit.rows(giving_out, {})[0].number)

    def next_numbers(self, count: int) -> list[int]:
        """Those of the next ones. Nobody waits for them on a server, so the numbers of a unit that
        fails are no case's, and who asks first may be done last."""
        giving_out = dialect.give_out_numbers(self._unit.family)
        if giving_out is not None:
            return sorted(row.number for row in self._unit.rows(giving_out, {"count": count}))
        highest = int(self._unit.rows(_HIGHEST, {})[0].number or 0)
        return list(range(highest + 1, highest + count + 1))

    def count_on(self) -> None:
        """After cases were written with numbers of their own: the next ones come after these."""
        statement = dialect.count_on(self._unit.family)
        if statement is not None:
            self._unit.execute(statement)

    def out_of_plan_before(self, contract: str, channel: Channel) -> tuple[datetime, ...]:
        """As to read, by a unit that is serial: who is helped once is not helped twice, by a form
        and a mail of the same instant."""
        self._unit.be_serial()
        return super().out_of_plan_before(contract, channel)

    def keep_terms(self, statement: object) -> str:
        """The digest of a promise in its portable form, which stands there from now on."""
        digest, text = _written(statement)
        if self._unit.row(_KEPT, {"its_digest": digest}) is None:
            new = self._unit.insert_new(case_terms_table, "digest")
            self._unit.write(new, [{"digest": digest, "statement": text}])
        return digest

    def add(self, case: Case, *, by: str, recorded_at: datetime) -> None:
        """Write a new case with its facts. It is found once its first words are written too, even
        if these are none."""
        row = case_row(case, CaseState.new, case.events[0].value, None)
        self._unit.write_later(_INSERT, row)
        self._added[case.id] = row
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
        found, written = self.of_ids(sorted(cases)).values(), self.messages_of(cases)
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
        added = None if case in self._turned else self._added.pop(case, None)
        if added is not None:
            indexed = added | indexed_as(state, severity, next_due_at)
            if self._unit.amend(_INSERT, added, indexed):
                return
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


_WRITTEN_TERMS: dict[int, tuple[object, str, str]] = {}
_MOST_WRITTEN_TERMS = 1_024
