"""Why an old tool judged otherwise: one rule changed at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from small_world import (
    HOUR,
    MONDAY,
    OFFICE,
    PAUSED,
    RESOLUTION,
    RESOLVED,
    RESUMED,
    WAIT,
    case,
    terms,
)

from tierline.cases.event import EventKind
from tierline.cases.history import CaseHistory
from tierline.catalog.clock_rules import ReopenRule
from tierline.milestones.terms import PromisedTarget, Terms
from tierline.scorecards.difference_rules import Reason
from tierline.scorecards.differences import Comparison, Judged, OldVerdict, compared

SMALL = terms()
AS_OF = MONDAY + timedelta(days=90)
K = EventKind
DAY = 24.0


def judged(
    history: CaseHistory, *, is_met: bool, of: Terms = SMALL, target: int | None = None
) -> Comparison:
    old = OldVerdict(is_met, None if target is None else target * HOUR)
    return compared([Judged(history, RESOLUTION, of, old)], AS_OF)


def solved(
    *steps: tuple[float, EventKind] | tuple[float, EventKind, str], **stated: str
) -> CaseHistory:
    return case("c1", stated.get("tier", "bronze"), "S1", *steps)


def held(hours: object) -> Terms:
    return replace(SMALL, hours={**SMALL.hours, "office": hours})  # type: ignore[dict-item]  # one of the two


def ruled(**rules: object) -> Terms:
    return replace(
        SMALL, rules={tier: each.model_copy(update=rules) for tier, each in SMALL.rules.items()}
    )


HOLIDAY = held(replace(OFFICE, holidays=(date(2025, 3, 4),)))
NEW_YORK = replace(
    terms(bronze_S1_resolution=20),
    hours={**SMALL.hours, "office": replace(OFFICE, time_zone="America/New_York")},
)
MINOR = replace(
    SMALL,
    targets={
        **SMALL.targets,
        ("bronze", "S2", RESOLUTION): PromisedTarget("x/bronze/S2.resolution", 32 * HOUR, "office"),
    },
)
FINAL = SMALL.rules["bronze"].reopen.model_copy(update={"rule": ReopenRule.final})

CASES: dict[str, tuple[Reason, CaseHistory, bool, Terms, int | None]] = {
    "another target": (Reason.target, solved((8, RESOLVED)), False, SMALL, 4),
    "whole minutes": (
        Reason.rounding,
        solved((4.01, RESOLVED)),
        True,
        terms(bronze_S1_resolution=4),
        None,
    ),
    "hours in UTC": (Reason.time_zone, solved((2 * DAY + 7, RESOLVED)), False, NEW_YORK, None),
    "every hour": (Reason.hours, solved((DAY, RESOLVED)), False, SMALL, None),
    "no holidays": (Reason.holidays, solved((3 * DAY - 17, RESOLVED)), False, HOLIDAY, None),
    "waits not counted": (
        Reason.pause_not_counted,
        solved((1, PAUSED, WAIT), (DAY, RESUMED), (2 * DAY + 1, RESOLVED)),
        False,
        SMALL,
        None,
    ),
    "waits counted": (
        Reason.pause_counted,
        solved((1, PAUSED, "a vendor"), (2 * DAY, RESUMED), (2 * DAY + 1, RESOLVED)),
        True,
        SMALL,
        None,
    ),
    "the first end": (
        Reason.reopened,
        solved((7, RESOLVED), (DAY, K.reopened), (3 * DAY, RESOLVED)),
        True,
        SMALL,
        None,
    ),
    "all of its time": (
        Reason.reopened,
        solved((7, RESOLVED), (DAY, K.reopened), (3 * DAY, RESOLVED)),
        False,
        ruled(reopen=FINAL),
        None,
    ),
    "a clock of its own at a change": (
        Reason.retarget,
        case(
            "c1",
            "bronze",
            "S2",
            (DAY + 4, K.severity_changed, "S1"),
            (2 * DAY + 6, RESOLVED),
        ),
        True,
        MINOR,
        None,
    ),
    "the closing": (
        Reason.end,
        solved((8, RESOLVED), (5 * DAY, K.closed)),
        False,
        SMALL,
        None,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_reason_is_found(name: str) -> None:
    reason, history, is_met, of, target = CASES[name]
    found = judged(history, is_met=is_met, of=of, target=target)
    (difference,) = found.differences
    assert reason in (*difference.reasons, *difference.others)
    assert difference.is_met is not is_met


def test_what_is_stated_is_believed_before_what_is_supposed() -> None:
    found = judged(solved((DAY, RESOLVED)), is_met=False, target=4)
    assert found.differences[0].reasons == (Reason.target,)
    assert Reason.hours in found.differences[0].others


def test_the_rule_counts_that_explains_the_most_and_leaves_the_rest_as_it_is() -> None:
    """Each of these may have been judged around the clock; all of them were judged to the end."""
    late = [solved((DAY, RESOLVED), (wait * DAY, K.closed)) for wait in (5, 6, 7)]
    short = [solved((3, RESOLVED), (wait * DAY, K.closed)) for wait in (5, 6)]
    fine = [solved((DAY, RESOLVED)) for _ in range(4)]
    cases = [Judged(each, RESOLUTION, SMALL, OldVerdict(False)) for each in (*late, *short)]
    cases += [Judged(each, RESOLUTION, SMALL, OldVerdict(True)) for each in fine]
    found = compared(cases, AS_OF)
    assert {name: len(told) for name, told in found.by_reason().items()} == {"end": 5}
    assert all(Reason.hours in each.others for each in found.differences[:3])


def test_cases_that_agree_are_counted_and_not_explained() -> None:
    met, missed = solved((1, RESOLVED)), solved((9 * DAY, RESOLVED))
    still_open = solved((1, K.acknowledged))
    old = [OldVerdict(True), OldVerdict(False), OldVerdict(True)]
    cases = [
        Judged(each, RESOLUTION, SMALL, verdict)
        for each, verdict in zip((met, missed, still_open), old, strict=True)
    ]
    found = compared(cases, MONDAY + timedelta(hours=2))
    (kind,) = found.kinds
    assert (kind.both_met, kind.both_missed, kind.undecided) == (1, 1, 1)
    assert found.differences == ()


def test_two_rules_together_explain_what_one_does_not() -> None:
    waits = ((1, PAUSED, WAIT), (DAY - 3, RESUMED), (DAY + 1.5, RESOLVED))
    found = judged(solved(*waits), is_met=False, of=terms(bronze_S1_resolution=25))
    (difference,) = found.differences
    assert difference.is_pair
    assert set(difference.reasons) == {Reason.hours, Reason.pause_not_counted}
    assert found.by_reason() == {"hours + pause_not_counted": ["c1"]}


def test_what_nothing_explains_is_said_to_be_so() -> None:
    found = judged(solved((1, RESOLVED)), is_met=False)
    assert found.by_reason() == {"unexplained": ["c1"]}


def test_a_case_is_explained_whatever_its_last_instant() -> None:
    late: datetime = AS_OF + timedelta(days=400)
    assert judged(solved((0, RESOLVED)), is_met=True).differences == ()
    assert compared([], late).kinds == ()
