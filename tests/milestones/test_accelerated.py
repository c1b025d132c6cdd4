"""What is owed beside money after a miss, and which case may use it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_offer import offer
from small_world import MONDAY, terms

from tierline.accounts.coverage import CoverageState
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.event import CaseEvent, EventKind
from tierline.catalog.statement import MilestoneKind
from tierline.milestones.accelerated import (
    AcceleratedResponse,
    ResponseState,
    next_for,
    owed_by,
)
from tierline.milestones.fold import milestones_of
from tierline.milestones.portable import portable_terms, terms_from_portable
from tierline.milestones.terms import Acceleration, Terms, terms_of, with_own_targets

MONTH = Acceleration(("S1", "S2"), 30)
FIRST, RESOLUTION = MilestoneKind.first_response, MilestoneKind.resolution


def owing(*rows: tuple[str, MilestoneKind]) -> Terms:
    """Silver, where misses of these severities and kinds owe an accelerated response."""
    small = terms()
    targets = {
        key: replace(target, acceleration=MONTH) if key[1:] in rows else target
        for key, target in small.targets.items()
    }
    return replace(small, targets=targets)


def case(*events: tuple[float, EventKind, str], number: int = 1) -> Case:
    """A case on Silver from (hours after Monday, kind, value)."""
    facts = tuple(
        CaseEvent(MONDAY + timedelta(hours=at), kind, value) for at, kind, value in events
    )
    return Case(
        id=f"case_{number}", number=number, account="acc_1", contact=None, channel=Channel.portal,
        subject="x", coverage=CoverageState.covered, contract="c", tier="silver", terms="t",
        time_zone="", events=facts,
    )  # fmt: skip


def opened(at: float, severity: str, number: int) -> Case:
    return case((at, EventKind.opened, severity), number=number)


def owed(of: Case, promised: Terms, hours: float) -> AcceleratedResponse | None:
    now = MONDAY + timedelta(hours=hours)
    return owed_by(of, milestones_of(of.history, promised, now), promised, now)


def test_it_is_owed_from_the_instant_of_the_first_miss_and_not_before() -> None:
    late = opened(0, "S1", 1)
    promised = owing(("S1", FIRST), ("S1", RESOLUTION))
    assert owed(late, promised, 1) is None
    found = owed(late, promised, 100)
    assert found is not None
    assert (found.milestone, found.severities) == (FIRST, ("S1", "S2"))
    assert found.owed_at == MONDAY + timedelta(hours=1, microseconds=1)
    assert found.until == found.owed_at + timedelta(days=30)


def test_a_miss_that_owes_nothing_is_passed_over_and_so_is_a_case_of_nobody() -> None:
    late, promised = opened(0, "S1", 1), owing(("S1", RESOLUTION))
    found = owed(late, promised, 100)
    assert found is not None
    assert (found.milestone, found.owed_at) == (
        RESOLUTION,
        MONDAY + timedelta(hours=8, microseconds=1),
    )
    assert owed(replace(late, account=None), promised, 100) is None
    assert owed(late, terms(), 100) is None


def test_what_is_told_already_owes_nothing_more_and_the_next_miss_does() -> None:
    late, promised = opened(0, "S1", 1), owing(("S1", FIRST), ("S1", RESOLUTION))
    now = MONDAY + timedelta(hours=100)
    milestones = milestones_of(late.history, promised, now)
    found = owed_by(late, milestones, promised, now, {("first_response", 0, "breach")})
    assert found is not None
    assert found.milestone is RESOLUTION
    both = {("first_response", 0, "breach"), ("resolution", 0, "breach")}
    assert owed_by(late, milestones, promised, now, both) is None


def test_it_is_owed_until_it_is_used_or_its_time_is_over() -> None:
    found = owed(opened(0, "S1", 1), owing(("S1", FIRST)), 2)
    assert found is not None
    moment = timedelta(microseconds=1)
    assert found.state_at(found.until - moment) is ResponseState.owed
    assert found.state_at(found.until) is ResponseState.lapsed
    assert replace(found, used_for="case_2").state_at(found.until) is ResponseState.used


def a_response(hours: float = 0, number: int = 1, **changes: object) -> AcceleratedResponse:
    at = MONDAY + timedelta(hours=hours)
    made = AcceleratedResponse(
        case=f"case_{number}", number=number, account="acc_1", milestone=FIRST, promise_id="p",
        severities=("S1", "S2"), owed_at=at, until=at + timedelta(days=30),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # fields of it


def test_the_next_case_of_its_severities_uses_the_one_that_lapses_first() -> None:
    later, sooner = a_response(1, 1), a_response(0, 2)
    (first, at), (second, _) = next_for([later, sooner], opened(2, "S2", 3))
    assert (first, second) == (sooner, later)
    assert at == MONDAY + timedelta(hours=2)


@pytest.mark.parametrize(
    "which",
    [
        opened(2, "S3", 3),
        opened(-1, "S1", 3),
        opened(2, "S1", 1),
        opened(30 * 24, "S1", 3),
        case((-1, EventKind.opened, "S2"), (2, EventKind.severity_set, "S1"), number=3),
    ],
    ids=["milder", "before the miss", "the missed one", "as it lapses", "severe before the miss"],
)
def test_no_other_case_uses_it(which: Case) -> None:
    assert next_for([a_response()], which) == []


def test_a_case_that_becomes_severe_uses_it_from_then_on() -> None:
    which = case((-1, EventKind.opened, "S3"), (5, EventKind.severity_changed, "S2"), number=3)
    ((_, at),) = next_for([a_response()], which)
    assert at == MONDAY + timedelta(hours=5)
    assert next_for([a_response(used_for="case_9")], which) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(-48, 31 * 24), st.sampled_from(("S1", "S2", "S3")))
def test_whoever_looks_later_finds_the_same(hours: int, severity: str) -> None:
    which = opened(hours, severity, 3)
    is_in_time = 0 <= hours < 30 * 24 and severity != "S3"
    assert bool(next_for([a_response()], which)) is is_in_time


def remedies(**more: object) -> dict[str, object]:
    target = {"severity": "S1", "milestone": "acknowledge", "within": "PT15M", "commitment": True,
              "remedy": "late", **more}  # fmt: skip
    faster = {"severities": ["any"], "within_days": 14}
    late = {"name": "Late", "percent_of_fee": 0, "accelerated_response": faster}
    return {"gold": {"name": "Gold", "hours": "always", "targets": [target]},
            "base": {"name": "Base", "remedies": {"late": late}}}  # fmt: skip


ACKNOWLEDGE = ("gold", "S1", MilestoneKind.acknowledge)


def gold(**more: object) -> Terms:
    tiers = remedies(**more)
    tiers["gold"] = {**tiers["gold"], "includes": "base"}  # type: ignore[dict-item]  # a mapping
    return terms_of(offer(tiers=tiers, add_ons={}))


def test_terms_hold_what_the_remedy_of_a_commitment_states_also_in_their_portable_form() -> None:
    found = gold()
    assert found.targets[ACKNOWLEDGE].acceleration == Acceleration(("S1", "S2"), 14)
    assert found.accelerated == {"S1", "S2"}
    again = terms_from_portable(portable_terms(found, set(found.tiers), (2025, 2026)))
    assert again.targets[ACKNOWLEDGE].acceleration == Acceleration(("S1", "S2"), 14)


def test_a_mere_target_and_a_promised_share_owe_none() -> None:
    assert gold(commitment=False).targets[ACKNOWLEDGE].acceleration is None
    assert gold(attainment_percent=95).targets[ACKNOWLEDGE].acceleration is None


def test_the_own_target_of_a_contract_owes_what_its_remedy_states() -> None:
    tiers = remedies()
    tiers["gold"] = {**tiers["gold"], "includes": "base"}  # type: ignore[dict-item]  # a mapping
    catalog = offer(tiers=tiers, add_ons={})
    stated = catalog.tiers["gold"].targets[0].model_copy(update={"hours": "always"})
    key = ("S1", MilestoneKind.acknowledge)
    own = with_own_targets(terms_of(catalog), catalog, "gold", {key: ("override_1", stated)})
    assert own.targets[ACKNOWLEDGE].acceleration == Acceleration(("S1", "S2"), 14)


def test_terms_without_any_are_written_as_before() -> None:
    rows = portable_terms(terms(), {"silver"}, (2025, 2026))["targets"]
    assert all("acceleration" not in row for row in rows)
