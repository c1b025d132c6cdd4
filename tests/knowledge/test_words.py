"""Words are found as people type them, whatever stands in a text or in the box."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.knowledge.question import MOST_PHRASES, Phrase, question_of
from tierline.knowledge.snippet import marked, snippet_of
from tierline.knowledge.words import MOST_LETTERS, words_of

ODD = st.text(st.characters(codec="utf-8"), max_size=120)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Crème brûlée", ["creme", "brulee"]),
        ("Łódź, Ærø", ["lodz", "aero"]),
        ("E-Mail v1.2_beta", ["e", "mail", "v1", "2", "beta"]),
        ("東京tower", ["東", "京", "tower"]),
        ("ﬁle ½", ["file", "1", "2"]),
        ("\x00\ud83d'\"*()", []),
    ],
)
def test_case_accents_and_marks_do_not_matter(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(ODD)
def test_a_word_is_folded_once_and_for_all(text: str) -> None:
    words = words_of(text)
    assert words_of(" ".join(words)) == words
    assert all(word.isalnum() and len(word) <= MOST_LETTERS for word in words)


@given(ODD)
def test_a_question_holds_words_alone_whatever_was_typed(text: str) -> None:
    question = question_of(text)
    assert len(question.phrases) <= MOST_PHRASES
    assert all(word.isalnum() for word in question.words)
    assert bool(question.phrases) == bool(words_of(text))


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("the certificate expi", [Phrase(("certificate",)), Phrase(("expi",), is_start=True)]),
        ('"line 3" stands ', [Phrase(("line", "3")), Phrase(("stands",))]),
        ('press "line 3', [Phrase(("press",)), Phrase(("line", "3"))]),
        ("E-Mai", [Phrase(("e", "mai"), is_start=True)]),
        ("to be or not to be ", [Phrase((w,)) for w in ("to", "be", "or", "not")]),
        ("a", [Phrase(("a",))]),
        ('""  ', []),
    ],
)
def test_what_is_typed_becomes_what_is_needed(text: str, phrases: list[Phrase]) -> None:
    assert list(question_of(text).phrases) == phrases


@given(ODD, ODD)
def test_a_marked_text_is_the_text(text: str, asked: str) -> None:
    assert "".join(piece.text for piece in marked(text, question_of(asked))) == text


def test_a_snippet_shows_where_most_of_the_words_stand() -> None:
    texts = [
        "A certificate.",
        "x " * 200 + "the Cértificate of the edge expired today" + " y" * 200,
    ]
    pieces = snippet_of(texts, question_of("certificate expir"))
    assert [piece.text for piece in pieces if piece.is_hit] == ["Cértificate", "expired"]
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("… x x")
    assert shown.endswith("y …")
    assert len(shown) < 400
