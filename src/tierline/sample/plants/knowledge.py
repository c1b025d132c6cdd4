"""Plants in knowledge: an article that spares cases in one tier and is unknown in another, and what
everybody looks for and nobody wrote."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tierline.kernel.instants import SECOND_US, from_micros
from tierline.sample.articles import CERTIFICATE
from tierline.sample.chance import Chance
from tierline.sample.customers import at_noon, terms_of
from tierline.sample.knowledge import TIERS, Solves, in_period, weeks
from tierline.sample.telling_reviews import CERTIFICATE_CATEGORY, CERTIFICATE_MODE, RENEWED_AT
from tierline.scorecards.recurrence import ENOUGH_CASES

if TYPE_CHECKING:
    from tierline.sample.company import Company, RaisedCase
    from tierline.sample.customers import Customer

_TIER, _UNUSED_IN = "standard", "priority"
_CATEGORY = CERTIFICATE_CATEGORY
_DEFLECTED, _ASKED = 38, 62
_WINDOW = timedelta(days=7)
_AROUND = timedelta(days=90)
_RETURNS_ONE_OF = 8
_SEARCHES_ONE_OF = 3
GAP = "edge sync"


def certificates(company: Company) -> None:
    """F20: KB-112 answers 38 of 100 questions about certificates in Standard, and nobody in
    Priority has ever read it."""
    story, chance = company.knowledge, Chance(company.cast.seed, "certificates")
    story.solved = [each for each in story.solved if each.article != CERTIFICATE]
    for key in [key for key in story.views if key[:2] == (CERTIFICATE, _UNUSED_IN)]:
        del story.views[key]
    asked = [each for each in company.cases if _is_asked(company, each, _TIER)]
    held = max(1, round(len(asked) * _DEFLECTED / _ASKED))
    for each in chance.shuffled(asked)[: len(asked) // _RETURNS_ONE_OF]:
        at = _opened(each) - timedelta(hours=20)
        if each.who is not None and in_period(at):
            story.solved.append(Solves(CERTIFICATE, each.who, _TIER, at))
    story.solved += _held(company, held, chance)
    if not any(_is_asked(company, each, _UNUSED_IN) for each in company.cases):
        return
    percent = round(100 * held / (held + len(asked)))
    company.plant(
        "F20",
        "knowledge_by_tier",
        f"KB-{CERTIFICATE}",
        {
            "tier": _TIER,
            "spared": str(held),
            "raised": str(len(asked)),
            "percent": str(percent),
            "unused_in": _UNUSED_IN,
        },
    )


def renewed_in_time(company: Company) -> None:
    """F21: since boxes renew their certificates in time, 80% fewer cases come about them; where so
    many come that it can be seen."""
    opened = [_opened(each) for each in company.cases if each.life.story.category == _CATEGORY]
    before = sum(RENEWED_AT - _AROUND <= each < RENEWED_AT for each in opened)
    after = sum(RENEWED_AT <= each < RENEWED_AT + _AROUND for each in opened)
    if before + after < ENOUGH_CASES:
        return
    company.plant(
        "F21",
        "action_helped",
        CERTIFICATE_MODE,
        {
            "done": RENEWED_AT.date().isoformat(),
            "before": str(before),
            "after": str(after),
            "percent": str(round(100 * after / before) - 100),
        },
    )


def looked_for_in_vain(company: Company) -> None:
    """F20: "edge sync" has no article, and most searches in vain."""
    chance = Chance(company.cast.seed, "edge sync")
    searches = len(company.customers) // _SEARCHES_ONE_OF
    for _ in range(searches):
        key = GAP, chance.one_of(TIERS), chance.one_of(weeks())
        company.knowledge.searches[key] += 1
    company.plant("F20.gap", "knowledge_gap", GAP, {"rank": "1", "searches": str(searches)})


def _held(company: Company, number: int, chance: Chance) -> list[Solves]:
    """By customers who raise nothing about certificates in the week after."""
    steady = [
        each
        for each in company.customers
        if each.is_there_all_year and each.rises_on is None and each.tier_on(weeks()[0]) == _TIER
    ]
    raised: dict[str, list[datetime]] = {}
    for each in company.cases:
        if each.who is not None and each.life.story.category == _CATEGORY:
            raised.setdefault(each.who, []).append(_opened(each))
    found: list[Solves] = []
    while len(found) < number:
        who, day = chance.one_of(steady).name, chance.one_of(weeks())
        at = at_noon(day) + timedelta(hours=chance.below(8), minutes=chance.below(60))
        if not any(at <= opened < at + _WINDOW for opened in raised.get(who, ())):
            found.append(Solves(CERTIFICATE, who, _TIER, at))
    return found


def _is_asked(company: Company, case: RaisedCase, tier: str) -> bool:
    if case.who is None or case.life.story.category != _CATEGORY:
        return False
    if not in_period(_opened(case)):
        return False
    customer = next(each for each in company.customers if each.name == case.who)
    return tier_at(customer, _opened(case)) == tier


def tier_at(customer: Customer, at: datetime) -> str | None:
    """The tier that a case is held to; None before and after its contracts. A trial of another one
    leaves it as it is."""
    left_on, risen = customer.left_on, customer.rises_on
    if at < customer.midnight(customer.opened_on):
        return None
    if left_on is not None and at >= customer.midnight(left_on):
        return None
    if risen is not None:
        at_once = any(term.start == risen for term in terms_of(customer))
        since = customer.midnight(risen) if at_once else at_noon(risen)
        return customer.tier_on(risen if at >= since else risen - timedelta(1))
    return customer.tier_on(customer.opened_on)


def _opened(case: RaisedCase) -> datetime:
    return from_micros(case.life.story.opened * SECOND_US)
