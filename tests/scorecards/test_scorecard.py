"""The scorecard of a small log, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import (
    HOUR,
    MONDAY,
    PAUSED,
    REPLY,
    RESOLUTION,
    RESOLVED,
    RESUMED,
    WAIT,
    case,
    log,
    terms,
    week,
)

from tierline.actions.replay import Replay, replay
from tierline.scorecards.coverage import ListedCase
from tierline.scorecards.outcomes import Outcome


@pytest.fixture(scope="module")
def judged() -> Replay:
    return replay(week(), terms(), refused=[ListedCase("torn", "unreadable", "no row has a time")])


def test_every_case_is_judged_or_listed_with_a_reason(judged: Replay) -> None:
    coverage = judged.scorecard.coverage
    assert (coverage.read, coverage.judged, len(coverage.listed)) == (8, 5, 3)
    assert [(each.case_id, each.code) for each in coverage.listed] == [
        ("torn", "unreadable"),
        ("gold case", "unknown_tier"),
        ("odd severity", "unknown_severity"),
    ]
    assert "gold" in coverage.listed[1].reason
    assert "S9" in coverage.listed[2].reason


def test_attainment_counts_what_is_decided(judged: Replay) -> None:
    overall = judged.scorecard.overall
    # answers: kept, waited, question are met, one is late; resolutions: two met, one late.
    assert (overall.met, overall.missed, overall.decided) == (5, 2, 7)
    assert overall.counts[Outcome.running] == 1
    assert overall.share == pytest.approx(5 / 7)


def test_what_is_not_in_the_share_has_a_reason(judged: Replay) -> None:
    (first, resolution) = judged.scorecard.by["milestone"]
    assert first.group == ("first_response",)
    assert first.counts[Outcome.excluded] == 2
    assert resolution.counts[Outcome.not_promised] == 2
    assert resolution.counts[Outcome.excluded] == 2


def test_every_case_stands_once_in_every_kind(judged: Replay) -> None:
    for row in judged.scorecard.by["milestone"]:
        assert sum(row.counts) == 7


@pytest.mark.parametrize(
    "name", ["milestone", "tier", "severity", "month", "promise", "tier_month"]
)
def test_every_table_adds_up_to_the_whole(judged: Replay, name: str) -> None:
    rows = judged.scorecard.by[name]
    assert np.sum([row.counts for row in rows], axis=0).tolist() == list(
        judged.scorecard.overall.counts
    )


def test_a_median_is_stated_for_one_kind_only(judged: Replay) -> None:
    assert judged.scorecard.overall.lengths is None
    silver = next(
        row for row in judged.scorecard.by["promise"]
        if row.group == ("silver", "S1", "resolution")
    )  # fmt: skip
    assert silver.lengths is not None
    assert (silver.lengths.count, silver.lengths.used_p50) == (1, 11 * HOUR)
    assert silver.lengths.elapsed_p90 == 15 * HOUR


def test_a_miss_says_by_how_much_and_which_pauses_are_in_it(judged: Replay) -> None:
    worst = {miss.case_id: miss for miss in judged.scorecard.worst}
    waited = worst["waited"]
    assert waited.over == 3 * HOUR
    assert [(each.reason, each.times, each.length) for each in waited.pauses] == [
        (WAIT, 1, 4 * HOUR)
    ]
    assert worst["late answer"].over == 1 * HOUR
    assert [miss.case_id for miss in judged.scorecard.worst] == ["waited", "late answer"]


def test_a_pause_that_a_change_of_severity_divides_is_one_pause() -> None:
    from tierline.cases.event import EventKind

    steps = (
        *((1, PAUSED, WAIT), (2, EventKind.severity_changed, "S1"), (5, RESUMED)),
        (40, RESOLVED),
    )
    worst = replay(log(case("c", "silver", "S1", *steps)), terms()).scorecard.worst
    (miss,) = (each for each in worst if each.milestone.kind is RESOLUTION)
    assert [(each.times, each.length) for each in miss.pauses] == [(1, 4 * HOUR)]


def test_the_week_shows_the_local_hour_in_which_a_missed_clock_started(judged: Replay) -> None:
    week_hours = judged.scorecard.week
    assert week_hours.zone == "Europe/Berlin"
    assert week_hours.cell(0, 9) == (2, 7)
    assert week_hours.decided.sum() == 7


def test_service_of_the_tier_above_is_judged_by_its_target_on_its_hours() -> None:
    friday = MONDAY.replace(day=7, hour=15)  # an hour before the office closes in Berlin
    cases = [
        case("fast", "bronze", "S1", (0.5, REPLY), (6, RESOLVED)),
        case("by office hours only", "bronze", "S1", (0.5, REPLY), (66, RESOLVED), opened=friday),
        case("top", "silver", "S1", (0.5, REPLY), (6, RESOLVED)),
    ]
    card = replay(log(*cases), terms()).scorecard
    (above,) = card.above
    assert (above.tier, above.tier_above, above.cases, above.kept) == ("bronze", "silver", 2, 1)
    rows = {(row.tier, row.kind): row for row in card.over_delivery}
    bronze = rows["bronze", "resolution"]
    assert (bronze.met, bronze.compared, bronze.kept_above) == (2, 2, 1)
    assert rows["silver", "resolution"].compared == 0
    assert rows["silver", "resolution"].tier_above == ""


def test_met_within_a_tenth_is_fast_and_a_little_more_is_not() -> None:
    cases = [
        case("tenth", "bronze", "S1", (0.4, REPLY)),
        case("more", "bronze", "S1", (0.41, REPLY)),
    ]
    (row,) = replay(log(*cases), terms()).scorecard.over_delivery
    assert (row.met, row.fast) == (2, 1)


def test_the_old_tools_verdicts_stand_beside_ours_and_the_baseline(judged: Replay) -> None:
    (agreement,) = judged.agreements
    row = agreement.overall
    assert (row.both_met, row.both_missed, row.only_ours_missed, row.only_theirs_missed) == (
        *(1, 1, 0, 1),
    )
    assert row.share == pytest.approx(2 / 3)
    assert row.baseline == pytest.approx(1 / 3)
    assert [judged.log.case_ids[each] for each in agreement.disagreeing] == ["late answer"]
    waited = [each for each in agreement.groups if each.group[1] == "waited"]
    assert [(each.compared, each.both_missed) for each in waited] == [(1, 1)]


def test_a_log_of_which_nothing_is_decided_has_no_share() -> None:
    card = replay(log(case("new", "gold", "S1")), terms()).scorecard
    assert card.overall.share is None
    assert card.overall.interval is None
    assert card.coverage.judged == 0


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["bronze", "silver", "gold"]),
            st.sampled_from(["S1", "S2", "S9"]),
            st.floats(0.1, 60),
            st.floats(0.1, 60),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_cases_read_are_always_judged_plus_listed(
    cases: list[tuple[str, str, float, float]],
) -> None:
    histories = [
        case(f"c{number}", tier, severity, (reply, REPLY), (reply + rest, RESOLVED))
        for number, (tier, severity, reply, rest) in enumerate(cases)
    ]
    card = replay(log(*histories), terms()).scorecard
    assert card.coverage.read == len(cases)
    assert len({each.case_id for each in card.coverage.listed}) == len(card.coverage.listed)
    for row in card.by["milestone"]:
        assert sum(row.counts) == len(cases)
