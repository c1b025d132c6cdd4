"""What uptime an account is promised, from its contracts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.accounts.coverage import CoverageState, coverage_at
from tierline.accounts.effective import effective
from tierline.accounts.layers import all_keys, layers_of
from tierline.catalog.term import Uptime as UptimeTerm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from tierline.accounts.contract import Contract
    from tierline.accounts.layers import Layer
    from tierline.catalog.statement import Period
    from tierline.status.component import Component

_HOLDS = (CoverageState.covered, CoverageState.grace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """So much uptime of every period. `scope` names the component that it is about; where it names
    none of them, it is about each. `promise_id` and `version` are where it was signed."""

    feature: str
    percent: Decimal
    per: Period
    scope: str
    measure: str
    excludes: tuple[str, ...]
    does_part_of_a_minute_count: bool
    promise_id: str
    version: str

    def is_about(self, component: Component, components: Sequence[Component]) -> bool:
        """Whether it is measured on a component, one of those that its customer sees."""
        wanted = self.scope.strip().casefold()
        names = {each.name.casefold() for each in components}
        return wanted not in names or component.name.casefold() == wanted


class UptimePromises:
    """What the contracts of one account promise of uptime, looked through once."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._contracts = contracts
        self._edges = [
            (contract, key, _edges(contract, layers))
            for contract in contracts
            for key in sorted(all_keys(contract))
            if (layers := layers_of(contract, key))
            and any(isinstance(each.value, UptimeTerm) for each in layers)
        ]

    def during(self, start: int, end: int) -> tuple[Commitment, ...]:
        """One a feature: the strictest that was in force at any instant of [start, end), so that
        no change of plan within a period takes away what was promised in it."""
        strictest: dict[str, Commitment] = {}
        for contract, key, edges in self._edges:
            for at in sorted({start, *edges}):
                found = _at(self._contracts, contract, key, at) if start <= at < end else None
                known = strictest.get(key)
                if found is not None and (known is None or found.percent > known.percent):
                    strictest[key] = found
        return tuple(strictest[key] for key in sorted(strictest))


def _edges(contract: Contract, layers: Sequence[Layer]) -> frozenset[int]:
    """Where anything of it begins or ends."""
    ends = (each.end for each in layers if each.end is not None)
    return frozenset({contract.start, *(each.start for each in layers), *ends})


def _at(contracts: Sequence[Contract], contract: Contract, key: str, at: int) -> Commitment | None:
    coverage = coverage_at(contracts, at)
    if coverage.state not in _HOLDS or coverage.contract is not contract:
        return None
    held = effective(contract, key, at)
    term = held.value
    if not isinstance(term, UptimeTerm) or term.percent is None or held.winner is None:
        return None
    return Commitment(
        feature=key,
        percent=term.percent,
        per=term.per,
        scope=term.scope or "",
        measure=term.measure or "",
        excludes=term.excludes,
        does_part_of_a_minute_count=term.partial_minutes_count,
        promise_id=held.winner.promise_id,
        version=held.winner.version,
    )
