"""Layers in words: who gives what, and what it was stronger than."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from tierline.accounts.layers import Layer, is_target, layer_in_words
from tierline.catalog.clock_rules import Target
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words import capitalised, is_included, milestone_name, number_in_words
from tierline.kernel.instants import from_micros
from tierline.languages.language import ENGLISH, Language, message

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.queries.account_entitlements import AccountEntitlements, Entitled


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
    found: AccountEntitlements, zone: tzinfo, *, targets: bool, language: Language = ENGLISH
) -> tuple[EntitlementRow, ...]:
    """Features (or with `targets` the targets) in the order of the plan's grid."""
    contract = found.coverage.contract
    if contract is None:
        return ()
    return tuple(
        _row(contract, each, zone, language)
        for each in found.entitled
        if is_target(each.key) == targets
    )


def _row(
    contract: Contract, entitled: Entitled, zone: tzinfo, language: Language
) -> EntitlementRow:
    found = entitled.effective
    winner = found.winner

    def row(part: str, layer: Layer) -> LayerRow:
        return _layer_row(part, contract, layer, zone, language)

    layers = [] if winner is None else [row(message("Won"), winner)]
    layers += [row(message("Added"), layer) for layer in found.added]
    layers += [row(message("Overruled"), layer) for layer in found.overruled]
    return EntitlementRow(
        key=entitled.key,
        name=target_name(entitled.key, language)
        if is_target(entitled.key)
        else capitalised(entitled.name),
        words=capitalised(entitled.words),
        is_included=isinstance(found.value, Target) or is_included(found.value),
        winner="" if winner is None else layer_in_words(contract, winner, language),
        layers=tuple(layers),
        conflicts=tuple(conflict.sentence for conflict in found.conflicts),
    )


def target_name(key: str, language: Language = ENGLISH) -> str:
    """`S1, first response`."""
    severity, _, kind = key.partition(".")
    return f"{severity}, {language.within(milestone_name(MilestoneKind(kind), language))}"


def _layer_row(
    part: str, contract: Contract, layer: Layer, zone: tzinfo, language: Language
) -> LayerRow:
    units = ""
    if layer.units is not None:
        number = number_in_words(layer.units, language)
        units = ", " + language.phrase("%(number)s more", number=number)
    return LayerRow(
        part=part,
        name=layer_in_words(contract, layer, language) + units,
        promise_id=layer.promise_id,
        version=layer.version,
        start=from_micros(layer.start).astimezone(zone),
        end=None if layer.end is None else from_micros(layer.end).astimezone(zone),
    )
