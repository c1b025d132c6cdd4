"""Advice: what was given, and every fact about it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.care.advice import Advice, AdviceEvent, AdviceEventKind, AdviceGiven, advice_of
from tierline.care.schedule import Key
from tierline.kernel.errors import NotFound
from tierline.store.columns import Instant, Whole, Words
from tierline.store.evidence import without_words
from tierline.store.schema import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tierline.store.unit_of_work import Snapshot, UnitOfWork

advice_table = table(
    "advice",
    sa.Column("id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("number", Whole, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("risk", Words, nullable=False),
    sa.Column("trade_off", Words, nullable=False),
    sa.Column("recommendation", Words, nullable=False),
    sa.Column("topic", Words, nullable=False),
    sa.Column("contract_id", Words, sa.ForeignKey("contract.id")),
    sa.Column("feature", Words),
    sa.Column("due_on", Words),
    sa.Column("owner", Words, nullable=False),
    sa.Column("follow_up_on", Words, nullable=False),
    sa.Column("given_at", Instant, nullable=False),
    sa.Column("given_by", Words, nullable=False),
    sa.UniqueConstraint("account_id", "number"),
)
advice_event_table = table(
    "advice_event",
    sa.Column("advice_id", Words, sa.ForeignKey("advice.id"), primary_key=True),
    sa.Column("place", Whole, primary_key=True, autoincrement=False),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("owner", Words, nullable=False),
    sa.Column("follow_up_on", Words),
    sa.Index("advice_event_account_id", "account_id"),
)
ADVICE_TABLES = (advice_table, advice_event_table)
_advice, _event = advice_table.c, advice_event_table.c
_INSERT, _INSERT_EVENT = advice_table.insert(), advice_event_table.insert()
_TEXTS = ("title", "risk", "trade_off", "recommendation")
_CLEAR = (
    advice_table.update()
    .where(_advice.id == sa.bindparam("its_id"))
    .values({name: sa.bindparam(f"new_{name}") for name in _TEXTS})
)
_CLEAR_EVENT = (
    advice_event_table.update()
    .where(_event.advice_id == sa.bindparam("its_id"), _event.place == sa.bindparam("its_place"))
    .values(text=sa.bindparam("new_text"))
)


class AdviceReads:
    """Reads of advice."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, advice: str) -> Advice:
        """The advice of an id. Raises NotFound."""
        found = self._read(_advice.id == advice)
        if not found:
            raise NotFound(f"There is no advice '{advice}'.")
        return found[0]

    def of_accounts(self, accounts: Iterable[str] | None) -> tuple[Advice, ...]:
        """The advice of accounts (None: of all), the newest first; two queries."""
        if accounts is None:
            return self._read(sa.true())
        return self._read(_advice.account_id.in_(sorted(accounts)))

    def keys_of(self, contracts: Sequence[str]) -> set[Key]:
        """The items of contracts that yielded advice."""
        chosen = sa.select(_advice.contract_id, _advice.feature, _advice.due_on)
        rows = self._snapshot.execute(chosen.where(_advice.contract_id.in_(contracts)).distinct())
        return {Key(row.contract_id, row.feature, date.fromisoformat(row.due_on)) for row in rows}

    def texts_naming(self, account: str, words: Sequence[str]) -> list[str]:
        """What was written of an account's advice in which one of the words stands."""
        rows = [text for _, texts in self._naming(account, words) for text in texts.values()]
        told = [text for *_, text in self._said(account, words)]
        return [text for text in (*rows, *told) if _holds(text, words)]

    def _read(self, which: sa.ColumnElement[bool]) -> tuple[Advice, ...]:
        given = sa.select(advice_table).where(which)
        rows = self._snapshot.execute(given.order_by(_advice.id.desc())).mappings().all()
        if not rows:
            return ()
        told = sa.select(advice_event_table).where(
            _event.advice_id.in_(sa.select(_advice.id).where(which))
        )
        events: dict[str, list[AdviceEvent]] = {}
        ordered = told.order_by(_event.advice_id, _event.place)
        for row in self._snapshot.execute(ordered).mappings():
            events.setdefault(row["advice_id"], []).append(_event_of(row))
        return tuple(advice_of(_given_of(row), events.get(row["id"], ())) for row in rows)

    def _naming(self, account: str, words: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
        chosen = sa.select(advice_table).where(_advice.account_id == account)
        rows = self._snapshot.execute(chosen).mappings()
        found = [(row["id"], {name: row[name] for name in _TEXTS}) for row in rows]
        return [each for each in found if any(_holds(text, words) for text in each[1].values())]

    def _said(self, account: str, words: Sequence[str]) -> list[tuple[str, int, str]]:
        chosen = sa.select(_event.advice_id, _event.place, _event.text)
        rows = self._snapshot.execute(chosen.where(_event.account_id == account))
        return [(row.advice_id, row.place, row.text) for row in rows if _holds(row.text, words)]


class AdviceRecords(AdviceReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def next_number(self, account: str) -> int:
        """The number after the highest of an account. Where somebody else was quicker the unit is
        tried again."""
        highest = sa.select(sa.func.max(_advice.number)).where(_advice.account_id == account)
        found: int | None = self._unit.execute(highest).scalar()
        return (found or 0) + 1

    def give(self, given: AdviceGiven) -> None:
        """Write new advice."""
        key = given.key
        row: dict[str, Any] = {
            name: getattr(given, name)
            for name in ("id", "number", *_TEXTS, "topic", "owner", "given_at", "given_by")
        }
        row |= {
            "account_id": given.account,
            "contract_id": None if key is None else key.contract,
            "feature": None if key is None else key.feature,
            "due_on": None if key is None else key.due_on.isoformat(),
            "follow_up_on": given.follow_up_on.isoformat(),
        }
        self._unit.write(_INSERT, row)

    def append(self, account: str, event: AdviceEvent) -> None:
        """Write a further fact."""
        chosen = sa.select(sa.func.count()).where(_event.advice_id == event.advice)
        day = event.follow_up_on
        self._unit.write(
            _INSERT_EVENT,
            {
                "advice_id": event.advice,
                "place": self._unit.execute(chosen).scalar_one(),
                "account_id": account,
                "kind": event.kind.value,
                "at": event.at,
                "by": event.by,
                "text": event.text,
                "owner": event.owner,
                "follow_up_on": None if day is None else day.isoformat(),
            },
        )

    def erase_people(self, account: str, words: Sequence[str]) -> None:
        """Put a mark where what was written of an account's advice names somebody."""
        given = [
            {"its_id": id_, **{f"new_{name}": without_words(texts[name], words) for name in _TEXTS}}
            for id_, texts in self._naming(account, words)
        ]
        self._unit.write(_CLEAR, given)
        said = [
            {"its_id": id_, "its_place": place, "new_text": without_words(text, words)}
            for id_, place, text in self._said(account, words)
        ]
        self._unit.write(_CLEAR_EVENT, said)


def _holds(text: str, words: Sequence[str]) -> bool:
    return any(word.lower() in text.lower() for word in words if word)


def _given_of(row: sa.RowMapping) -> AdviceGiven:
    stated: dict[str, Any] = {
        name: row[name]
        for name in ("id", "number", *_TEXTS, "topic", "owner", "given_at", "given_by")
    }
    return AdviceGiven(
        account=row["account_id"],
        key=None
        if row["contract_id"] is None
        else Key(row["contract_id"], row["feature"], date.fromisoformat(row["due_on"])),
        follow_up_on=date.fromisoformat(row["follow_up_on"]),
        **stated,
    )


def _event_of(row: sa.RowMapping) -> AdviceEvent:
    day = row["follow_up_on"]
    return AdviceEvent(
        advice=row["advice_id"],
        at=row["at"],
        kind=AdviceEventKind(row["kind"]),
        by=row["by"],
        text=row["text"],
        owner=row["owner"],
        follow_up_on=None if day is None else date.fromisoformat(day),
    )
