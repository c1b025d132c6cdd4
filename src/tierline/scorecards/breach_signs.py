"""What else tells milestones apart that have used as much of their time: where and when they are
due, and what was missed in their case before they began. All of it stands from their start on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tierline.kernel.instants import SECOND_US
from tierline.milestones.improvement import plain_tier
from tierline.milestones.table import NEVER, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tierline.cases.log import Labels
    from tierline.milestones.table import MilestoneTable

LEAST_SEEN = 20
"""So often a place must have been seen before it says anything."""
LEAST_MISSED = 30
"""So many must have been missed before signs say anything at all."""
_HOUR_US = 3600 * SECOND_US
_SLOT_HOURS, _DAY_HOURS = 3, 24
_MOST_BEFORE = 2
_HELD_BACK = 1.0
"""How strongly each weight is held at nothing (ridge): the more was seen, the less it matters."""
_SPEAKS = 0.2
"""From this weight on a sign is told: it raises the odds by a fifth and more."""
_GROWS = 4
"""What signs say counts by this power of the share of time that was used: next to nothing at the
start, where all that is missed and all that is met are together, and all of it near the end."""
_MOST_STEPS, _ENOUGH = 50, 1e-9
_PLAIN = 2
"""Columns that are no place: missed before, missed the last time."""


class Place(NamedTuple):
    """A tier, the time zone of its customers, and the hours (UTC) in which something is due."""

    tier: str
    zone: str
    hour: int
    """The first of them; NEVER where no due time can be named."""


def place_of(tier: str, zone: str, due: int) -> Place:
    """Where a milestone stands that is due at an instant (microseconds since 1970); nowhere while
    its clock stands still and no due time can be named."""
    if due == NEVER:
        return Place(plain_tier(tier), zone, NEVER)
    hour = due // _HOUR_US % _DAY_HOURS
    return Place(plain_tier(tier), zone, hour - hour % _SLOT_HOURS)


class Sign(NamedTuple):
    """What tells one milestone from its like."""

    place: Place
    before: int
    """How many milestones of its case were missed before it began."""
    is_again: bool
    """Whether the one of its kind before it was missed."""


@dataclass(frozen=True)
class Signs:
    """The signs of the milestones of a table, row by row."""

    places: tuple[Place, ...]
    place: NDArray[np.int64]
    """Position in `places`."""
    before: NDArray[np.int64]
    is_again: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Looks:
    """Milestones as somebody looked at them while they were open: rows of a table, and the share of
    their time that each had used then."""

    rows: NDArray[np.int64]
    used: NDArray[np.float64]

    def among(self, places: NDArray[np.int64]) -> Looks:
        """Some of them."""
        return Looks(self.rows[places], self.used[places])


@dataclass(frozen=True)
class Weights:
    """What was learned of signs, as log-odds: they are added to those of the count."""

    before: float
    """For each milestone that was missed before."""
    again: float
    places: Mapping[Place, float]

    def shift(self, sign: Sign, used: float) -> float:
        """By how much the log-odds of a milestone lie beyond those of the count, when it has used
        this share of its time."""
        whole = (
            self.before * min(sign.before, _MOST_BEFORE)
            + self.again * sign.is_again
            + self.places.get(sign.place, 0.0)
        )
        return whole * used**_GROWS

    def words(self, sign: Sign, used: float) -> list[str]:
        """What speaks for a miss when it has used this share of its time, the strongest first."""
        place, before = sign.place, min(sign.before, _MOST_BEFORE)
        zone = f" in {place.zone}" if place.zone else ""
        until = (place.hour + _SLOT_HOURS) % _DAY_HOURS
        there = (
            f"at its tier{zone} more is missed of what falls due from {place.hour:02}:00 to "
            f"{until:02}:00 UTC"
        )
        told = (
            (self.again * sign.is_again, "the one of its kind before it was missed"),
            (self.before * before, "something was missed in its case before it began"),
            (self.places.get(place, 0.0), there),
        )
        return [
            words for weight, words in sorted(told, reverse=True) if weight * used**_GROWS > _SPEAKS
        ]

    def shares(
        self, signs: Signs, looks: Looks, counted: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The same for rows of a table: the probabilities themselves."""
        rows = looks.rows
        place = np.array([self.places.get(each, 0.0) for each in signs.places])
        whole = self.before * signs.before[rows] + self.again * signs.is_again[rows]
        moved = (whole + place[signs.place[rows]]) * looks.used**_GROWS
        found: NDArray[np.float64] = 1 / (1 + np.exp(-moved - _log_odds(counted)))
        return found


