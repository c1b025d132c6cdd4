"""Which articles may answer a question: those whose title or topics hold its telling words.

What an article is about stands in its title and topics; a word that is met on the way through its
text tells little, however rare it is. How much a word tells is learned from what is written here:
a word of every third case tells nothing, in whatever language it is (decision 0219).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tierline.knowledge.words import words_of

SAMPLED_DOCUMENTS = 300
"""So many of the newest cases say how rare a word is."""
SAMPLED_CHARACTERS = 2_000
_FEWEST_DOCUMENTS = 50
"""Fewer than these are taken as so many: what is rare among three says nothing."""
_TELLS = math.log(10)
"""One word of the title at least tells as much as one that stands in every tenth case."""
_USUAL = frozenset(
    """
    about after again all also always am any because been before being both could did each every
    few get got had her here him his its just many may me more most much must no now one only other
    our ours said same say says she should since some still such than their them then there these
    they those too two until us very were while who would yes
    auch bis da dann dass diese dieser doch einen einer gibt hat haben hatte ihr ihre immer jetzt
    kein keine konnen man mehr mir nach noch nur schon sehr seit sich so uber um uns unser unsere
    vom war was wurde zum zur
    """.split()  # noqa: SIM905 - words are read as a text
)
"""Said about everything: a desk with hardly any cases cannot know it from them."""
_ENOUGH = 3.0
"""So much they tell together: as one word of every twentieth case."""
_OF_THE_BEST = 0.5
_TEXT_WEIGHT = 0.2


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article with the words of its title and topics, and all that it holds."""

    record: str
    heading: frozenset[str]
    words: AbstractSet[str]


@dataclass(frozen=True, slots=True)
class Answering:
    """An article that may answer, and the words that say so, the most telling first."""

    record: str
    score: float
    shared: tuple[str, ...]


def heading_of(title: str, topics: Iterable[str]) -> frozenset[str]:
    """What an article says that it is about."""
    return frozenset(word for text in (title, *topics) for word in words_of(text))


def rarities(words: Iterable[str], sample: Sequence[AbstractSet[str]]) -> dict[str, float]:
    """What each word tells: the less, the more of the sampled documents hold it."""
    size = max(len(sample), _FEWEST_DOCUMENTS)
    return {
        word: math.log((size + 1) / (sum(word in each for each in sample) + 0.5))
        for word in words
        if word not in _USUAL
    }


def answering(rarity: Mapping[str, float], articles: Iterable[Candidate]) -> list[Answering]:
    """The articles that may answer, the best first; none rather than one that is about something
    else."""
    found = [each for article in articles if (each := _judged(rarity, article))]
    best = max((each.score for each in found), default=0.0)
    kept = [each for each in found if each.score >= best * _OF_THE_BEST]
    return sorted(kept, key=lambda each: (-each.score, each.record))


def _judged(rarity: Mapping[str, float], article: Candidate) -> Answering | None:
    heading = {word: tells for word, tells in rarity.items() if word in article.heading}
    if sum(heading.values()) < _ENOUGH or max(heading.values()) < _TELLS:
        return None
    text = sum(
        tells
        for word, tells in rarity.items()
        if tells >= _TELLS and word in article.words and word not in heading
    )
    shared = tuple(sorted(heading, key=lambda word: (-heading[word], word)))
    return Answering(article.record, sum(heading.values()) + _TEXT_WEIGHT * text, shared)
