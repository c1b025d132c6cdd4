"""Whether a question asks anything, and an update says anything new."""

from __future__ import annotations

import pytest

from tierline.cases.news import Updates, may_be_question, no_news_words


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
