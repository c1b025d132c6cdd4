"""Which articles may answer: by the telling words of their titles and topics."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tierline.knowledge.offered import Candidate, answering, heading_of, rarities

WORDS = st.sampled_from(["press", "box", "certificate", "edge", "slow", "red"])
TEXTS = st.lists(st.frozensets(WORDS), max_size=80)


def article(record: str, title: str, *topics: str, text: str = "") -> Candidate:
    heading = heading_of(title, topics)
    return Candidate(record, heading, heading | frozenset(text.split()))


def usual(words: str, times: int, of: int) -> list[frozenset[str]]:
    """Documents of which so many hold the words."""
    return [frozenset(words.split() if number < times else ()) for number in range(of)]


RENEW = article("renew", "Renew the certificate of an edge box", text="they say red slow")
START = article("start", "An edge box does not start", "red lamp")


def test_what_an_article_is_about_stands_in_its_title_and_topics() -> None:
    rarity = rarities(["certificate", "box"], usual("box", 90, 300))
    assert [each.record for each in answering(rarity, [START, RENEW])] == ["renew"]
    assert answering(rarity, [RENEW])[0].shared == ("certificate", "box")
    by_topic = rarities(["red", "lamp"], [])
    assert [each.record for each in answering(by_topic, [START, RENEW])] == ["start"]


def test_words_of_every_other_case_say_nothing_however_many_they_are() -> None:
    rarity = rarities(["edge", "box"], usual("edge box", 80, 300))
    assert answering(rarity, [START, RENEW]) == []


def test_what_is_said_about_everything_tells_nothing_to_an_empty_desk() -> None:
    other = article("other", "Read all results of each day")
    assert answering(rarities(["all", "each", "they"], []), [other]) == []


def test_what_only_stands_in_the_text_offers_nothing_but_decides_between_two() -> None:
    assert answering(rarities(["slow"], []), [RENEW]) == []
    other = article("other", "Certificate of a customer")
    rarity = rarities(["certificate", "slow"], [])
    assert [each.record for each in answering(rarity, [other, RENEW])] == ["renew", "other"]


def test_what_is_far_behind_the_best_is_left_out() -> None:
    rarity = rarities(["certificate", "renew", "customer", "edge"], [])
    other = article("other", "What a customer owes")
    assert [each.record for each in answering(rarity, [other, RENEW])] == ["renew"]


@given(TEXTS)
def test_the_more_documents_hold_a_word_the_less_it_tells(sample: list[frozenset[str]]) -> None:
    held = {word: sum(word in each for each in sample) for word in ("press", "box", "edge")}
    rarity = rarities(held, sample)
    assert sorted(held, key=lambda word: (held[word], word)) == sorted(
        held, key=lambda word: (-rarity[word], word)
    )
