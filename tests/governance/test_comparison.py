"""What a draft would have changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import FIRST, HOUR, REPLY, RESOLVED, case, log, terms, week

from tierline.cases.event import EventKind
from tierline.cases.log import CaseLog
from tierline.catalog.clock_rules import ClockRules, Reopen, ReopenRule
from tierline.governance.comparison import Change, compare
from tierline.milestones.columns import judge
from tierline.milestones.terms import Terms

WITHOUT = "without"


def changed(log_: CaseLog, draft: Terms) -> dict[Change, int]:
    counts = compare(judge(log_, terms()), judge(log_, draft)).overall().counts
    return {change: counts[change] for change in Change if counts[change]}


def without(kind: object) -> Terms:
    import dataclasses

    base = terms()
    kept = {key: target for key, target in base.targets.items() if key[2] is not kind}
    return dataclasses.replace(base, targets=kept)


def test_a_shorter_target_turns_met_into_missed() -> None:
    assert changed(week(), terms(bronze_S1_resolution=5))[Change.met_to_missed] == 2


def test_a_longer_target_turns_missed_into_met() -> None:
    assert changed(week(), terms(silver_S1_resolution=11))[Change.missed_to_met] == 1


def test_a_kind_that_the_draft_does_not_time_is_no_longer_promised() -> None:
    found = changed(week(), without(FIRST))
    assert found[Change.no_longer_promised] == 5
    assert Change.met_to_missed not in found


def test_a_kind_that_only_the_draft_times_is_newly_promised() -> None:
    comparison = compare(judge(week(), without(FIRST)), judge(week(), terms()))
    assert comparison.overall().counts[Change.newly_promised] == 5
    (flip, *_) = (comparison.flip(place, week()) for place in comparison.flipped)
    assert (flip.used, flip.allowance) == (None, None)
    assert flip.draft_allowance == 4 * HOUR


def test_an_open_milestone_that_the_draft_decides_is_an_open_change() -> None:
    open_case = log(case("open", "bronze", "S1"), until=timedelta(hours=2))
    assert changed(open_case, terms(bronze_S1_first_response=1)) == {
        Change.unchanged: 1,
        Change.other_change: 1,
    }


def test_flips_say_for_whom() -> None:
    comparison = compare(judge(week(), terms()), judge(week(), terms(bronze_S1_resolution=5)))
    assert [(row.name, row.flips, row.cases) for row in comparison.by_tier()] == [
        ("bronze", 2, 2),
        ("silver", 0, 0),
    ]
    (account,) = comparison.by_attribute(week(), "account")
    assert (account.name, account.counts[Change.met_to_missed]) == ("Acme", 2)
    assert comparison.by_attribute(week(), "region") == ()
    flip = comparison.flip(comparison.flipped[0], week())
    assert (flip.case_id, flip.used, flip.allowance, flip.draft_allowance) == (
        *("kept", 6 * HOUR),
        *(16 * HOUR, 5 * HOUR),
    )


def test_cycles_are_matched_by_their_start_when_a_draft_divides_them() -> None:
    reopened = case(
        "again", "silver", "S1", (1, REPLY), (2, RESOLVED), (3, EventKind.reopened), (4, RESOLVED)
    )
    draft = terms()
    rules = ClockRules(reopen=Reopen(rule=ReopenRule.new_cycle))
    draft = replace(draft, rules=dict.fromkeys(draft.tiers, rules))
    assert changed(log(reopened), draft) == {Change.unchanged: 2, Change.newly_promised: 1}


HOURS = st.integers(1, 40)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["bronze", "silver", "gold"]), HOURS, HOURS), max_size=8),
    HOURS,
    HOURS,
)
def test_the_catalog_in_force_as_a_draft_flips_nothing(
    cases: list[tuple[str, int, int]], answer: int, solve: int
) -> None:
    stated = terms(bronze_S1_first_response=answer, silver_S1_resolution=solve)
    history = [
        case(f"c{number}", tier, "S1", (reply, REPLY), (reply + rest, RESOLVED))
        for number, (tier, reply, rest) in enumerate(cases)
    ]
    log_ = log(*history, case("last", "bronze", "S1"))
    table = judge(log_, stated)
    for again in (judge(log_, stated), judge(log_, replace(stated))):
        comparison = compare(table, again)
        assert comparison.overall().flips == 0
        assert len(comparison.change) == len(table)


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(6)), st.integers(0, 6))
def test_matching_finds_each_milestone_once_whatever_is_missing(
    order: list[int], kept: int
) -> None:
    from tierline.milestones.matching import ABSENT, matched_rows

    whole = judge(week(), terms())
    rows = np.sort(np.array(order[:kept], dtype=np.int64))
    part = type(whole)(
        whole.tiers,
        whole.severities,
        **{
            name: getattr(whole, name)[rows]
            for name in whole.__dataclass_fields__
            if name not in ("tiers", "severities")
        },
    )
    before, after = matched_rows(whole, part)
    assert sorted(before[before != ABSENT]) == list(range(len(whole)))
    assert sorted(after[after != ABSENT]) == list(range(len(part)))
    assert all(rows[there] == here for here, there in zip(before, after, strict=True) if there >= 0)
