"""What is alike: documents that share the telling words of a text, the best first, and which.

A word tells the more, the fewer documents hold it (BM25, Robertson and Zaragoza 2009). How many do
is counted up to a limit only: a word that a thousand documents hold tells next to nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tierline.knowledge.question import COMMON
from tierline.knowledge.words import words_of

COUNTED_UP_TO = 1_000
MOST_WORDS = 40
MOST_TELLING = 16
_READ_WORDS = 600
_SHORTEST = 2
_TITLE_TIMES = 2
_SATURATION, _LENGTH_WEIGHT = 1.2, 0.5
_SHOWN_WORDS = 6


@dataclass(frozen=True, slots=True)
class Alike:
    """A document with how alike it is, and the words that say so, the most telling first."""

    key: int
    score: float
    why: tuple[str, ...]


def words_that_tell(*texts: str) -> tuple[str, ...]:
    """Different words of some texts that may tell what they are about, the first ones."""
    words = (word for text in texts for word in words_of(text, _READ_WORDS))
    telling = (word for word in words if len(word) >= _SHORTEST and word not in COMMON)
    return tuple(dict.fromkeys(telling))[:MOST_WORDS]


def weights_of(counts: Mapping[str, int]) -> dict[str, float]:
    """The rarest of the words that any document holds, each with what it tells."""
    held = sorted((count, word) for word, count in counts.items() if count)
    return {
        word: math.log(1 + (COUNTED_UP_TO + 0.5) / (count + 0.5))
        for count, word in held[:MOST_TELLING]
    }


def ranked(
    weights: Mapping[str, float], documents: Iterable[tuple[int, str, str]]
) -> Sequence[Alike]:
    """The documents (key, title, words) that hold any of the words, the most alike first; of two
    that are as alike the newer one."""
    held = [(key, _counted(title, words)) for key, title, words in documents]
    lengths = [sum(counts.values()) for _, counts in held]
    usual = sum(lengths) / len(lengths) if lengths else 1.0
    found = [
        _alike(key, counts, weights, length / (usual or 1.0))
        for (key, counts), length in zip(held, lengths, strict=True)
    ]
    return sorted((each for each in found if each.why), key=lambda each: (-each.score, -each.key))


def _counted(title: str, words: str) -> Counter[str]:
    counts = Counter(words.split())
    for word in title.split():
        counts[word] += _TITLE_TIMES
    return counts


def _alike(
    key: int, counts: Counter[str], weights: Mapping[str, float], relative_length: float
) -> Alike:
    damping = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * relative_length)
    scores = {
        word: weight * counts[word] * (_SATURATION + 1) / (counts[word] + damping)
        for word, weight in weights.items()
        if counts[word]
    }
    why = sorted(scores, key=lambda word: (-scores[word], word))[:_SHOWN_WORDS]
    return Alike(key, sum(scores.values()), tuple(why))
