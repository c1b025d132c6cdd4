"""Whether a question asks anything, and an update says anything new."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tierline.cases.news import (
    Updates,
    has_news,
    may_be_question,
    no_news_words,
    plainly_has_news,
    words_that_tell,
)


@pytest.mark.parametrize(
    "text", ["Which firmware?", "Send the log please.", "请发送日志", "Wann war das zuletzt?"]
)
def test_a_few_words_can_be_a_question(text: str) -> None:
    assert may_be_question(text)


@pytest.mark.parametrize("text", ["ok.", "?", "Understood.", "1 2 3 4", "ok ok", "??", "Why?"])
def test_hardly_a_word_is_no_question(text: str) -> None:
    assert not may_be_question(text)


def test_updates_are_counted_after_the_first_reply_and_by_what_both_sides_said() -> None:
    updates = Updates("Press 2 is slow")
    assert not updates.take("It is slow since noon.", is_reply=False)
    assert not updates.take("Slow since noon.", is_reply=True)
    assert not updates.take("The press is still slow since noon", is_reply=True)
    assert updates.take("Still slow", is_reply=True)
    assert not updates.take("Still slow?", is_reply=True)
    assert not updates.take("Restarted at 12:40", is_reply=True)
    assert (updates.empty, updates.total) == (1, 4)


def test_from_the_second_on_they_are_counted_in_words() -> None:
    assert no_news_words(1).endswith("no question.")
    assert no_news_words(2).endswith("It is update 2 of the case without news.")


SOME_WORDS = st.lists(
    st.sampled_from(
        ["press", "Presse", "7", "77", "slow", "slowly", "STRASSE", "straße", "ok", "?"]
    ),
    max_size=6,
).map(" ".join)


@given(SOME_WORDS, st.lists(SOME_WORDS, max_size=3))
@example("slow 7", ["slowly 77"])
def test_what_plainly_has_news_has_some(text: str, told: list[str]) -> None:
    said = frozenset[str]().union(*map(words_that_tell, told))
    assert has_news(text, said) or not plainly_has_news(text, told)


def test_a_new_word_is_plainly_news_and_a_part_of_an_old_one_is_looked_at_again() -> None:
    assert plainly_has_news("The cable was changed", ["The press is slow"])
    assert plainly_has_news("Slow?", ["slow"])
    assert not plainly_has_news("slow", ["slowly"])
    assert has_news("slow", words_that_tell("slowly"))
