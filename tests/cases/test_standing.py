from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.standing import CaseState, refuse_out_of_turn, standing_of
from tierline.kernel.errors import Conflict

MONDAY = datetime(2025, 3, 3, 9, tzinfo=UTC)
K = EventKind


def events(*kinds: EventKind | tuple[EventKind, str]) -> list[CaseEvent]:
    """An hour apart, after the opening."""
    stated = [
        (K.opened, "S2"),
        *(each if isinstance(each, tuple) else (each, "") for each in kinds),
    ]
    return [
        CaseEvent(MONDAY + number * timedelta(hours=1), kind, value)
        for number, (kind, value) in enumerate(stated)
    ]


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((), CaseState.new),
        ((K.private_note, K.customer_message, K.automatic_reply), CaseState.new),
        ((K.acknowledged,), CaseState.open),
        ((K.public_reply,), CaseState.open),
        ((K.paused,), CaseState.waiting),
        ((K.paused, K.public_reply), CaseState.waiting),
        ((K.paused, K.resumed), CaseState.open),
        ((K.paused, K.resolved), CaseState.resolved),
        ((K.resolved, K.public_reply), CaseState.resolved),
        ((K.resolved, K.reopened), CaseState.open),
        ((K.resolved, K.closed), CaseState.closed),
        ((K.resolved, K.closed, K.reopened), CaseState.open),
    ],
)
def test_the_state_is_what_the_facts_come_to(
    kinds: tuple[EventKind, ...], state: CaseState
) -> None:
    assert standing_of(events(*kinds)).state is state


def test_the_severity_is_the_last_one_and_agreed_from_triage_on() -> None:
    assert (standing_of(events()).severity, standing_of(events()).is_triaged) == ("S2", False)
    triaged = standing_of(events((K.severity_set, "S1"), K.public_reply))
    assert (triaged.severity, triaged.is_triaged) == ("S1", True)


def test_a_wait_names_its_reason_until_it_ends() -> None:
    waiting = standing_of(events((K.paused, "waiting_on_customer"), K.private_note))
    assert (waiting.waiting_on, waiting.was_asked) == ("waiting_on_customer", True)
    assert waiting.since == MONDAY + timedelta(hours=1)
    silent = standing_of(events((K.paused_without_question, "waiting_on_vendor")))
    assert (silent.waiting_on, silent.was_asked) == ("waiting_on_vendor", False)
    over = standing_of(events((K.paused, "waiting_on_customer"), K.resolved))
    assert (over.waiting_on, over.was_asked) == ("", False)


@pytest.mark.parametrize(
    ("kinds", "next_", "code"),
    [
        ((K.resolved,), K.paused, "case_ended"),
        ((K.resolved,), K.resolved, "case_ended"),
        ((K.resolved, K.closed), K.severity_changed, "case_ended"),
        ((K.resolved, K.closed), K.closed, "case_ended"),
        ((), K.reopened, "case_open"),
        ((K.paused,), K.closed, "case_open"),
        ((K.paused,), K.paused, "case_waits"),
        ((), K.resumed, "case_waits_not"),
    ],
)
def test_what_cannot_follow_is_refused_in_a_sentence(
    kinds: tuple[EventKind, ...], next_: EventKind, code: str
) -> None:
    with pytest.raises(Conflict) as refused:
        refuse_out_of_turn(standing_of(events(*kinds)), next_)
    assert refused.value.code == code


@pytest.mark.parametrize("next_", [K.private_note, K.public_reply, K.customer_message])
def test_something_may_always_be_said(next_: EventKind) -> None:
    for kinds in ((), (K.paused,), (K.resolved,)):
        refuse_out_of_turn(standing_of(events(*kinds)), next_)
