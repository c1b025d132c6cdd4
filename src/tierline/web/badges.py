"""States as a page shows them: a mark, a word and a colour, so that no state is a colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tierline.accounts.contract import PaymentState
from tierline.accounts.coverage import CoverageState
from tierline.languages.language import ENGLISH, Language, message

if TYPE_CHECKING:
    from tierline.queries.balances import FeatureBalance


class Badge(NamedTuple):
    """`state` is one of the four colours: ok, warn, breach, paused."""

    state: str
    mark: str
    words: str


_COVERAGE = {
    CoverageState.covered: Badge("ok", "✓", message("Covered")),
    CoverageState.grace: Badge("warn", "!", message("In grace")),
    CoverageState.uncovered: Badge("breach", "×", message("Not covered")),
    CoverageState.unknown: Badge("paused", "?", message("Unknown")),
}
_PAYMENT = {
    PaymentState.paid: Badge("ok", "✓", message("Paid")),
    PaymentState.past_due: Badge("warn", "!", message("Past due")),
    PaymentState.suspended: Badge("breach", "×", message("Suspended")),
}
_BALANCE = {
    "ok": ("ok", "✓", ""),
    "warn": ("warn", "!", ""),
    "breach": ("breach", "×", message("Nothing left")),
}


def coverage_badge(state: CoverageState) -> Badge:
    """Whether a contract holds."""
    return _COVERAGE[state]


def payment_badge(state: PaymentState) -> Badge:
    """How the account stands with its invoices."""
    return _PAYMENT[state]


def balance_badge(balance: FeatureBalance, language: Language = ENGLISH) -> Badge:
    """`80% used`, with its warning."""
    if balance.used is None:
        return Badge("paused", "?", message("Not known"))
    state, mark, words = _BALANCE[balance.state]
    if balance.state == "breach":
        over = balance.used > balance.included
        return Badge(state, mark, message("Over the limit") if over else words)
    share = language.percent(balance.share * 100, 0)
    return Badge(state, mark, language.phrase("%(share)s used", share=share))
