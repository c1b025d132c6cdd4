"""Telling what the people of the sample company advised, out of which reviews and checks, and what
customers decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tierline.actions.advice import AdviceBooks, AdviceOrder, AdviceWord, give_advice, say_of_advice
from tierline.care.advice import AdviceEventKind
from tierline.care.item import items_of
from tierline.care.schedule import promised_of
from tierline.kernel.instants import to_micros
from tierline.sample.chance import Chance
from tierline.sample.story import COMPLETE_UNTIL
from tierline.sample.telling_care import YEAR, Moment
from tierline.sample.usage import HEALTH_CHECK, REVIEW

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.care.advice import Advice
    from tierline.care.item import CareItem
    from tierline.sample.company import Company

_OF_CHECKS_OF_THOUSAND = 100
"""So many health checks lead to advice; every review does, but one of the story."""
_DECIDED_AFTER, _LOOKED_AGAIN_AFTER = timedelta(days=9), timedelta(days=90)


@dataclass(frozen=True, slots=True)
class _Words:
    topic: str
    title: str
    risk: str
    trade_off: str
    recommendation: str
    outcome: str


_ADVICE = (
    _Words(
        "edge_box",
        "Two lines share one box",
        "Both lines stand where the box fails, and wait for a new one to be sent.",
        "A second box costs half a day on site. Without it a failure costs a shift.",
        "One box for each line, each with the models of both, so that one stands in for the other.",
        "A second box stands since the spring stop.",
    ),
    _Words(
        "integration",
        "Results go through one switch",
        "No result reaches the PLC while the switch is down: pieces pass unjudged.",
        "A second way costs one day on site, and the network team looks after one more device.",
        "Two switches, each box wired to both, and the PLC told of the one that answers.",
        "The second way was drawn and tried with one switch off.",
    ),
    _Words(
        "certificate",
        "Certificates are renewed by hand",
        "A box that nobody renews stops sending on the day its certificate runs out.",
        "Boxes that are online once a month renew by themselves; the firewall opens one port.",
        "Let every box reach the renewal service, and watch the days that are left in one list.",
        "All boxes renew by themselves.",
    ),
)
_DECLINED = "Not before the next product; we know of the risk."


def tell_advice(
    books: AdviceBooks,
    made: Company,
    contracts: Mapping[str, Sequence[Contract]],
    moment: Moment,
) -> None:
    """What was advised of the year's reviews and checks. `contracts` by the name of the customer.
    In the story the review that was held last yielded nothing."""
    held = [
        (customer.part, each)
        for customer in made.customers
        for each in _held(books, contracts.get(customer.name, ()))
    ]
    reviews = [each for _, each in held if each.promised.key.feature == REVIEW]
    silent = max(reviews, key=_settled_at, default=None) if not made.truth.is_control else None
    for part, item in held:
        chance = Chance(made.cast.seed, "advice", part, item.promised.key.due_on.isoformat())
        is_review = item.promised.key.feature == REVIEW
        if item is not silent and (is_review or chance.happens(_OF_CHECKS_OF_THOUSAND)):
            _tell(books, item, chance, moment)


def _held(books: AdviceBooks, contracts: Iterable[Contract]) -> Iterator[CareItem]:
    for contract in sorted(contracts, key=lambda each: each.start):
        start, end = to_micros(YEAR), to_micros(COMPLETE_UNTIL + _LOOKED_AGAIN_AFTER)
        promised = [
            each
            for feature in (HEALTH_CHECK, REVIEW)
            for each in promised_of(contract, feature, start, end)
        ]
        items = items_of(promised, books.care.events_of([contract.id]), COMPLETE_UNTIL)
        yield from (each for each in items if each.is_held and each.owner)


def _settled_at(item: CareItem) -> datetime:
    assert item.settled_at is not None  # noqa: S101 - it was held
    return item.settled_at


def _tell(books: AdviceBooks, item: CareItem, chance: Chance, moment: Moment) -> None:
    words, owner = chance.one_of(_ADVICE), str(item.owner)
    at = _settled_at(item) + timedelta(hours=20)
    order = AdviceOrder(
        title=words.title,
        risk=words.risk,
        trade_off=words.trade_off,
        recommendation=words.recommendation,
        owner=owner,
        follow_up_on=(at + _LOOKED_AGAIN_AFTER).date(),
        topic=words.topic,
        key=item.promised.key,
    )
    advice = give_advice(books, item.promised.account, order, moment(at, owner))
    decided_at = at + _DECIDED_AFTER
    drawn = chance.below(10)
    if decided_at >= COMPLETE_UNTIL or drawn < 2:
        return
    kind = AdviceEventKind.declined if drawn < 5 else AdviceEventKind.accepted
    said = _DECLINED if kind is AdviceEventKind.declined else ""
    _say(books, advice, AdviceWord(kind=kind, text=said), moment, (decided_at, owner))
    looked_at = at + _LOOKED_AGAIN_AFTER
    if kind is AdviceEventKind.accepted and looked_at < COMPLETE_UNTIL:
        closing = AdviceWord(kind=AdviceEventKind.closed, text=words.outcome)
        _say(books, advice, closing, moment, (looked_at, owner))


def _say(
    books: AdviceBooks,
    advice: Advice,
    word: AdviceWord,
    moment: Moment,
    when: tuple[datetime, str],
) -> None:
    say_of_advice(books, advice.given.id, word, moment(*when))
