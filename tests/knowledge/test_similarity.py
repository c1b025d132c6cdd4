"""What is alike shares rare words; common ones tell nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tierline.knowledge.similarity import MOST_TELLING, ranked, weights_of, words_that_tell

WORDS = st.sampled_from(["press", "line", "edge", "sync", "slow", "tls", "pump"])
TEXT = st.lists(WORDS, max_size=12).map(" ".join)


def test_a_rare_word_goes_before_common_ones() -> None:
    weights = weights_of({"slow": 900, "press": 800, "gateway": 2, "nowhere": 0})
    found = ranked(
        weights, [(1, "", "slow press slow press"), (2, "", "gateway moved"), (3, "", "pump")]
    )
    assert [each.key for each in found] == [2, 1]
    assert found[0].why == ("gateway",)


def test_common_words_of_both_languages_are_left_out() -> None:
    assert words_that_tell("The press is slow", "die Presse und der Press") == (
        "press", "slow", "presse"
    )  # fmt: skip


@given(TEXT, st.lists(TEXT, max_size=8))
def test_every_document_that_is_found_shares_its_words(text: str, documents: list[str]) -> None:
    words = words_that_tell(text)
    counts = {word: sum(word in each.split() for each in documents) for word in words}
    weights = weights_of(counts)
    found = ranked(weights, [(key, "", each) for key, each in enumerate(documents)])
    assert len(weights) <= MOST_TELLING
    assert [each.score for each in found] == sorted((e.score for e in found), reverse=True)
    for each in found:
        assert set(each.why) <= set(documents[each.key].split()) & set(words)
    shared = {key for key, each in enumerate(documents) if set(each.split()) & set(weights)}
    assert {each.key for each in found} == shared
