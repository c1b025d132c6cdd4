"""Shortages: times ahead in which nobody would get a case, and which of them leads are yet to be
told of.

One is told once, and again only where more is lacking than was told. The window that is looked at
moves on, and what goes on beyond its end as before is no news.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tierline.routing.chain_words import vacancy_words
from tierline.routing.cover import Gap, gap_words
from tierline.routing.rota import Vacancy, Why

AHEAD = timedelta(days=14)
"""So long before it begins somebody is told."""
SEEN = timedelta(days=28)
"""So far it is looked when a shortage ends that begins in time."""
LACKING = "CoverLacking"
"""The fact that somebody is told of it."""
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """What is lacking in one stretch of time, or (None) until somebody changes it. `about` is one
    matter: an account's people, or a role. `is_dated` where somebody wrote it down for this very
    stretch, so that it goes on from nothing before it."""

    about: str
    account: str | None
    role: str | None
    words: str
    stretch: Stretch | None
    is_dated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was lacking of a matter when it was looked at last, of which the leads know."""

    about: str
    stretches: tuple[Stretch, ...]
    looked_at: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look came to: what is to be told, what is known from now on, and what is over."""

    news: tuple[Shortage, ...]
    known: tuple[Told, ...]
    over: tuple[str, ...]


def shortages(
    gaps: Iterable[Gap], vacancies: Iterable[Vacancy], now: datetime
) -> Iterator[Shortage]:
    """Of what was found those that begin in time to be told."""
    for gap in gaps:
        stretch = None if gap.start is None or gap.end is None else (gap.start, gap.end)
        yield from _in_time(
            Shortage(
                about=" ".join((gap.kind.value, gap.account, *gap.severities)),
                account=gap.account,
                role=None,
                words=gap_words(gap),
                stretch=stretch,
            ),
            now,
        )
    for vacancy in vacancies:
        yield from _in_time(
            Shortage(
                about=f"vacancy {vacancy.role}",
                account=None,
                role=vacancy.role,
                words=f"Nobody holds it: {vacancy_words(vacancy.why)}.",
                stretch=(vacancy.start, vacancy.end),
                is_dated=vacancy.why is Why.overridden,
            ),
            now,
        )


def _in_time(shortage: Shortage, now: datetime) -> Iterator[Shortage]:
    if shortage.stretch is None or shortage.stretch[0] < now + AHEAD:
        yield shortage


def looked(found: Sequence[Shortage], told: Mapping[str, Told], now: datetime) -> Outcome:
    """What follows from what was found now and what was told before."""
    by_matter: dict[str, list[Shortage]] = {}
    for each in found:
        by_matter.setdefault(each.about, []).append(each)
    news: list[Shortage] = []
    known: list[Told] = []
    for about, some in by_matter.items():
        before = told.get(about)
        new = [each for each in some if before is None or _is_news(each, before)]
        news += new
        known.append(
            Told(
                about=about,
                stretches=_joined(each.stretch for each in some if each.stretch is not None),
                looked_at=now,
                told_at=now if new or before is None else before.told_at,
            )
        )
    return Outcome(tuple(news), tuple(known), tuple(sorted(told.keys() - by_matter.keys())))


def _joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """In order, and as one where one begins when another ends: why nobody is there may change."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and found[-1][1] == start:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return tuple(found)


def _is_news(shortage: Shortage, before: Told) -> bool:
    """Whether it is more than was known. What began beyond the window of then is, where it is of
    its own date; else it is what was lacking then, going on."""
    if shortage.stretch is None:
        return False
    start, end = shortage.stretch
    if start >= before.looked_at + AHEAD:
        return shortage.is_dated
    seen = min(end, before.looked_at + SEEN)
    return not any(since <= start and seen <= until for since, until in before.stretches)
