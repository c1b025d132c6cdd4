"""Deflection: somebody said that an article answered them, and did not come back about it.

Nothing of it is stored but what was said; whether it held is worked out from the cases that the
same account raised in the seven days after. A view deflects nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

from tierline.knowledge.words import words_of

WINDOW = timedelta(days=7)


class Outcome(StrEnum):
    """What became of it."""

    held = auto()
    returned = auto()
    too_early = auto()
    """The seven days are not over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Somebody of an account said that an article solved it. `topics` are those that the article
    had then, its title where it had none; `tier` is the one that the account was on."""

    account: str
    article: str
    topics: tuple[str, ...]
    tier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Raised:
    """A case that an account raised, with the words of its subject and of what was first said."""

    account: str
    at: datetime
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rate:
    """How often it held, of those whose seven days are over."""

    held: int
    returned: int

    @property
    def share(self) -> float | None:
        """Held of all that are decided; None where nothing is."""
        decided = self.held + self.returned
        return self.held / decided if decided else None


def is_about(words: frozenset[str], topics: Iterable[str]) -> bool:
    """Whether a case is on one of the topics: it holds every word of it."""
    return any(words.issuperset(topic) for topic in map(words_of, topics) if topic)


def outcome_of(solved: Solved, raised: Iterable[Raised], now: datetime) -> Outcome:
    """What became of it: `returned` once the same account raised a case on the topic within seven
    days, by whatever way in."""
    for case in raised:
        is_within = solved.at <= case.at < solved.at + WINDOW
        if case.account == solved.account and is_within and is_about(case.words, solved.topics):
            return Outcome.returned
    return Outcome.too_early if now < solved.at + WINDOW else Outcome.held


def rates(
    solved: Sequence[Solved], raised: Sequence[Raised], now: datetime
) -> Mapping[tuple[str, str], Rate]:
    """By tier and topic, how often it held. One that has several topics counts for each of them."""
    theirs: dict[str, list[Raised]] = {}
    for case in raised:
        theirs.setdefault(case.account, []).append(case)
    counts: Counter[tuple[str, str, Outcome]] = Counter()
    for each in solved:
        outcome = outcome_of(each, theirs.get(each.account, ()), now)
        counts.update((each.tier, topic, outcome) for topic in each.topics)
    keys = sorted({(tier, topic) for tier, topic, _ in counts})
    return {key: Rate(counts[*key, Outcome.held], counts[*key, Outcome.returned]) for key in keys}
