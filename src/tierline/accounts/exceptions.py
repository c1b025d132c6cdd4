"""What a contract agrees beside its plan, and how it stands at an instant: the register of
exceptions that somebody must answer for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tierline.catalog.clock_rules import Target

if TYPE_CHECKING:
    from tierline.accounts.contract import AgreedDocument, Contract, Override, Uplift
    from tierline.kernel.durations import Duration
    from tierline.kernel.money import Money


class ExceptionKind(StrEnum):
    """An override needs somebody who allowed it; an uplift always has an end."""

    override = "override"
    uplift = "uplift"


class ExceptionState(StrEnum):
    """Where it is in its life."""

    coming = "coming"
    in_force = "in_force"
    ended = "ended"
    """At the end that was agreed."""
    expired = "expired"
    """Nobody ended it; its exception ran out, and with it the override."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedException:
    """`until` is the first instant that it no longer holds. `owner` and `cost` are of overrides."""

    kind: ExceptionKind
    id: str
    feature: str
    state: ExceptionState
    reason: str
    start: int
    until: int
    owner: str | None = None
    cost: Money | None = None
    tightened: Duration | None = None
    """The target, where it is another and shorter than the plan's: a promise beside the grid."""
    document: AgreedDocument | None = None


def exceptions_of(contract: Contract, at: int) -> tuple[AgreedException, ...]:
    """Every override and uplift of a contract as it stands at an instant, by start."""
    found = [*_overrides(contract, at), *_uplifts(contract, at)]
    return tuple(sorted(found, key=lambda each: (each.start, each.id)))


def _overrides(contract: Contract, at: int) -> Iterator[AgreedException]:
    for each in contract.overrides:
        expires = each.exception.expires
        is_ended = each.end is not None and each.end <= expires
        until = each.end if is_ended and each.end is not None else expires
        over = ExceptionState.ended if is_ended else ExceptionState.expired
        yield AgreedException(
            kind=ExceptionKind.override,
            id=each.id,
            feature=each.feature,
            state=_state(at, each.start, until, over),
            reason=each.exception.reason,
            start=each.start,
            until=until,
            owner=each.exception.owner,
            cost=each.exception.cost,
            tightened=_tightened(contract, each),
            document=each.document,
        )


def _uplifts(contract: Contract, at: int) -> Iterator[AgreedException]:
    for each in contract.uplifts:
        yield AgreedException(
            kind=ExceptionKind.uplift,
            id=each.id,
            feature=each.feature,
            state=_state(at, each.start, each.end, ExceptionState.ended),
            reason=each.reason,
            start=each.start,
            until=each.end,
            tightened=_tightened(contract, each),
            document=each.document,
        )


def _state(at: int, start: int, until: int, over: ExceptionState) -> ExceptionState:
    if at < start:
        return ExceptionState.coming
    return ExceptionState.in_force if at < until else over


def _tightened(contract: Contract, change: Override | Uplift) -> Duration | None:
    """Durations are compared where both are elapsed time or both are days."""
    if not isinstance(change.value, Target) or change.value.within is None:
        return None
    signed = contract.plan_at(change.start).targets.get(change.feature)
    planned = None if signed is None else signed.target.within
    if planned is None or change.value.within >= planned:
        return None
    return change.value.within
