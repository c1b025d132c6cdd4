"""What sounds like a promise in free words, and what does not."""

from __future__ import annotations

import pytest

from tierline.accounts.promise_mentions import HINTS, mention_in


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Asked for an SLA of 15 minutes on severity 1", "SLA"),
        ("Their SLAs are in the drawer", "SLAs"),
        ("As the service-level agreement says", "service-level agreement"),
        ("I guarantee that it is back on Monday", "guarantee"),
        ("We answer within 15 minutes, day and night", "within 15 minutes"),
        ("We answer Within two business days.", "Within two business days"),
        ("within\nan hour", "within an hour"),
        ("a service\nlevel\r\n  agreement", "service level agreement"),
        ("innerhalb\nvon 15 Minuten", "innerhalb von 15 Minuten"),
        ("Wir melden uns innerhalb von 15 Minuten", "innerhalb von 15 Minuten"),
        ("Das ist garantiert", "garantiert"),
        ("Binnen einer Stunde", "Binnen einer Stunde"),
    ],
)
def test_a_promise_in_words_is_found(text: str, said: str) -> None:
    found = mention_in(text)
    assert found is not None
    assert found.said == said
    assert any(hint in text.lower() for hint in HINTS)


@pytest.mark.parametrize(
    "text",
    [
        "", "One of us looks at it within the time of your plan.", "More within the hour.",
        "Slang, slalom, Slask and the sla key", "within reach", "guard", "The file has 15 minutes.",
    ],
)  # fmt: skip
def test_what_promises_nothing_is_left_alone(text: str) -> None:
    assert mention_in(text) is None


def test_a_long_text_is_cut_around_what_was_said() -> None:
    found = mention_in("a " * 500 + "an SLA of ours" + " b" * 500)
    assert found is not None
    assert "SLA" in found.words
    assert (found.words[0], found.words[-1]) == ("…", "…")
    assert len(found.words) < 200
