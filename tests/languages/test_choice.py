"""Which language somebody is spoken to in."""

from __future__ import annotations

import pytest

from tierline.languages.choice import asked_language, first_language
from tierline.languages.language import ENGLISH
from tierline.languages.locales import language_called, language_named, languages


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de-AT"),
        ("en;q=0.5, de-CH;q=0.8", "de-CH"),
        ("xx, de;q=0.1", "de"),
        ("de;q=0, en-GB", "en-GB"),
        ("de-XX", "de"),
        ("de_DE", "de-DE"),
        ("*", ""),
        ("", ""),
        ("xx-YY, tlh", ""),
        ("de;q=much", ""),
        (";;;,,,=;q=1", ""),
        ("../de, de/../../x", ""),
        ("de" * 5_000, ""),
        (",".join(["xx"] * 50) + ",de", ""),
    ],
)
def test_a_browser_gets_what_it_wants_most_of_what_there_is(header: str, tag: str) -> None:
    assert asked_language(header) == tag


def test_a_language_is_known_by_its_tag_and_by_its_names() -> None:
    for words in ("de", "DE", "German", "deutsch", " Deutsch "):
        found = language_called(words)
        assert found is not None
        assert found.tag == "de"
    for words in ("", "klingon", "d", "x" * 1_000):
        assert language_called(words) is None


def test_the_first_that_there_is_counts_and_else_the_installations() -> None:
    german = language_named("de")
    assert german is not None
    assert first_language(["", "klingon", "german", "en"]) is german
    assert first_language(["", "klingon"], german) is german
    assert first_language([]) is ENGLISH


def test_two_languages_are_there() -> None:
    assert set(languages()) >= {"en", "de"}
