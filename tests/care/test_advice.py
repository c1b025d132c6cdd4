"""Advice: where it is in its life follows from what was said of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tierline.care.advice import (
    EVENTS_LIMIT_COUNT,
    Advice,
    AdviceEvent,
    AdviceEventKind,
    AdviceGiven,
    AdviceState,
    advice_of,
    known_at,
    refuse_after,
    without_advice,
)
from tierline.care.item import CareItem, CareState
from tierline.care.schedule import Key, Promised
from tierline.kernel.errors import Conflict

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
KIND = AdviceEventKind
GIVEN = AdviceGiven(
    id="advice_1", account="account_1", number=1, title="One switch", risk="It fails.",
    trade_off="A day on site.", recommendation="Two.", topic="network", key=None, owner="user_1",
    follow_up_on=date(2025, 6, 2), given_at=NOON, given_by="user_1",
)  # fmt: skip


def after(*kinds: AdviceEventKind, text: str = "So.") -> Advice:
    return advice_of(
        GIVEN,
        [
            AdviceEvent(
                advice="advice_1", at=NOON + timedelta(hours=place), kind=kind, by="user_2",
                text=text,
            )
            for place, kind in enumerate(kinds)
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "state", "is_open"),
    [
        ((), AdviceState.waiting, True),
        ((KIND.asked, KIND.answered), AdviceState.waiting, True),
        ((KIND.accepted,), AdviceState.accepted, True),
        ((KIND.accepted, KIND.declined), AdviceState.declined, True),
        ((KIND.declined, KIND.accepted, KIND.closed), AdviceState.closed, False),
    ],
)
def test_its_risk_is_open_until_it_is_said_what_came_of_it(
    told: tuple[AdviceEventKind, ...], state: AdviceState, is_open: bool
) -> None:
    found = after(*told)
    assert (found.state, found.is_open) == (state, is_open)


def test_a_question_is_open_until_it_is_answered() -> None:
    assert not after().is_asked
    assert after(KIND.asked, KIND.declined).is_asked
    assert not after(KIND.asked, KIND.answered, KIND.accepted).is_asked


def test_it_is_overdue_once_the_day_on_which_somebody_looks_again_is_over() -> None:
    assert not after().is_overdue(datetime(2025, 6, 2, 23, 59, tzinfo=UTC))
    assert after().is_overdue(datetime(2025, 6, 3, tzinfo=UTC))
    assert not after(KIND.closed).is_overdue(datetime(2025, 6, 3, tzinfo=UTC))
    plan = AdviceEvent(
        advice="advice_1", at=NOON, kind=KIND.planned, by="user_1", owner="user_3",
        follow_up_on=date(2025, 9, 1),
    )  # fmt: skip
    planned = advice_of(GIVEN, [plan])
    assert (planned.owner, planned.follow_up_on) == ("user_3", date(2025, 9, 1))


def test_it_is_told_as_it_stood_at_an_instant() -> None:
    found = [after(KIND.accepted, KIND.closed)]
    states = {
        hours: [each.state for each in known_at(found, NOON + timedelta(hours=hours))]
        for hours in (-1, 0, 1)
    }
    assert states == {-1: [], 0: [AdviceState.accepted], 1: [AdviceState.closed]}


def test_what_cannot_follow_is_refused() -> None:
    with pytest.raises(Conflict, match="came of this advice already"):
        refuse_after(after(KIND.closed), KIND.accepted)
    with pytest.raises(Conflict, match="decided so already"):
        refuse_after(after(KIND.asked, KIND.accepted), KIND.accepted)
    with pytest.raises(Conflict, match="Nothing was asked"):
        refuse_after(after(KIND.accepted), KIND.answered)
    refuse_after(after(KIND.accepted), KIND.declined)
    with pytest.raises(Conflict, match="facts"):
        refuse_after(after(*[KIND.asked] * EVENTS_LIMIT_COUNT), KIND.asked)


def test_only_reviews_that_were_held_have_to_yield_advice() -> None:
    def item(feature: str, day: int, state: CareState) -> CareItem:
        key = Key("contract_1", feature, date(2025, 6, day))
        promised = Promised(
            key=key, account="account_1", what="Review", is_on_site=False, promise_id="p", until=0
        )
        return CareItem(
            promised=promised, state=state, owner=None, settled_at=None, text="", changed_at=None
        )

    review = "architecture_review"
    held = [
        item(review, 1, CareState.done),
        item(review, 2, CareState.late),
        item(review, 3, CareState.missed),
        item(review, 4, CareState.excused),
        item("health_check", 5, CareState.done),
    ]
    missing = without_advice(held, [Key("contract_1", review, date(2025, 6, 1))])
    assert [each.promised.key.due_on.day for each in missing] == [2]
