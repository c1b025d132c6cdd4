"""Failure modes, what may not be told, and whether an action helped."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tierline.cases.customer_markdown import HAPPENED
from tierline.cases.customer_version import faults_of_told
from tierline.cases.event import EventKind
from tierline.cases.post_mortem import ActionState, PostMortemAction, failure_mode_of
from tierline.kernel.errors import Invalid

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SPELLINGS = ["Expired certificate", " expired_certificate ", "EXPIRED-  Certificate"]
NOTE = "Customer is angry; sales promised them a refund that we cannot give before May."


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_failure_mode_is_one_word_however_it_is_typed(typed: str) -> None:
    assert failure_mode_of(typed) == "expired-certificate"


@pytest.mark.parametrize("typed", ["x" * 61, "a/b", "<b>"])
def test_what_is_no_word_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        failure_mode_of(typed)


def faults(text: str, **stated: object) -> list[str]:
    known = {"notes": (NOTE,), "names": ("Ada Lovelace", "ada@ours.example"), **stated}
    return [each.code for each in faults_of_told({"told_cause": text}, **known)]  # type: ignore[arg-type]  # of a test


def test_a_quoted_note_and_a_name_are_found_in_words_for_a_customer() -> None:
    assert faults("We know: sales  promised them a REFUND that we cannot give.") == [
        "quotes_a_note"
    ]
    assert faults("Our engineer ada  lovelace restarted it.") == ["names_somebody"]
    assert faults("Write to ada@ours.example.") == ["names_somebody"]


def test_what_is_said_in_words_of_its_own_is_let_through() -> None:
    assert faults("A certificate had expired. Our engineer renewed it; Adam lovelaces.") == []
    assert faults("It is so.", notes=("It is so.",)) == []


def test_an_action_is_overdue_once_its_day_is_over() -> None:
    action = PostMortemAction(
        id="action_1",
        post_mortem="post_mortem_1",
        title="Renew",
        owner="user_1",
        due_on=date(2025, 6, 1),
        is_told=True,
        added_at=NOW,
        added_by="user_1",
        state=ActionState.open,
    )
    assert [action.is_overdue(NOW), action.is_overdue(NOW + DAY)] == [False, True]


def test_every_kind_of_fact_has_words_for_a_customer() -> None:
    assert set(HAPPENED) == set(EventKind)
