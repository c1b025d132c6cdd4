"""Whether customers of one tier are served alike: what differences between cases go with, and who
is further from the others than chance explains.

A case is measured by the part of the allowed time that its milestones used, less what milestones of
the same kind, severity and tier used. What is permuted are these differences among cases of one
severity: nothing that is found so comes from a mix of harder and easier cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from tierline.scorecards.groups import Dimension
from tierline.scorecards.intervals import WEAK_BELOW

if TYPE_CHECKING:
    from numpy.typing import NDArray

BY = ("agent", "region", "channel")
CUSTOMER = "customer"
PERMUTATIONS, SEED = 499, 195
"""So many, from this seed: whoever repeats them has the same answer."""
CHANCE = 0.05
"""An outlier is one that fewer than these of all permutations show anywhere in its tier."""
MOST_USED = 2.0
"""No milestone counts as more than twice its time, so that one forgotten case is no customer."""
_AT_ONCE = 50
_TINY = 1e-9


@dataclass(frozen=True)
class ServedCases:
    """The cases of one tier, as columns: how much more of the allowed time than its like each used
    (0.1: a tenth of what is allowed more), and what it is of."""

    difference: NDArray[np.float64]
    severity: NDArray[np.integer]
    customer: Dimension
    parts: Mapping[str, Dimension]
    """By the words of BY."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The share of all variance that goes with something; `by_chance` is its mean where cases are
    permuted, and `p` how often it is as large then."""

    by: str
    share: float
    by_chance: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerServed:
    """A customer with enough cases; `difference` is the mean of theirs: below 0 is served faster
    than the others of the tier. `p`: how often any customer is as far off where cases are permuted.
    """

    account: str
    cases: int
    difference: float
    p: float

    @property
    def is_outlier(self) -> bool:
        """Whether that is more than chance explains."""
        return self.p < CHANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """One tier. The shares of the parts and of what is left sum to 1. Customers stand in the order
    of their difference, those with fewer than WEAK_BELOW cases not among them."""

    tier: str
    cases: int
    accounts: int
    parts: tuple[Part, ...]
    customers: tuple[CustomerServed, ...]

    @property
    def rest(self) -> float:
        """The share that goes with nothing named."""
        return 1 - sum(each.share for each in self.parts)

    @property
    def over_served(self) -> tuple[CustomerServed, ...]:
        """Served faster than the others, the furthest first."""
        return tuple(each for each in self.customers if each.is_outlier and each.difference < 0)

    @property
    def under_served(self) -> tuple[CustomerServed, ...]:
        """Served slower, the furthest first."""
        return tuple(
            each for each in self.customers[::-1] if each.is_outlier and each.difference > 0
        )


def differences(
    used: NDArray[np.float64], like: NDArray[np.integer], case: NDArray[np.int64], cases: int
) -> NDArray[np.float64]:
    """By case the mean of how much more of the allowed time its milestones used than those like
    them; not a number where it has none."""
    kept = np.minimum(used, MOST_USED)
    mean = np.bincount(like, kept) / np.maximum(np.bincount(like), 1)
    with np.errstate(invalid="ignore"):
        found: NDArray[np.float64] = np.bincount(case, kept - mean[like], cases) / np.bincount(
            case, minlength=cases
        )
    return found


def consistency_of(tier: str, served: ServedCases) -> Consistency | None:
    """What the cases of a tier say; None where nothing differs."""
    value = served.difference - served.difference.mean()
    if float(value @ value) <= _TINY:
        return None
    measure = _Measure(served, float(value @ value))
    found = measure.shares(value[:, None])[:, 0], measure.far(value[:, None])[:, 0]
    shares, furthest = [], []
    for columns in _permuted(value, served.severity):
        shares.append(measure.shares(columns))
        furthest.append(measure.far(columns).max(0, initial=0.0))
    by_chance = np.hstack(shares)
    return Consistency(
        tier=tier,
        cases=len(value),
        accounts=int((measure.counted > 0).sum()),
        parts=tuple(
            Part(
                by=name,
                share=float(share),
                by_chance=float(chance.mean()),
                p=_p(chance, float(share)),
            )
            for name, share, chance in zip((*BY, CUSTOMER), found[0], by_chance, strict=True)
        ),
        customers=_customers(served, measure, found[1], np.hstack(furthest)),
    )


def _customers(
    served: ServedCases,
    measure: _Measure,
    far: NDArray[np.float64],
    furthest: NDArray[np.float64],
) -> tuple[CustomerServed, ...]:
    value = served.difference - served.difference.mean()
    sums = np.bincount(served.customer.codes, value, len(measure.counted))
    found = [
        CustomerServed(
            account=served.customer.names[code],
            cases=int(measure.counted[code]),
            difference=float(sums[code] / measure.counted[code]),
            p=_p(furthest, float(off)),
        )
        for code, off in zip(np.flatnonzero(measure.has_many), far, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (each.difference, each.account)))


class _Measure:
    """The cases of a tier, made ready to be asked of many permutations, which are columns."""

    def __init__(self, served: ServedCases, total: float) -> None:
        self._total, self._cases = total, len(served.difference)
        self._customer = served.customer.codes
        self._bases = {
            chosen: _basis([served.parts[name] for name in chosen])
            for size in range(1, len(BY) + 1)
            for chosen in combinations(BY, size)
        }
        self.counted = np.bincount(self._customer, minlength=len(served.customer.names))
        self.has_many = self.counted >= WEAK_BELOW

    def shares(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The shares of BY, and of customers in what those leave."""
        taken = {
            chosen: ((basis.T @ values) ** 2).sum(0) / self._total
            for chosen, basis in self._bases.items()
        }
        whole = self._bases[BY]
        sums = _sums(self._customer, values - whole @ (whole.T @ values), len(self.counted))
        beyond = (sums**2 / np.maximum(self.counted, 1)[:, None]).sum(0) / self._total
        return np.vstack([*_shared_out(taken), beyond])

    def far(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each customer with enough cases is off, in standard errors."""
        sums = _sums(self._customer, values, len(self.counted))[self.has_many]
        errors = np.sqrt(self.counted[self.has_many] * self._total / self._cases)
        found: NDArray[np.float64] = np.abs(sums) / errors[:, None]
        return found


def _p(by_chance: NDArray[np.float64], found: float) -> float:
    """How often chance gives as much; what was found counts as one of all."""
    return float(1 + (by_chance >= found - _TINY).sum()) / (1 + len(by_chance))


def _permuted(
    value: NDArray[np.float64], stratum: NDArray[np.integer]
) -> Iterator[NDArray[np.float64]]:
    """The values changed among cases of one stratum, some permutations at once, as columns."""
    chance = np.random.Generator(np.random.PCG64(SEED))
    places = np.argsort(stratum, kind="stable")
    for first in range(0, PERMUTATIONS, _AT_ONCE):
        columns = np.empty((len(value), min(_AT_ONCE, PERMUTATIONS - first)))
        for column in columns.T:
            column[places] = value[np.lexsort((chance.random(len(value)), stratum))]
        yield columns


def _basis(dimensions: Sequence[Dimension]) -> NDArray[np.float64]:
    """Columns at right angles that say what the groups of these dimensions can."""
    columns = np.hstack([_indicators(each) for each in dimensions])
    left, sizes, _ = np.linalg.svd(columns - columns.mean(0), full_matrices=False)
    basis: NDArray[np.float64] = left[:, sizes > _TINY * max(1.0, float(sizes.max(initial=0)))]
    return basis


def _indicators(dimension: Dimension) -> NDArray[np.float64]:
    """A column for each group that occurs; not stated is a group."""
    groups = np.unique(dimension.codes)
    found: NDArray[np.float64] = (dimension.codes[:, None] == groups).astype(np.float64)
    return found


def _shared_out(
    taken: Mapping[tuple[str, ...], NDArray[np.float64]],
) -> Iterator[NDArray[np.float64]]:
    """The share of each of BY: what it adds to those before it, as the mean over all orders, so
    that it does not matter which is named first."""
    for name in BY:
        others = [each for each in BY if each != name]
        yield sum(
            (
                (taken[_in_order(*some, name)] - (taken[_in_order(*some)] if some else 0.0))
                * (factorial(len(some)) * factorial(len(others) - len(some)) / factorial(len(BY)))
                for size in range(len(others) + 1)
                for some in combinations(others, size)
            ),
            start=np.zeros_like(taken[BY]),
        )


def _in_order(*names: str) -> tuple[str, ...]:
    return tuple(each for each in BY if each in names)


def _sums(
    codes: NDArray[np.integer], values: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """By group and column."""
    found = np.zeros((size, values.shape[1]))
    np.add.at(found, codes, values)
    return found
