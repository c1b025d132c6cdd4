"""Chance that gives the same numbers everywhere: integers, multiplication and comparison only."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


class Chance:
    """A seeded source. The text of a seed names what it is for, so that a change in one place of
    the story leaves the others as they were."""

    def __init__(self, seed: int, *about: object) -> None:
        self._random = random.Random("/".join(map(str, (seed, *about))))  # noqa: S311 - a story

    def below(self, end: int) -> int:
        """An integer from 0 up to, and not including, `end`."""
        return int(self._random.random() * end)

    def between(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def happens(self, of_thousand: int) -> bool:
        """True so many times out of a thousand."""
        return self.below(1000) < of_thousand

    def one_of(self, choices: Sequence[_T]) -> _T:
        """Any of them, alike."""
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[tuple[_T, int]]) -> _T:
        """One of them, by whole weights."""
        left = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        raise AssertionError("weights sum to more than their parts")

    def share_used(self, of_thousand_missed: int) -> int:
        """Thousandths of a target that were used: mostly little, seldom more than 1,000."""
        place = self.below(1000)
        kept = 1000 - of_thousand_missed
        if place < kept:
            part = place * 1000 // kept
            return 30 + 930 * part * part // 1_000_000
        over = (place - kept) * 1000 // max(1, of_thousand_missed)
        return 1020 + 1500 * over * over // 1_000_000

    def shuffled(self, values: Sequence[_T]) -> list[_T]:
        """The values in another order."""
        mixed = list(values)
        for place in range(len(mixed) - 1, 0, -1):
            other = self.below(place + 1)
            mixed[place], mixed[other] = mixed[other], mixed[place]
        return mixed
