"""What can be done with advice: give it, ask and answer, decide, say who looks again and when, and
what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tierline.actions.care import CareBooks, item_of
from tierline.care.advice import (
    Advice,
    AdviceEvent,
    AdviceEventKind,
    AdviceGiven,
    advice_of,
    refuse_after,
)
from tierline.cases.mask import masked
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.ids import ADVICE
from tierline.languages.language import message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tierline.actions.occasion import Occasion
    from tierline.care.schedule import Key
    from tierline.cases.playbook import Guide

_FACTS = {
    AdviceEventKind.asked: "AdviceAsked",
    AdviceEventKind.answered: "AdviceAnswered",
    AdviceEventKind.accepted: "AdviceAccepted",
    AdviceEventKind.declined: "AdviceDeclined",
    AdviceEventKind.planned: "AdvicePlanned",
    AdviceEventKind.closed: "AdviceClosed",
}
_NEEDED = {
    AdviceEventKind.asked: message("Write your question."),
    AdviceEventKind.answered: "Write the answer.",
    AdviceEventKind.declined: message("Say why it is declined."),
    AdviceEventKind.closed: "Say what came of it.",
}


class AdviceBook(Protocol):
    """The advice that was given."""

    def get(self, advice: str) -> Advice: ...
    def next_number(self, account: str) -> int: ...
    def give(self, given: AdviceGiven) -> None: ...
    def append(self, account: str, event: AdviceEvent) -> None: ...


class GuideBook(Protocol):
    """Where the topics stand."""

    def newest(self) -> tuple[int, Guide]: ...


class AdviceBooks(CareBooks, Protocol):
    """What the actions of this module need."""

    @property
    def advice(self) -> AdviceBook: ...
    @property
    def guides(self) -> GuideBook: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceOrder:
    """Advice as it is stated; `key` is the item of care that it came out of."""

    title: str
    risk: str
    trade_off: str
    recommendation: str
    owner: str
    follow_up_on: date
    topic: str = ""
    key: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceWord:
    """What is said of advice; a plan has somebody who sees to it, and a day."""

    kind: AdviceEventKind
    text: str = ""
    owner: str = ""
    follow_up_on: date | None = None


def give_advice(books: AdviceBooks, account: str, order: AdviceOrder, occasion: Occasion) -> Advice:
    """New advice to an account. Raises Invalid for a topic that the playbooks do not have, and for
    an item of another account; NotFound for one that is not promised; Conflict for one that was not
    held."""
    _refuse_unknown_topic(books, order.topic)
    if order.key is not None:
        _refuse_foreign_item(books, account, order.key, occasion)
    given = AdviceGiven(
        id=occasion.new_id(ADVICE),
        account=account,
        number=books.advice.next_number(account),
        title=masked(order.title)[0],
        risk=masked(order.risk)[0],
        trade_off=masked(order.trade_off)[0],
        recommendation=masked(order.recommendation)[0],
        topic=order.topic,
        key=order.key,
        owner=order.owner,
        follow_up_on=order.follow_up_on,
        given_at=occasion.now,
        given_by=occasion.by,
    )
    books.advice.give(given)
    body = {**_about(given), "owner": given.owner, "topic": given.topic}
    books.append([occasion.fact("AdviceGiven", account, body)])
    return advice_of(given, ())


def say_of_advice(books: AdviceBooks, advice: str, word: AdviceWord, occasion: Occasion) -> Advice:
    """The advice with what is said of it. Raises NotFound, Invalid where words are missing, and
    Conflict where it cannot follow."""
    if word.kind in _NEEDED and not word.text:
        told = _NEEDED[word.kind]
        raise Invalid(told, [Fault("missing", told, "text")])
    found = books.advice.get(advice)
    refuse_after(found, word.kind)
    event = AdviceEvent(
        advice=found.given.id,
        at=occasion.now,
        kind=word.kind,
        by=occasion.by,
        text=masked(word.text)[0],
        owner=word.owner,
        follow_up_on=word.follow_up_on,
    )
    books.advice.append(found.given.account, event)
    planned = {"owner": word.owner} if word.kind is AdviceEventKind.planned else {}
    body = {**_about(found.given), **planned}
    books.append([occasion.fact(_FACTS[word.kind], found.given.account, body)])
    return advice_of(found.given, (*found.events, event))


def _about(given: AdviceGiven) -> Mapping[str, object]:
    return {"advice": given.id, "number": given.number}


def _refuse_unknown_topic(books: AdviceBooks, topic: str) -> None:
    if topic and topic not in books.guides.newest()[1].topics:
        told = f"The playbooks have no topic '{topic}'."
        raise Invalid(told, [Fault("unknown_topic", told, "topic")])


def _refuse_foreign_item(books: AdviceBooks, account: str, key: Key, occasion: Occasion) -> None:
    item = item_of(books, key, occasion.now)
    if item.promised.account != account:
        told = "This is of the contract of another account."
        raise Invalid(told, [Fault("other_account", told, "contract")])
    if not item.is_held:
        raise Conflict("Say first that it was done: advice comes of what was.", code="care_open")