def signs_of(table: MilestoneTable, zone: Labels) -> Signs:
    """The signs of all milestones; `zone` is by case: the time zone of its account."""
    slot = table.due // _HOUR_US % _DAY_HOURS // _SLOT_HOURS
    tiers = tuple(map(plain_tier, table.tiers))
    tier = np.array([*map(tiers.index, tiers), -1])[table.tier]
    zones, slots = len(zone.names) + 1, _DAY_HOURS // _SLOT_HOURS
    held = (tier.astype(np.int64) * zones + zone.codes[table.case] + 1) * slots + slot
    codes, place = np.unique(held, return_inverse=True)
    places = tuple(
        Place(
            tiers[code // slots // zones],
            ("", *zone.names)[code // slots % zones],
            code % slots * _SLOT_HOURS,
        )
        for code in codes.tolist()
    )
    return Signs(places, place.reshape(-1), _missed_before(table), _missed_again(table))


def learned_weights(
    signs: Signs, looks: Looks, counted: NDArray[np.float64], missed: NDArray[np.bool_]
) -> Weights | None:
    """What signs add to a count: a logistic regression with a ridge over milestones as they were
    looked at, what was counted for them then, and what became of them. None where too few were
    missed."""
    rows = looks.rows
    if int(missed.sum()) < LEAST_MISSED:
        return None
    seen = np.bincount(signs.place[rows], minlength=len(signs.places))
    kept = np.flatnonzero(seen >= LEAST_SEEN)
    code = np.full(len(signs.places), len(kept))
    code[kept] = np.arange(len(kept))
    plain = np.stack([signs.before[rows], signs.is_again[rows]]).astype(np.float64)
    shown = _Shown(plain, code[signs.place[rows]], len(kept), looks.used**_GROWS)
    before, again, *of_places = _fitted(shown, _log_odds(counted), missed).tolist()
    return Weights(
        before, again, dict(zip((signs.places[each] for each in kept), of_places, strict=True))
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was seen at each look. Of the places each look has one at most, so what all have in
    common is summed by place and never written out as a column each."""

    plain: NDArray[np.float64]
    """[missed before, missed the last time] by look."""
    place: NDArray[np.int64]
    """From 0; `places` where it was seen too seldom."""
    places: int
    grown: NDArray[np.float64]
    """How much of what signs say counts then."""

    def odds(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """What weights say of each look."""
        of_place = np.append(weights[_PLAIN:], 0.0)
        found: NDArray[np.float64] = weights[:_PLAIN] @ self.plain + of_place[self.place]
        return found * self.grown

    def summed(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values by look, summed by sign."""
        grown = values * self.grown
        return np.concatenate([self.plain @ grown, self._by_place(grown)])

    def bend(self, spread: NDArray[np.float64]) -> NDArray[np.float64]:
        """The second derivatives, of a spread by look."""
        grown = spread * self.grown**2
        found = np.diag(np.concatenate([np.zeros(_PLAIN), self._by_place(grown)]))
        found[:_PLAIN, :_PLAIN] = (self.plain * grown) @ self.plain.T
        for at, column in enumerate(self.plain):
            found[at, _PLAIN:] = found[_PLAIN:, at] = self._by_place(grown * column)
        return found

    def _by_place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.bincount(self.place, weights=values, minlength=self.places + 1)
        return found[: self.places].astype(np.float64, copy=False)


def _missed_before(table: MilestoneTable) -> NDArray[np.int64]:
    """By row: how many milestones of its case were missed by the instant at which it began."""
    missed = np.flatnonzero(table.verdict == Verdict.missed)
    order = np.lexsort((table.due[missed], table.case[missed]))
    case, due = table.case[missed][order], table.due[missed][order]
    # Both sorted together by case and instant: how many of the missed stand before each row.
    rows = np.lexsort((table.started, table.case))
    place = _places_among(case, due, table.case[rows], table.started[rows])
    found = np.zeros(len(table), dtype=np.int64)
    found[rows] = place - np.searchsorted(case, table.case[rows])
    return np.minimum(found, _MOST_BEFORE)


def _places_among(
    case: NDArray[np.int64],
    at: NDArray[np.int64],
    wanted_case: NDArray[np.int64],
    wanted_at: NDArray[np.int64],
) -> NDArray[np.int64]:
    """How many of the sorted (case, at) come no later than each of the wanted ones."""
    cases, instants = np.append(case, wanted_case), np.append(at, wanted_at)
    is_wanted = np.arange(len(cases)) >= len(case)
    order = np.lexsort((is_wanted, instants, cases))
    counted = np.cumsum(~is_wanted[order])
    found = np.zeros(len(cases), dtype=np.int64)
    found[order] = counted
    return found[len(case) :]


def _missed_again(table: MilestoneTable) -> NDArray[np.bool_]:
    """By row: whether the milestone of the same kind before it in its case was missed."""
    found = np.zeros(len(table), dtype=np.bool_)
    is_next = (table.case[1:] == table.case[:-1]) & (table.kind[1:] == table.kind[:-1])
    was_over = table.due[:-1] <= table.started[1:]
    found[1:] = is_next & was_over & (table.verdict[:-1] == Verdict.missed)
    return found


def _log_odds(share: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.log(share / (1 - share))
    return found


def _fitted(
    shown: _Shown, offset: NDArray[np.float64], came: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Newton's steps, each halved until it makes nothing worse."""

    def loss(weights: NDArray[np.float64]) -> float:
        odds = shown.odds(weights) + offset
        held = _HELD_BACK / 2 * weights @ weights
        return float((np.logaddexp(0, odds) - came * odds).sum() + held)

    weights = np.zeros(_PLAIN + shown.places)
    worst = loss(weights)
    for _ in range(_MOST_STEPS):
        share = 1 / (1 + np.exp(-(shown.odds(weights) + offset)))
        slope = shown.summed(came - share) - _HELD_BACK * weights
        bend = shown.bend(share * (1 - share)) + _HELD_BACK * np.eye(len(weights))
        step = np.linalg.solve(bend, slope)
        while (left := loss(weights + step)) > worst and np.abs(step).max() > _ENOUGH:
            step = step / 2
        if worst - left < _ENOUGH:
            break
        weights, worst = weights + step, left
    return weights
