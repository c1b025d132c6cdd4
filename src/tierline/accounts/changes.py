"""What can happen to a contract: each change gives a new value, with what was before inside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tierline.accounts.contract import Contract, Fee, PlanPhase
from tierline.accounts.periods import cycle_of
from tierline.catalog.statement import Period
from tierline.kernel.errors import Conflict
from tierline.kernel.instants import format_micros

if TYPE_CHECKING:
    from tierline.accounts.signed_terms import SignedTerms


def upgraded(
    contract: Contract, terms: SignedTerms, at: int, *, fee: Fee | None = None
) -> Contract:
    """The contract on another plan from `at` on, for `fee` or for what is paid already."""
    return _on_plan(contract, PlanPhase(terms=terms, start=at, fee=fee))


def downgraded(
    contract: Contract,
    terms: SignedTerms,
    at: int,
    *,
    cadence: Period = Period.month,
    fee: Fee | None = None,
) -> Contract:
    """The contract on another plan from the end of the period that runs at `at`: what is paid for
    is served."""
    cycle = cycle_of(contract.period_anchor(), cadence, contract.time_zone)
    return _on_plan(contract, PlanPhase(terms=terms, start=cycle.around(at)[1], fee=fee))


def ended(contract: Contract, at: int) -> Contract:
    """The contract with an end."""
    return replace(contract, end=at)


def _on_plan(contract: Contract, new: PlanPhase) -> Contract:
    """Plans that were to start no earlier give way; what has been in force stays."""
    start = new.start
    if start < contract.start or (contract.end is not None and start >= contract.end):
        raise Conflict(
            f"Contract {contract.id} does not hold at {format_micros(start)}; its plan cannot "
            "change then.",
            code="outside_contract",
        )
    kept = tuple(phase for phase in contract.plans if phase.start < start)
    return replace(contract, plans=(*kept, new))
