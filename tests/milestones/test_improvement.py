"""An open case whose account is promised more: it is never worse off, and sometimes better."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from drawn_cases import HOURS, START, TIERS, histories, terms
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CaseHistory
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import SECOND_US, from_micros, to_micros
from tierline.milestones.fold import milestones_of
from tierline.milestones.improvement import improved, tier_in_force
from tierline.milestones.portable import portable_terms, terms_from_portable
from tierline.milestones.table import NEVER, Verdict
from tierline.milestones.terms import PromisedTarget, Terms

HOUR = timedelta(hours=1)


def changed(history: CaseHistory, at: int, tier: str) -> CaseHistory:
    event = CaseEvent(from_micros(at), EventKind.tier_changed, tier)
    events = sorted((*history.events, event), key=lambda each: each.at)
    return replace(history, events=tuple(events))


@settings(max_examples=30)
@given(histories(), terms(), terms(), st.sampled_from(TIERS), st.integers(0, 900_000))
def test_no_clock_is_due_later_and_no_miss_is_forgiven(
    drawn: list[CaseHistory], held: Terms, offered: Terms, tier: str, seconds: int
) -> None:
    for history in drawn:
        at = to_micros(history.opened_at) + seconds * SECOND_US
        found = improved(history, held, offered, tier, at)
        if found is None:
            continue
        joined, key = found
        after = changed(history, at, key)
        assert tier_in_force(after, joined) == key
        as_of = after.events[-1].at + timedelta(days=9)
        old = {(each.kind, each.cycle): each for each in milestones_of(history, held, as_of)}
        new = {(each.kind, each.cycle): each for each in milestones_of(after, joined, as_of)}
        assert set(old) <= set(new)
        for name, before in old.items():
            if before.verdict is Verdict.missed:
                assert new[name].verdict is Verdict.missed
            if before.due != NEVER:
                assert new[name].due <= before.due


@settings(max_examples=15)
@given(histories(), terms(), terms(), st.sampled_from(TIERS))
def test_done_again_it_changes_nothing(
    drawn: list[CaseHistory], held: Terms, offered: Terms, tier: str
) -> None:
    for history in drawn:
        at = to_micros(history.events[-1].at)
        found = improved(history, held, offered, tier, at)
        if found is not None:
            joined, key = found
            again = improved(changed(history, at, key), joined, offered, tier, at)
            assert again is None or again[0].targets != joined.targets


def one(
    within: timedelta, *, hours: str = "always", tier: str = "bronze", commitment: bool = False
) -> Terms:
    target = PromisedTarget(
        f"{tier}.S1", int(within.total_seconds()) * SECOND_US, hours, commitment=commitment,
        warn_at_percent=(Decimal(50),),
    )  # fmt: skip
    return Terms(
        catalog="x", version="1", digest="", tiers=TIERS, severities=("S1",),
        targets={(tier, "S1", MilestoneKind.first_response): target}, rules={},
        hours={hours: HOURS[hours]}, names={"gold": "Gold", "bronze": "Bronze"},
    )  # fmt: skip


OPENED = CaseHistory("case", "bronze", (CaseEvent(START, EventKind.opened, "S1"),))


def test_an_upgrade_brings_the_due_time_forward_and_keeps_what_was_used() -> None:
    at = to_micros(START + HOUR)
    found = improved(OPENED, one(8 * HOUR), one(4 * HOUR, tier="gold"), "gold", at)
    assert found is not None
    joined, key = found
    (clock,) = milestones_of(changed(OPENED, at, key), joined, START + 2 * HOUR)
    assert from_micros(clock.due) == START + 4 * HOUR
    assert (clock.promise_id, joined.names[key]) == ("gold.S1", "Gold")


def test_a_downgrade_changes_nothing() -> None:
    at = to_micros(START + HOUR)
    assert improved(OPENED, one(4 * HOUR), one(8 * HOUR, tier="silver"), "silver", at) is None


def test_better_targets_of_the_same_tier_stand_beside_the_old_ones() -> None:
    at = to_micros(START + HOUR)
    found = improved(OPENED, one(8 * HOUR), one(4 * HOUR), "bronze", at)
    assert found is not None
    assert found[1] == "bronze+2"
    assert found[0].tiers == ("bronze", "bronze+2", "silver", "gold")


def test_a_promise_with_a_remedy_does_not_give_way_to_one_without() -> None:
    at = to_micros(START + HOUR)
    held = one(8 * HOUR, commitment=True)
    assert improved(OPENED, held, one(4 * HOUR, tier="gold"), "gold", at) is None


def test_hours_of_the_same_name_that_differ_stand_apart() -> None:
    offered = one(4 * HOUR, tier="gold")
    offered = replace(offered, hours={"always": replace(HOURS["always"], time_zone="Asia/Tokyo")})
    found = improved(OPENED, one(8 * HOUR), offered, "gold", to_micros(START + HOUR))
    assert found is not None
    assert set(found[0].hours) == {"always", "always+2"}


def test_the_joined_terms_survive_being_written_down() -> None:
    found = improved(OPENED, one(8 * HOUR), one(4 * HOUR, tier="gold"), "gold", to_micros(START))
    assert found is not None
    written = portable_terms(found[0], set(found[0].tiers), (2024, 2030))
    assert terms_from_portable(written).targets == found[0].targets
