"""Terms, waits and prices in the words of a sentence."""

from __future__ import annotations

from decimal import Decimal

from tierline.catalog.lint.comparison import (
    UNLIMITED,
    LimitTerm,
    gives_nothing,
    limit_of,
    period_of,
)
from tierline.catalog.lint.finding import plain
from tierline.catalog.lint.naming import in_plural
from tierline.catalog.price import Flat, PercentOfSpend, PerUnit, Price
from tierline.catalog.resolved import ResolvedTarget
from tierline.catalog.term import (
    Channel,
    Deliverable,
    Expertise,
    Included,
    QuantityTerm,
    Rate,
    Seats,
    ServiceUnits,
    Term,
    Uptime,
)
from tierline.kernel.durations import in_words
from tierline.kernel.instants import SECOND_US


def term_in_words(term: Term | None) -> str:
    """What a term gives: `200 request a second`, `included`, `nothing`."""
    if term is None or gives_nothing(term):
        return "nothing"
    match term:
        case QuantityTerm() | Rate() | Seats() | ServiceUnits():
            return limit_in_words(term)
        case Included() | Channel():
            return "included"
        case Expertise():
            return f"{term.level.value.replace('_', ' ')}, {term.assignment.value}"
        case Deliverable():
            return f"{term.times} a {term.per.value}"
        case Uptime():
            return f"{plain(term.percent)}%" if term.percent is not None else "credits"
    return "something else"


def limit_in_words(term: LimitTerm) -> str:
    """`50 request a second`, `unlimited`."""
    number = limit_of(term)
    amount = "unlimited" if number == UNLIMITED else plain(number)
    unit = (term.role if isinstance(term, Seats) else term.unit) or ""
    per = period_of(term)
    shown = unit if number == 1 else in_plural(unit)
    return amount + (f" {shown}" if shown else "") + (f" a {per.value}" if per else "")


def wait_in_words(micros: int) -> str:
    """A length of wall time: `2 d 16 h`."""
    return in_words(micros // SECOND_US)


def target_in_words(target: ResolvedTarget) -> str:
    """`PT4H on office`."""
    hours = f" on {target.hours}" if target.hours else ""
    return f"{target.statement.within}{hours}"


def milestone_in_words(target: ResolvedTarget) -> str:
    """`first response`."""
    return target.milestone.value.replace("_", " ")


def price_in_words(price: Price | None, currency: str) -> str:
    """`490 USD a month`."""
    match price:
        case Flat():
            per = " once" if price.per == "once" else f" a {price.per.value}"
            return f"{plain(price.amount)} {currency}{per}"
        case PerUnit():
            return f"{plain(price.amount)} {currency} a {price.unit} and {price.per.value}"
        case PercentOfSpend():
            shares = " / ".join(f"{plain(bracket.percent)}%" for bracket in price.brackets)
            return f"{shares} of {price.spend}, at least {plain(price.minimum)} {currency}"
        case None:
            return "no price"
    return "a price on request"


def hours_of_year(micros: int) -> Decimal:
    """Hours with at most one decimal."""
    return (Decimal(micros) / (3_600 * SECOND_US)).quantize(Decimal("0.1"))
