"""Error budgets: what may be down, what was, and what the contracts promise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_offer import offer

from tierline.accounts.contract import Contract, PlanPhase
from tierline.accounts.signed_terms import terms_signed
from tierline.calendars.months import month_after, month_stated
from tierline.catalog.statement import Period
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import to_micros
from tierline.status.budget import BudgetState, budget_of, is_measured, period_with
from tierline.status.commitment import Commitment, UptimePromises
from tierline.status.component import Component, Condition
from tierline.status.incident import Spell
from tierline.status.scope import EVERYONE
from tierline.status.uptime import Record

START = datetime(2025, 9, 1, tzinfo=UTC)
MINUTE_US = 60_000_000
SEPTEMBER = (date(2025, 9, 1), date(2025, 10, 1))
SEPTEMBER_US = (to_micros(START), to_micros(START + timedelta(days=30)))
_FOREVER = 1 << 62


def commitment(percent: str = "99.9", **stated: object) -> Commitment:
    fields: dict[str, object] = {
        "feature": "uptime", "percent": Decimal(percent), "per": Period.month, "scope": "",
        "measure": "", "excludes": (), "does_part_of_a_minute_count": True,
        "promise_id": "promise", "version": "2025-01-01",
    }  # fmt: skip
    return Commitment(**{**fields, **stated})  # type: ignore[arg-type]  # of their own types


def record(*down: tuple[int, int], now_days: int = 40) -> Record:
    """Down between seconds of the month."""
    spells = [
        Spell("component_api", START + timedelta(seconds=start), START + timedelta(seconds=end),
              Condition.major_outage)
        for start, end in down
    ]  # fmt: skip
    now = to_micros(START + timedelta(days=now_days))
    return Record(spells, watched=(0, _FOREVER), now=now)


def test_99_9_percent_of_30_days_are_43_minutes_and_12_seconds() -> None:
    found = budget_of(record((0, 2_592)), commitment(), SEPTEMBER, SEPTEMBER_US)
    assert found is not None
    assert found.allowed_us == 2_592_000_000
    assert (found.left_us, found.state) == (0, BudgetState.kept)


def test_a_second_more_is_missed_also_before_the_period_is_over() -> None:
    for days in (2, 40):
        found = budget_of(record((0, 2_593), now_days=days), commitment(), SEPTEMBER, SEPTEMBER_US)
        assert found is not None
        assert (found.left_us, found.state) == (-1_000_000, BudgetState.missed)
    running = budget_of(record((0, 60), now_days=2), commitment(), SEPTEMBER, SEPTEMBER_US)
    assert running is not None
    assert running.state is BudgetState.so_far


def test_where_parts_of_a_minute_do_not_count_each_outage_is_whole_minutes() -> None:
    down = record((0, 119), (600, 659), (900, 960))
    whole = commitment(does_part_of_a_minute_count=False)
    found = budget_of(down, whole, SEPTEMBER, SEPTEMBER_US)
    assert found is not None
    assert (found.down_us, found.uptime.down_us) == (2 * MINUTE_US, 238_000_000)


def test_what_is_not_watched_in_a_period_has_no_budget() -> None:
    later = Record([], watched=(to_micros(START) + 90 * 86_400_000_000, _FOREVER), now=_FOREVER)
    assert budget_of(later, commitment(), SEPTEMBER, SEPTEMBER_US) is None


@given(
    st.lists(st.tuples(st.integers(0, 2_592_000), st.integers(1, 90_000)), max_size=6),
    st.decimals("90", "100", places=3),
)
def test_a_budget_is_kept_just_where_the_percentage_is(
    drawn: list[tuple[int, int]], percent: Decimal
) -> None:
    """Over any month that has passed: minutes allowed against minutes down says the same as the
    percentage, and both say it to a thousandth."""
    down = record(*((start, start + length) for start, length in drawn))
    found = budget_of(down, commitment(str(percent)), SEPTEMBER, SEPTEMBER_US)
    assert found is not None
    assert found.allowed_us - found.down_us == found.left_us
    assert found.uptime.percent is not None
    length, exact = Decimal(found.length_us), found.uptime.percent
    assert abs((length - found.down_us) / length * 100 - exact) < Decimal("0.001")
    assert (found.state is BudgetState.kept) == (exact >= percent)


@pytest.mark.parametrize(
    ("month", "per", "first", "until"),
    [
        (9, Period.month, (2025, 9), (2025, 10)),
        (9, Period.quarter, (2025, 7), (2025, 10)),
        (12, Period.quarter, (2025, 10), (2026, 1)),
        (1, Period.year, (2025, 1), (2026, 1)),
    ],
)
def test_a_period_is_that_of_the_calendar(
    month: int, per: Period, first: tuple[int, int], until: tuple[int, int]
) -> None:
    assert period_with(date(2025, month, 1), per) == (date(*first, 1), date(*until, 1))
    assert not is_measured(Period.week)


def test_a_month_is_written_as_in_2025_12() -> None:
    assert month_stated("2025-12") == date(2025, 12, 1)
    assert month_after(date(2025, 12, 1)) == date(2026, 1, 1)
    assert month_after(date(2025, 1, 1), -13) == date(2023, 12, 1)
    assert month_stated("") is None
    for text in ("2025-13", "2025-1", "December", "0001-01", "2025-12-01"):
        with pytest.raises(Invalid, match="is no month"):
            month_stated(text)


def promising(*plans: tuple[datetime, str]) -> Contract:
    """A contract whose plan changes to one with so much uptime at each instant."""
    phases = []
    for start, percent in plans:
        terms = {"uptime": {"kind": "uptime", "percent": percent}}
        features = {"uptime": {"name": "Uptime", "axis": "risk_transfer"}}
        catalog = offer(
            features=features, add_ons={}, every_plan=[],
            tiers={"one": {"name": "One", "hours": "always", "terms": terms}},
        )  # fmt: skip
        phases.append(PlanPhase(terms=terms_signed(catalog, "one"), start=to_micros(start)))
    return Contract(id="contract_1", account="account_1", plans=tuple(phases),
                    start=phases[0].start, end=SEPTEMBER_US[1])  # fmt: skip


def test_the_strictest_promise_of_a_period_governs_all_of_it() -> None:
    held = promising(
        (START - timedelta(days=90), "99.5"),
        (START + timedelta(days=9), "99.95"),
        (START + timedelta(days=12), "99.9"),
    )
    promises = UptimePromises([held])
    (found,) = promises.during(*SEPTEMBER_US)
    assert (found.percent, found.per, found.feature) == (Decimal("99.95"), Period.month, "uptime")
    (august,) = promises.during(to_micros(START - timedelta(days=31)), SEPTEMBER_US[0])
    assert august.percent == Decimal("99.5")


def test_nothing_is_promised_before_a_contract_and_after_it() -> None:
    promises = UptimePromises([promising((START, "99.5"))])
    assert promises.during(0, SEPTEMBER_US[0]) == ()
    assert promises.during(SEPTEMBER_US[1], SEPTEMBER_US[1] + 86_400_000_000) == ()


def test_a_scope_that_names_a_component_is_about_that_one() -> None:
    api, portal = (
        Component(id=name, name=name, about="", place=0, scope=EVERYONE, watched_from=START)
        for name in ("API", "Portal")
    )
    of_the_api = commitment(scope="api")
    assert [of_the_api.is_about(each, (api, portal)) for each in (api, portal)] == [True, False]
    unnamed = commitment(scope="the production platform")
    assert all(unnamed.is_about(each, (api, portal)) for each in (api, portal))
