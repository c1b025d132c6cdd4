"""Promises kept: what fell due of all that is promised, what was kept and missed of it, and what
was given beyond it. One fold for whoever asks: the customer, a health report, and we ourselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum, auto
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tierline.scorecards.groups import Dimension, groups_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

Name = TypeVar("Name")


class Area(StrEnum):
    """What of a plan is promised."""

    speed = auto()
    """Milestones of cases."""
    channel = auto()
    """A way in, in a month in which somebody came by it."""
    expertise = auto()
    """Named people, on a case."""
    deliverable = auto()
    """What falls due by the calendar: care and health reports."""


class Came(IntEnum):
    """What came of something that was promised."""

    kept = 0
    beyond = 1
    """Kept, and by far: it counts as kept once, and as over once."""
    missed = 2
    open = 3
    """It may still go either way, and is in no share."""
    beside = 4
    """Given, and not promised: over, and never due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that fell due, or was given beside the plan. `promise` is empty where nothing
    promised it; `on` is the day on which it was due or the month in which it was given; `case` is
    the place of a case, where it was one."""

    account: str
    tier: str
    area: Area
    promise: str
    what: str
    came: Came
    on: str = ""
    case: int | None = None


@dataclass(frozen=True)
class Deeds:
    """Things of one area as columns of equal length."""

    area: Area
    account: Dimension
    tier: Dimension
    promise: Dimension
    what: Dimension
    came: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How much was kept. What is over is counted beside it: it makes up for nothing."""

    kept: int = 0
    missed: int = 0
    open: int = 0
    over: int = 0

    @property
    def due(self) -> int:
        """n of the share: kept and missed."""
        return self.kept + self.missed

    @property
    def share(self) -> float | None:
        """Kept of what was due; None where nothing was."""
        return self.kept / self.due if self.due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept:
    """What came of one promise to an account on a tier."""

    account: str
    tier: str
    area: Area
    promise: str
    what: str
    score: Score


_AREAS = {area: place for place, area in enumerate(Area)}


def kept_by_promise(columns: Iterable[Deeds]) -> tuple[PromiseKept, ...]:
    """One row for each account, tier and promise of which something fell due or was given."""
    found = [row for deeds in columns for row in _rows(deeds)]
    return tuple(sorted(found, key=_key))


def columns_of(deeds: Sequence[Deed]) -> list[Deeds]:
    """The same as columns, by area."""
    return [
        Deeds(
            area=area,
            account=_dimension([each.account for each in chosen]),
            tier=_dimension([each.tier for each in chosen]),
            promise=_dimension([each.promise for each in chosen]),
            what=_dimension([each.what for each in chosen]),
            came=np.array([each.came for each in chosen], dtype=np.int64),
        )
        for area in Area
        if (chosen := [each for each in deeds if each.area is area])
    ]


def score_of(rows: Iterable[PromiseKept]) -> Score:
    """All of them together."""
    scores = [row.score for row in rows]
    return Score(
        kept=sum(each.kept for each in scores),
        missed=sum(each.missed for each in scores),
        open=sum(each.open for each in scores),
        over=sum(each.over for each in scores),
    )


def scores_by(
    rows: Iterable[PromiseKept], name_of: Callable[[PromiseKept], Name]
) -> dict[Name, Score]:
    """The score of each group, in the order in which the groups come."""
    grouped: dict[Name, list[PromiseKept]] = {}
    for row in rows:
        grouped.setdefault(name_of(row), []).append(row)
    return {name: score_of(found) for name, found in grouped.items()}


def _rows(deeds: Deeds) -> Iterable[PromiseKept]:
    dimensions = [deeds.account, deeds.tier, deeds.promise, deeds.what]
    groups = groups_of(dimensions, len(deeds.came))
    counts = groups.counts(deeds.came, len(Came))
    for (account, tier, promise, what), count in zip(groups.names, counts.tolist(), strict=True):
        yield PromiseKept(
            account=account,
            tier=tier,
            area=deeds.area,
            promise=promise,
            what=what,
            score=Score(
                kept=count[Came.kept] + count[Came.beyond],
                missed=count[Came.missed],
                open=count[Came.open],
                over=count[Came.beyond] + count[Came.beside],
            ),
        )


def _dimension(texts: Sequence[str]) -> Dimension:
    names = tuple(dict.fromkeys(texts))
    code_of = {name: code for code, name in enumerate(names)}
    return Dimension(np.array([code_of[text] for text in texts], dtype=np.int64), names)


def _key(row: PromiseKept) -> tuple[str, str, int, str, str]:
    return row.account, row.tier, _AREAS[row.area], row.promise, row.what
