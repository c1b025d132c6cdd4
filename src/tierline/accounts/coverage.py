"""Coverage: whether an account stands under a contract at an instant, and under which."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.accounts.contract import Contract


class CoverageState(StrEnum):
    """Every requester is in exactly one."""

    covered = "covered"
    grace = "grace"
    """The contract has ended and is still honoured for a stated time."""
    uncovered = "uncovered"
    """We know the account; no contract of it holds."""
    unknown = "unknown"
    """We do not know who asks."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """`contract` is the one that governs; where none does, the one that would come nearest."""

    state: CoverageState
    contract: Contract | None = None


def coverage_at(contracts: Sequence[Contract], at: int) -> Coverage:
    """Coverage of a known account. Of two contracts that hold, the one that started later governs
    (then the one whose id sorts last)."""
    by_start = sorted(contracts, key=lambda each: (each.start, each.id), reverse=True)
    started = [each for each in by_start if each.start <= at]
    for each in started:
        if each.end is None or at < each.end:
            return Coverage(CoverageState.covered, each)
    for each in started:
        until = each.honoured_until()
        if until is not None and at < until:
            return Coverage(CoverageState.grace, each)
    nearest = max(started, key=lambda each: each.end or 0, default=None)
    if nearest is None and by_start:
        nearest = by_start[-1]
    return Coverage(CoverageState.uncovered, nearest)
