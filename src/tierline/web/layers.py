"""Layers in words: who gives what, and what it was stronger than."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from tierline.accounts.layers import Layer, LayerKind, is_target
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words import capitalised, milestone_name, number_in_words
from tierline.kernel.instants import from_micros

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.queries.account_entitlements import AccountEntitlements, Entitled

_KINDS = {
    LayerKind.plan: "Plan",
    LayerKind.trial: "Trial",
    LayerKind.add_on: "Add-on",
    LayerKind.contract: "Override",
    LayerKind.temporary: "Temporary uplift",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One layer of one entitlement. `part` says what became of it."""

    part: str
    name: str
    promise_id: str
    version: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementRow:
    """One entitlement as a row: what holds, which layer won, and all the others."""

    key: str
    name: str
    words: str
    is_included: bool
    winner: str
    layers: tuple[LayerRow, ...]
    conflicts: tuple[str, ...]


def entitlement_rows(
    found: AccountEntitlements, zone: tzinfo, *, targets: bool
) -> tuple[EntitlementRow, ...]:
    """Features (or with `targets` the targets) in the order of the plan's grid."""
    contract = found.coverage.contract
    if contract is None:
        return ()
    return tuple(
        _row(contract, each, zone) for each in found.entitled if is_target(each.key) == targets
    )


def _row(contract: Contract, entitled: Entitled, zone: tzinfo) -> EntitlementRow:
    found = entitled.effective
    winner = found.winner
    layers = [] if winner is None else [_layer_row("Won", contract, winner, zone)]
    layers += [_layer_row("Added", contract, layer, zone) for layer in found.added]
    layers += [_layer_row("Overruled", contract, layer, zone) for layer in found.overruled]
    return EntitlementRow(
        key=entitled.key,
        name=target_name(entitled.key) if is_target(entitled.key) else capitalised(entitled.name),
        words=capitalised(entitled.words),
        is_included=found.value is not None and entitled.words != "not included",
        winner="" if winner is None else layer_name(contract, winner),
        layers=tuple(layers),
        conflicts=tuple(conflict.sentence for conflict in found.conflicts),
    )


def target_name(key: str) -> str:
    """`S1, first response`."""
    severity, _, kind = key.partition(".")
    return f"{severity}, {milestone_name(MilestoneKind(kind)).lower()}"


def _layer_row(part: str, contract: Contract, layer: Layer, zone: tzinfo) -> LayerRow:
    units = ""
    if layer.units is not None:
        units = f", {number_in_words(layer.units)} more"
    return LayerRow(
        part=part,
        name=layer_name(contract, layer) + units,
        promise_id=layer.promise_id,
        version=layer.version,
        start=from_micros(layer.start).astimezone(zone),
        end=None if layer.end is None else from_micros(layer.end).astimezone(zone),
    )


def layer_name(contract: Contract, layer: Layer) -> str:
    """`Plan Priority`, `Add-on Extra sandbox`, `Override ovr_1`."""
    names = {held.id: held.add_on.name for held in contract.add_ons}
    names |= {trial.id: trial.terms.tier_name for trial in contract.trials}
    if layer.kind is LayerKind.plan:
        names = {phase.terms.tier: phase.terms.tier_name for phase in contract.plans}
    return f"{_KINDS[layer.kind]} {names.get(layer.source, layer.source)}"
