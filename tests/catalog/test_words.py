"""The sentences that grid, contract and diff share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from tierline.catalog.catalog import Catalog
from tierline.catalog.feature import Feature
from tierline.catalog.hours_statement import HoursStatement
from tierline.catalog.price import Commitment, Price, Remedy
from tierline.catalog.resolved import resolve_tier
from tierline.catalog.term import Term
from tierline.catalog.tier import Fence
from tierline.catalog.words import (
    clock_rules_in_words,
    commitment_in_words,
    counted,
    fence_in_words,
    headline_price,
    hours_in_words,
    money_in_words,
    price_in_words,
    remedy_in_words,
    target_in_words,
    term_in_words,
)

_HOURS = {
    "office": {"time_zone": "Europe/Berlin", "week": {"mon-fri": "09:00-17:00"}},
    "weekdays": {"week": {"mon-fri": "00:00-24:00"}},
    "always": {"always_open": True},
}


def catalog_with(**parts: Any) -> Catalog:
    return Catalog.model_validate(
        {
            "format": "tierline/catalog/1",
            "catalog": "acme",
            "version": "2026-01-01",
            "company": "Acme",
            "severities": {"S1": {"name": "Critical"}, "S2": {"name": "Major"}},
            "business_hours": _HOURS,
            **parts,
        }
    )


def term_words(**statement: Any) -> str:
    term = TypeAdapter(Term).validate_python(statement)
    feature = Feature.model_validate({"name": "Thing", "axis": "outcome", "unit": "export"})
    return term_in_words(catalog_with(), feature, term)


def target_words(hours: str | None, **statement: Any) -> str:
    row = {"severity": "S1", "milestone": "acknowledge", "hours": hours, **statement}
    catalog = catalog_with(tiers={"gold": {"name": "Gold", "targets": [row]}})
    return target_in_words(catalog, next(iter(resolve_tier(catalog, "gold").targets.values())))


def price_words(**statement: Any) -> str:
    return price_in_words(TypeAdapter(Price).validate_python(statement), "USD")


@pytest.mark.parametrize(
    ("hours", "within", "words"),
    [
        ("always", "PT15M", "15 minutes, day and night"),
        ("always", "P1D", "24 hours, day and night"),
        ("always", "P5D", "5 days, day and night"),
        ("weekdays", "PT1H", "1 hour on weekdays (24×5)"),
        ("weekdays", "P2D", "2 days on weekdays (24×5)"),
        ("office", "PT4H", "4 business hours"),
        ("office", "PT1H30M", "1 business hour and 30 business minutes"),
        ("office", "P1D", "1 business day"),
        ("office", "PT0S", "0 business minutes"),
        (None, "PT4H", "4 hours"),
        ("office", None, "No target"),
    ],
)
def test_a_target_says_which_hours_count(hours: str | None, within: str, words: str) -> None:
    assert target_words(hours, within=within) == words


def test_an_update_is_promised_every_so_often() -> None:
    assert target_words("always", milestone="periodic_update", within="PT1H") == (
        "every hour, day and night"
    )
    assert target_words("office", milestone="periodic_update", within="P2D") == (
        "every 2 business days"
    )


def test_a_target_says_its_share_of_cases_and_what_it_needs() -> None:
    words = target_words("always", within="PT1H", attainment_percent=95, needs="a phone call")
    assert words == "1 hour, day and night, for 95% of cases (needs: a phone call)"


def test_two_kinds_of_business_hours_are_told_apart() -> None:
    row = {"severity": "S1", "milestone": "restore", "within": "PT4H", "hours": "office"}
    more = {**_HOURS, "long_days": {"week": {"mon-sat": "07:00-19:00"}}}
    catalog = catalog_with(business_hours=more, tiers={"gold": {"name": "G", "targets": [row]}})
    target = resolve_tier(catalog, "gold").targets["S1", "restore"]
    assert target_in_words(catalog, target) == "4 business hours (office)"


@pytest.mark.parametrize(
    ("at_limit", "words"),
    [
        (None, "10 hours a month"),
        (
            {"behaviour": "cap", "overage_amount": 180, "cap_percent_of_fee": 50},
            "10 hours a month, then $180 each up to 50% of the fee",
        ),
        (
            {"behaviour": "cap", "overage_amount": "0.5", "cap_amount": 900},
            "10 hours a month, then $0.50 each up to $900 a month",
        ),
        ({"behaviour": "overage", "overage_amount": 250}, "10 hours a month, then $250 each"),
        ({"behaviour": "overage"}, "10 hours a month, then at no charge"),
        ({"behaviour": "stop"}, "10 hours a month, then no more until the next month"),
        ({"behaviour": "warn"}, "10 hours a month; we warn at 80% and keep serving beyond"),
        (
            {"behaviour": "grace", "grace": "P1D"},
            "10 hours a month; beyond that 1 day of grace, then no more",
        ),
        (
            {"behaviour": "stop", "warn_at_percent": [50, 90]},
            "10 hours a month, then no more until the next month; we warn at 50% and 90%",
        ),
    ],
)
def test_inclusion_limit_and_overage_are_one_sentence(at_limit: Any, words: str) -> None:
    found = term_words(kind="service_units", amount=10, unit="hour", per="month", at_limit=at_limit)
    assert found == words


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({"kind": "included"}, "Included"),
        ({"kind": "included", "included": False}, "Not included"),
        ({"kind": "included", "note": "from July"}, "Included (from July)"),
        ({"kind": "quantity", "limit": 1}, "1 export"),
        ({"kind": "quantity", "limit": 0}, "No exports"),
        ({"kind": "quantity", "limit": "unlimited", "per": "day"}, "Unlimited exports"),
        ({"kind": "quantity", "limit": 1500, "per": "hour"}, "1,500 exports an hour"),
        (
            {"kind": "quantity", "limit": 1, "unit": "sandbox", "at_limit": {"behaviour": "stop"}},
            "1 sandbox and no more",
        ),
        (
            {"kind": "quantity", "limit": 2, "unit": "query", "per": "day", "rollover": True},
            "2 queries a day, unused ones carry over",
        ),
        ({"kind": "quantity", "limit": "0.5", "unit": "GB"}, "0.5 GB"),
        ({"kind": "rate", "limit": 1, "unit": "requests", "per": "second"}, "1 request a second"),
        ({"kind": "seats", "limit": 2, "role": "named contact"}, "2 named contacts"),
        ({"kind": "seats", "limit": 3, "role": "person"}, "3 people"),
        ({"kind": "channel", "channel": "phone", "included": False}, "Not included"),
        (
            {"kind": "channel", "channel": "chat", "hours": "office", "severities": ["S1", "S2"]},
            "Included for S1 and S2, in business hours",
        ),
        (
            {"kind": "channel", "channel": "chat", "languages": ["English"], "best_effort": True},
            "Included, in English, best effort",
        ),
        ({"kind": "expertise", "level": "specialist"}, "A specialist from a shared team"),
        (
            {"kind": "expertise", "level": "named_engineer", "assignment": "designated"},
            "A named engineer designated to your account",
        ),
        (
            {"kind": "expertise", "level": "pod", "role": "engineer", "assignment": "none"},
            "No engineer",
        ),
        ({"kind": "deliverable", "what": "Thing", "per": "quarter"}, "Once a quarter"),
        (
            {"kind": "deliverable", "what": "Review", "times": 2, "per": "year", "on_site": True},
            "Review, twice a year, on site",
        ),
        (
            {
                "kind": "uptime",
                "percent": "99.90",
                "credits": [
                    {"below": "99.9", "at_or_above": 99, "percent_of_fee": 10},
                    {"below": 99, "percent_of_fee": 25},
                ],
            },
            (
                "99.9% of each month; 10% of the fee back below 99.9% and 25% of the fee back "
                "below 99%"
            ),
        ),
        ({"kind": "value", "value": 30, "unit": "day"}, "30 days"),
        ({"kind": "value", "value": True}, "Yes"),
        ({"kind": "value", "value": "EU only"}, "EU only"),
        ({"kind": "text", "text": "as agreed"}, "As agreed"),
    ],
)
def test_every_kind_of_term_has_its_sentence(statement: dict[str, Any], words: str) -> None:
    assert term_words(**statement) == words


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({"model": "flat", "amount": 490}, "$490 a month"),
        ({"model": "flat", "amount": 0}, "free"),
        ({"model": "flat", "amount": 4000, "per": "once"}, "$4,000 once"),
        (
            {"model": "per_unit", "amount": "0.0015", "unit": "request", "minimum_units": 1},
            "$0.0015 a request a month, at least 1 request",
        ),
        (
            {
                "model": "percent_of_spend",
                "minimum": 7500,
                "brackets": [
                    {"percent": 10, "up_to": 150000},
                    {"percent": 7, "up_to": 500000},
                    {"percent": 5},
                ],
            },
            (
                "greater of $7,500 a month or 10% of platform spend to $150,000, 7% to $500,000, "
                "5% above"
            ),
        ),
        ({"model": "quoted", "basis": "seats"}, "Contact sales (based on seats)"),
        ({"model": "bundled", "included_in": "the licence"}, "included in the licence"),
    ],
)
def test_every_price_model_has_its_sentence(statement: dict[str, Any], words: str) -> None:
    assert price_words(**statement) == words


def test_a_card_shows_the_number_large_and_the_rest_below() -> None:
    price = TypeAdapter(Price).validate_python({"model": "flat", "amount": "12.5", "per": "year"})
    assert headline_price(price, "EUR") == ("€12.50", "a year")
    assert headline_price(None, "EUR") == ("Not stated", "")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            {"name": "Late", "percent_of_fee": 5, "cap_percent": 25},
            "5% of the monthly fee for each miss, at most 25% a month, paid without a claim",
        ),
        (
            {
                "name": "Late",
                "percent_of_fee": 10,
                "fee_base": "quarter",
                "misses_more_than": 2,
                "claim": "on_request",
                "claim_within_days": 30,
            },
            (
                "10% of the quarterly fee for each further miss after 2 in a quarter, on request "
                "within 30 days"
            ),
        ),
        (
            {"name": "Late", "percent_of_fee": 10, "per": "period"},
            "10% of the monthly fee for a month with a miss, paid without a claim",
        ),
        (
            {
                "name": "Late",
                "percent_of_fee": 5,
                "accelerated_response": {"severities": ["S1", "S2"], "within_days": 30},
            },
            (
                "5% of the monthly fee for each miss, paid without a claim; the next S1 or S2 case "
                "within 30 days of the miss goes before all others of its severity and to the most "
                "senior of those who may have it, once for each case with a miss"
            ),
        ),
        (
            {
                "name": "Late",
                "percent_of_fee": 0,
                "accelerated_response": {"severities": ["any"], "within_days": 1},
            },
            (
                "the next case within 1 day of the miss goes before all others of its severity and "
                "to the most senior of those who may have it, once for each case with a miss"
            ),
        ),
    ],
)
def test_a_remedy_says_when_and_how_much(statement: dict[str, Any], words: str) -> None:
    assert remedy_in_words(Remedy.model_validate(statement)) == words


def test_a_commitment_says_its_protection() -> None:
    commitment = Commitment(years=3, discount_percent=Decimal(12), uplift_cap="CPI")
    assert commitment_in_words(commitment) == (
        "3 years: 12% less; at renewal the price rises by at most CPI"
    )


def test_a_fence_says_how_it_is_measured() -> None:
    fence = Fence.model_validate(
        {"kind": "measured_usage", "text": "small plants", "meter": "cameras", "limit": 20}
    )
    assert fence_in_words(fence) == "Small plants; limit 20; measured by cameras"


def test_hours_say_when_they_are_open_and_closed() -> None:
    hours = HoursStatement.model_validate(
        {
            "time_zone": "Europe/Berlin",
            "week": {"mon-thu": "09:00-12:00, 13:00-17:00", "fri": "09:00-12:00"},
            "holiday_country": "DE",
            "holidays": ["--12-24", "2026-05-04"],
            "overrides": {"2026-12-31": "09:00-11:00"},
        }
    )
    assert hours_in_words(hours) == (
        "Monday to Thursday 09:00–12:00 and 13:00–17:00, Friday 09:00–12:00, in Europe/Berlin "
        "time; closed on the public holidays of DE; closed on 4 May 2026 and 24 December of every "
        "year; open 09:00–11:00 on 31 December 2026"
    )


def test_clock_rules_say_what_stops_a_clock_and_what_does_not() -> None:
    rules = {
        "starts": "severity_set",
        "pauses": {"customer": {"name": "With customer", "needs_question": True}},
        "retarget": "from_original_start_with_floor",
        "calendar_change": "recompute_from_start",
        "reopen": {"rule": "resume", "within": "P1D"},
    }
    assert clock_rules_in_words(catalog_with(clock_rules=rules).clock_rules) == (
        "Clocks start when we set the severity.",
        (
            "“With customer” stops the clocks of restore and resolution, but only after we asked a "
            "question."
        ),
        (
            "Nothing else stops a clock. An automatic reply or a private note does not count as an "
            "answer."
        ),
        (
            "When the severity or the tier changes, the new target counts from the original start, "
            "and leaves at least 1 hour."
        ),
        "When the hours change, the clock is computed again from its start.",
        (
            "A case reopened within 1 day of its resolution goes on with its clocks; later it "
            "starts new ones."
        ),
    )


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [
        (1, "requests", "1 request"),
        (2, "access", "2 accesses"),
        (1, "access", "1 access"),
        (2, "box", "2 boxes"),
        (2, "day", "2 days"),
        (1, "queries", "1 query"),
        (20, "hour of engineering", "20 hours of engineering"),
        (3, "MB", "3 MB"),
        ("unlimited", "seat", "unlimited seats"),
    ],
)
def test_plurals_are_right(number: Any, unit: str, words: str) -> None:
    assert counted(number, unit) == words


def test_money_shows_cents_only_where_there_are_any() -> None:
    assert money_in_words(Decimal("1900.00"), "USD") == "$1,900"
    assert money_in_words(Decimal("0.5"), "USD") == "$0.50"
    assert money_in_words(Decimal("0.0015"), "EUR") == "€0.0015"
    assert money_in_words(Decimal(490), "CHF") == "CHF 490"
