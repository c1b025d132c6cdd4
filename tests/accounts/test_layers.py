"""Effective entitlements against a table made by hand: twelve layers that overlap (S1-15)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_offer import allowed_until, contract, micros, offer, sandboxes, signed

from tierline.accounts.contract import Contract, HeldAddOn, Override, PlanPhase, Trial, Uplift
from tierline.accounts.effective import effective, effective_entitlements
from tierline.accounts.signed_terms import add_on_signed
from tierline.catalog.clock_rules import Target


@cache
def twelve_layers() -> Contract:
    catalog = offer()
    extra, suite = add_on_signed(catalog, "extra"), add_on_signed(catalog, "suite")

    def on(day: str) -> int:
        return micros(f"2025-{day}")

    return contract(
        plans=(
            PlanPhase(terms=signed("standard"), start=on("01-01")),
            PlanPhase(terms=signed("priority"), start=on("04-01")),
            PlanPhase(terms=signed("standard"), start=on("10-01")),
        ),
        trials=(Trial(id="taste", terms=signed("enterprise"), start=on("03-01"), end=on("03-15")),),
        add_ons=(
            HeldAddOn(id="extra", add_on=extra, start=on("02-01"), end=on("08-01"), count=2),
            HeldAddOn(id="pack", add_on=extra, start=on("05-01"), end=on("07-01"), count=3),
            HeldAddOn(id="suite", add_on=suite, start=on("06-01"), end=on("09-01")),
        ),
        overrides=(
            Override(
                id="deal",
                feature="sandboxes",
                exception=allowed_until("2025-11-01"),
                start=on("06-15"),
                end=on("12-01"),
                value=sandboxes(12),
            ),
            Override(
                id="better",
                feature="sandboxes",
                exception=allowed_until(),
                start=on("07-15"),
                end=on("08-15"),
                value=sandboxes(15),
            ),
            Override(
                id="promo",
                feature="sandboxes",
                exception=allowed_until(),
                start=on("02-15"),
                end=on("03-10"),
                units=Decimal(4),
            ),
        ),
        uplifts=(
            Uplift(
                id="launch",
                feature="sandboxes",
                reason="launch week",
                start=on("07-20"),
                end=on("07-27"),
                value=sandboxes(50),
            ),
            Uplift(
                id="boost",
                feature="sandboxes",
                reason="trade fair",
                start=on("07-25"),
                end=on("08-05"),
                units=Decimal(10),
            ),
        ),
    )


# from this day on: the limit, who wins, what is added, what is overruled, whether they disagree
BY_HAND = [
    ("2024-12-31", None, None, "", "", False),
    ("2025-01-01", 2, "plan:standard", "", "", False),
    ("2025-02-01", 4, "plan:standard", "extra", "", False),
    ("2025-02-15", 8, "plan:standard", "extra promo", "", False),
    ("2025-03-01", 26, "trial:taste", "extra promo", "standard", False),
    ("2025-03-10", 22, "trial:taste", "extra", "standard", False),
    ("2025-03-15", 4, "plan:standard", "extra", "", False),
    ("2025-04-01", 7, "plan:priority", "extra", "", False),
    ("2025-05-01", 10, "plan:priority", "extra pack", "", False),
    ("2025-06-01", 13, "add_on:suite", "extra pack", "priority", False),
    ("2025-06-15", 17, "contract:deal", "extra pack", "priority suite", False),
    ("2025-07-01", 14, "contract:deal", "extra", "priority suite", False),
    ("2025-07-15", 17, "contract:better", "extra", "priority suite deal", True),
    ("2025-07-20", 52, "temporary:launch", "extra", "priority suite deal better", False),
    ("2025-07-25", 62, "temporary:launch", "extra boost", "priority suite deal better", False),
    ("2025-07-27", 27, "contract:better", "extra boost", "priority suite deal", True),
    ("2025-08-01", 25, "contract:better", "boost", "priority suite deal", True),
    ("2025-08-05", 15, "contract:better", "", "priority suite deal", True),
    ("2025-08-15", 12, "contract:deal", "", "priority suite", False),
    ("2025-09-01", 12, "contract:deal", "", "priority", False),
    ("2025-10-01", 12, "contract:deal", "", "standard", False),
    ("2025-11-01", 2, "plan:standard", "", "", False),  # the exception has expired
    ("2026-01-01", None, None, "", "", False),
]
ENDS = [*(row[0] for row in BY_HAND[1:]), "2026-02-01"]


@pytest.mark.parametrize(("row", "end"), [*zip(BY_HAND, ENDS, strict=True)], ids=str)
def test_the_effective_value_is_the_one_worked_out_by_hand(row: tuple, end: str) -> None:  # type: ignore[type-arg]
    day, limit, winner, added, overruled, disagree = row
    for at in (micros(day), (micros(day) + micros(end)) // 2, micros(end) - 1):
        found = effective(twelve_layers(), "sandboxes", at)
        assert getattr(found.value, "limit", None) == limit
        assert (found.winner.name if found.winner else None) == winner
        assert sorted(layer.source for layer in found.added) == sorted(added.split())
        assert sorted(layer.source for layer in found.overruled) == sorted(overruled.split())
        assert bool(found.conflicts) == disagree


PARTS = ("trials", "add_ons", "overrides", "uplifts")


@given(
    part=st.sampled_from(PARTS),
    number=st.integers(0, 2),
    at=st.integers(micros("2024-12-01"), micros("2026-02-01")),
)
def test_removing_a_layer_restores_the_answer_of_a_contract_that_never_had_it(
    part: str, number: int, at: int
) -> None:
    whole = twelve_layers()
    held = getattr(whole, part)
    taken = held[number % len(held)]
    without = replace(whole, **{part: tuple(each for each in held if each is not taken)})
    if not (taken.start <= at < taken.end):
        assert effective(without, "sandboxes", at) == effective(whole, "sandboxes", at)
    assert taken.id not in {
        layer.source
        for found in [effective(without, "sandboxes", at)]
        for layer in (*([found.winner] if found.winner else []), *found.added, *found.overruled)
    }
    restored = replace(without, **{part: held})
    assert effective(restored, "sandboxes", at) == effective(whole, "sandboxes", at)


def test_a_disagreement_is_told_in_a_sentence() -> None:
    found = effective(twelve_layers(), "sandboxes", micros("2025-07-16"))
    assert found.conflicts[0].sentence == (
        "contract:better and contract:deal disagree about 'sandboxes'; contract:better wins: "
        "it started later."
    )


def test_units_of_a_feature_that_no_plan_gives_are_its_limit() -> None:
    day = HeldAddOn(
        id="day", add_on=add_on_signed(offer(), "day"), start=micros("2025-03-01"), count=2
    )
    found = effective(contract(add_ons=(day,)), "on_site_days", micros("2025-04-01"))
    assert getattr(found.value, "limit", None) == 2


def test_units_on_something_that_has_no_number_are_listed_and_not_lost_silently() -> None:
    line = HeldAddOn(
        id="line", add_on=add_on_signed(offer(), "phone_line"), start=micros("2025-01-01")
    )
    found = effective(contract(add_ons=(line,)), "reports", micros("2025-04-01"))
    assert [layer.source for layer in found.overruled] == ["line"]
    assert "add nothing to 'reports'" in found.conflicts[0].sentence


def test_the_hours_of_an_add_on_go_to_the_targets_of_the_plan() -> None:
    line = HeldAddOn(
        id="line", add_on=add_on_signed(offer(), "phone_line"), start=micros("2025-03-01")
    )
    held = contract(add_ons=(line,))
    before = effective(held, "S1.acknowledge", micros("2025-02-01")).value
    after = effective(held, "S1.acknowledge", micros("2025-03-01"))
    assert isinstance(before, Target)
    assert isinstance(after.value, Target)
    assert (before.hours, after.value.hours) == ("office", "always")
    assert (after.winner and after.winner.name, after.added[0].source) == ("plan:priority", "line")


def test_every_feature_of_the_signed_catalog_is_answered() -> None:
    found = effective_entitlements(contract(), micros("2025-02-01"))
    assert list(found) == [*offer().features, "S1.acknowledge"]
    assert found["phone"].value is None
