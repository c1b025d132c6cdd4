"""What comes in more than before, and from whom."""

from __future__ import annotations

from decimal import Decimal

from tierline.kernel.money import Money
from tierline.scorecards.expansion import Recurring, expansion


def pays(account: str, before: int, after: int, currency: str = "USD") -> Recurring:
    return Recurring(account=account, before=Money(before, currency), after=Money(after, currency))


def test_the_share_is_of_what_grew_and_nobody_elses_loss_is_taken_off() -> None:
    (found,) = expansion([pays("a", 490, 1200), pays("b", 0, 290), pays("c", 900, 100)], {"a", "c"})
    assert (found.total, found.of_some) == (Money(1000, "USD"), Money(710, "USD"))
    assert (found.accounts, found.some, found.percent) == (2, 1, Decimal("71.0"))


def test_currencies_are_never_added() -> None:
    found = expansion([pays("a", 0, 100), pays("b", 0, 300, "EUR")], {"b"})
    assert [(each.total, each.percent) for each in found] == [
        (Money(300, "EUR"), Decimal("100.0")),
        (Money(100, "USD"), Decimal("0.0")),
    ]


def test_a_change_of_currency_is_no_growth() -> None:
    moved = Recurring(account="a", before=Money(100, "USD"), after=Money(900, "EUR"))
    assert expansion([moved], {"a"}) == ()
