"""What a case is likely to be, as the most alike solved cases were: each has a vote.

A vote weighs the square of how alike the case is, so that a near twin outvotes a crowd of
strangers; the confidence is the winner's share of all votes. Measured on real texts and logs:
decision 0158.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

MOST_VOTES = 21
FEWEST_VOTES = 3
"""Fewer cases than these say nothing."""
SURE = 0.6
"""From this confidence on a suggestion stands before others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedCase:
    """A solved case that is alike, `score` says how much; empty what nobody said of it. `level` is
    that of who has it at last, as a figure."""

    record: str
    number: int
    score: float
    topic: str
    skills: frozenset[str]
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What is likely, its share of the votes, and the cases that say so, the most alike first, of
    so many that had a vote."""

    label: str
    confidence: float
    cases: tuple[SolvedCase, ...]
    votes: int


def likely_topic(solved: Sequence[SolvedCase], among: Collection[str]) -> Suggestion | None:
    """What a case is likely to be about, among these topics."""
    return _winner(solved, lambda each: each.topic if each.topic in among else "")


def likely_level(solved: Sequence[SolvedCase]) -> Suggestion | None:
    """The level that is likely to solve a case."""
    return _winner(solved, lambda each: each.level)


def likely_skills(solved: Sequence[SolvedCase]) -> tuple[Suggestion, ...]:
    """The skills that a case is likely to need: those of more than half of the votes."""
    voting = [each for each in solved if each.skills]
    named = sorted({skill for each in voting for skill in each.skills})
    found = [_standing(voting, skill, lambda each: each.skills) for skill in named]
    likely = [each for each in found if each is not None and each.confidence > 1 / 2]
    return tuple(sorted(likely, key=lambda each: -each.confidence))


def _winner(
    solved: Sequence[SolvedCase], label_of: Callable[[SolvedCase], str]
) -> Suggestion | None:
    voting = [each for each in solved if label_of(each)]
    votes: defaultdict[str, float] = defaultdict(float)
    for each in voting:
        votes[label_of(each)] += _vote(each)
    if not votes:
        return None
    best = max(votes, key=lambda label: votes[label])
    return _standing(voting, best, lambda each: (label_of(each),))


def _standing(
    voting: Sequence[SolvedCase],
    label: str,
    labels_of: Callable[[SolvedCase], Iterable[str]],
) -> Suggestion | None:
    if len(voting) < FEWEST_VOTES:
        return None
    saying = [each for each in voting if label in labels_of(each)]
    return Suggestion(
        label=label,
        confidence=sum(map(_vote, saying)) / sum(map(_vote, voting)),
        cases=tuple(saying),
        votes=len(voting),
    )


def _vote(solved: SolvedCase) -> float:
    return solved.score**2
