"""What each milestone does, fact by fact, under the sample company's promise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tierline.calendars.business_hours import ALWAYS_OPEN
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CaseHistory
from tierline.catalog.clock_rules import (
    ClockRules,
    ClockStart,
    Pause,
    Reopen,
    ReopenRule,
    RetargetRule,
)
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.durations import Duration
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import SECOND_US, format_micros
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.table import NEVER, Verdict
from tierline.milestones.terms import PromisedTarget, Terms

K = EventKind
HOUR_US = 3600 * SECOND_US
WAITING = {"customer": Pause(name="Waiting on customer", needs_question=True)}


def at(clock: str) -> datetime:
    """An instant of March 2025: `03 14:30` is the third at half past two."""
    day, time = clock.split()
    return datetime.fromisoformat(f"2025-03-{day}T{time}:00").replace(tzinfo=UTC)


def case(*facts: tuple[str, EventKind, str], tier: str = "low") -> CaseHistory:
    return CaseHistory("c", tier, tuple(CaseEvent(at(when), k, value) for when, k, value in facts))


def promise(rules: ClockRules | None = None, **hours: int) -> Terms:
    """Terms with one target a kind at S1 (hours given by kind), twice as long at S2."""
    rules = rules or ClockRules(pauses=WAITING)
    targets = {
        (tier, severity, MilestoneKind(kind)): PromisedTarget(
            f"x/{tier}/{severity}.{kind}", length * factor * HOUR_US // better, "always"
        )
        for tier, better in (("low", 1), ("high", 2))
        for severity, factor in (("S1", 1), ("S2", 2))
        for kind, length in hours.items()
    }
    return Terms(
        "x", "2025-01-01", "", ("low", "high"), ("S1", "S2", "S3"), targets,
        {"low": rules, "high": rules}, {"always": ALWAYS_OPEN},
    )  # fmt: skip


def fold(history: CaseHistory, terms: Terms, until: str = "30 00:00") -> list[Milestone]:
    return milestones_of(history, terms, at(until))


def only(history: CaseHistory, terms: Terms, until: str = "30 00:00") -> Milestone:
    (milestone,) = fold(history, terms, until)
    return milestone


OPENED = ("03 08:00", K.opened, "S1")


def test_a_reply_at_the_last_second_meets_the_target() -> None:
    history = case(OPENED, ("03 12:00", K.public_reply, ""))
    assert only(history, promise(first_response=4)).verdict is Verdict.met


@pytest.mark.parametrize("kind", [K.automatic_reply, K.private_note, K.customer_message])
def test_what_the_customer_does_not_get_from_a_person_stops_no_response(kind: EventKind) -> None:
    milestone = only(case(OPENED, ("03 09:00", kind, "")), promise(first_response=4), "03 10:00")
    assert (milestone.stopped, milestone.verdict) == (NEVER, Verdict.running)


def test_a_miss_is_a_fact_of_time_although_nobody_stopped_the_clock() -> None:
    milestone = only(case(OPENED), promise(first_response=4), "03 12:01")
    assert milestone.verdict is Verdict.missed
    assert format_micros(milestone.due) == "2025-03-03T12:00:00Z"


def test_each_customer_message_after_the_first_reply_starts_its_own_clock() -> None:
    history = case(
        OPENED,
        ("03 08:30", K.customer_message, ""),
        ("03 09:00", K.public_reply, ""),
        ("03 10:00", K.customer_message, ""),
        ("03 10:20", K.customer_message, ""),
        ("03 11:00", K.public_reply, ""),
        ("03 12:00", K.customer_message, ""),
    )
    first, second = fold(history, promise(next_response=2), "03 13:00")
    assert (first.used, first.verdict) == (HOUR_US, Verdict.met)
    assert (second.cycle, second.verdict) == (1, Verdict.running)


def test_every_interval_without_an_update_is_judged_apart() -> None:
    history = case(
        OPENED,
        ("03 09:00", K.public_reply, ""),
        ("03 10:30", K.public_reply, ""),
        ("03 11:00", K.resolved, ""),
    )
    verdicts = [m.verdict for m in fold(history, promise(periodic_update=1))]
    assert verdicts == [Verdict.met, Verdict.missed, Verdict.met]


def test_a_pause_moves_the_due_time_by_exactly_its_length() -> None:
    history = case(OPENED, ("03 09:00", K.paused, "customer"), ("03 11:30", K.resumed, ""))
    milestone = only(history, promise(resolution=4), "03 12:00")
    assert format_micros(milestone.due) == "2025-03-03T14:30:00Z"


def test_a_paused_milestone_has_no_due_time() -> None:
    history = case(OPENED, ("03 09:00", K.paused, "customer"))
    milestone = only(history, promise(resolution=4))
    assert (milestone.due, milestone.verdict) == (NEVER, Verdict.paused)


def test_a_pause_without_a_question_is_not_a_pause() -> None:
    history = case(OPENED, ("03 09:00", K.paused_without_question, "customer"))
    assert only(history, promise(resolution=4), "03 14:00").verdict is Verdict.missed


def test_a_pause_does_not_stop_a_kind_that_its_reason_does_not_name() -> None:
    history = case(OPENED, ("03 09:00", K.paused, "customer"))
    assert only(history, promise(first_response=4), "03 14:00").verdict is Verdict.missed


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        (RetargetRule.from_original_start, "2025-03-03T12:00:00Z"),
        (RetargetRule.from_change, "2025-03-03T15:00:00Z"),
        (RetargetRule.from_original_start_with_floor, "2025-03-03T12:30:00Z"),
    ],
)
def test_a_raised_severity_retargets_by_the_rule_of_the_catalog(
    rule: RetargetRule, due: str
) -> None:
    rules = ClockRules(retarget=rule, retarget_floor=Duration(seconds=5400))
    history = case(("03 08:00", K.opened, "S2"), ("03 11:00", K.severity_changed, "S1"))
    milestone = only(history, promise(rules, resolution=4), "03 11:30")
    assert format_micros(milestone.due) == due


def test_an_upgrade_improves_an_open_case_and_a_downgrade_never_loosens_it() -> None:
    up = case(OPENED, ("03 09:00", K.tier_changed, "high"))
    down = case(OPENED, ("03 09:00", K.tier_changed, "low"), tier="high")
    terms = promise(resolution=4)
    assert [only(h, terms, "03 09:30").allowance for h in (up, down)] == [2 * HOUR_US] * 2


@pytest.mark.parametrize(
    ("rule", "used"),
    [
        (ReopenRule.resume, [2 * HOUR_US]),
        (ReopenRule.new_cycle, [HOUR_US, HOUR_US]),
        (ReopenRule.final, [HOUR_US]),
    ],
)
def test_a_reopened_case_follows_the_rule_of_the_catalog(rule: ReopenRule, used: list[int]) -> None:
    history = case(
        OPENED,
        ("03 09:00", K.resolved, ""),
        ("04 09:00", K.reopened, ""),
        ("04 10:00", K.resolved, ""),
    )
    rules = ClockRules(reopen=Reopen(rule=rule, within=Duration(days=5)))
    assert [m.used for m in fold(history, promise(rules, resolution=4))] == used


def test_a_case_reopened_too_late_begins_a_new_cycle() -> None:
    history = case(OPENED, ("03 09:00", K.resolved, ""), ("09 09:00", K.reopened, ""))
    assert len(fold(history, promise(resolution=4))) == 2


def test_nothing_counts_before_triage_where_the_severity_starts_the_clock() -> None:
    rules = ClockRules(starts=ClockStart.severity_set)
    history = case(OPENED, ("03 10:00", K.severity_set, "S1"), ("03 11:00", K.public_reply, ""))
    assert only(history, promise(rules, first_response=4)).used == HOUR_US


def test_a_post_mortem_is_timed_from_the_first_end_of_the_case() -> None:
    history = case(
        OPENED,
        ("03 09:00", K.resolved, ""),
        ("03 10:00", K.closed, ""),
        ("04 09:00", K.post_mortem_published, ""),
    )
    assert only(history, promise(post_mortem=48)).used == 24 * HOUR_US


def test_a_severity_without_a_target_is_promised_nothing() -> None:
    assert fold(case(("03 08:00", K.opened, "S3")), promise(resolution=4)) == []


def test_a_history_that_goes_back_in_time_is_refused() -> None:
    with pytest.raises(Invalid, match="goes back in time"):
        case(OPENED, ("02 08:00", K.resolved, ""))
