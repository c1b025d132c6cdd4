"""The word by which a matter is called critical in a mail."""

from __future__ import annotations

import pytest

from tierline.cases.mail_words import says_critical


@pytest.mark.parametrize(
    "text",
    [
        "CRITICAL",
        "critical\nLine 2 stands.",
        "\n Kritisch: ja",
        "*CRITICAL*!",
        "Critical - all",
    ],
)
def test_the_word_alone_or_with_its_reason_on_the_first_line_says_it(text: str) -> None:
    assert says_critical(text)


@pytest.mark.parametrize(
    "text",
    ["", "Critical systems are fine.", "It is critical", "Line 2 stands.\nCRITICAL", "criticality"],
)
def test_in_a_sentence_or_further_down_it_is_a_word_like_others(text: str) -> None:
    assert not says_critical(text)
