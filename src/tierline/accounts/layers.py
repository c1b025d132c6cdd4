"""Layers: who gives what of a feature, from when to when. The plan is the lowest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from tierline.languages.language import ENGLISH, Language, message

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract, Override, Uplift
    from tierline.accounts.signed_terms import SignedTerms
    from tierline.catalog.clock_rules import Target
    from tierline.catalog.statement import Quantity
    from tierline.catalog.term import Term


class LayerKind(IntEnum):
    """Lowest first: of the layers that replace a value the highest wins."""

    plan = 1
    trial = 2
    add_on = 3
    contract = 4
    temporary = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One source of one key from `start` to `end`.

    Exactly one of three is stated: `value` replaces what lies below, `units` adds to the limit of
    what wins, `hours` gives other business hours to a target of the plan.
    """

    kind: LayerKind
    source: str
    """The tier, or the id of the add-on held, trial, override or uplift."""
    key: str
    """A feature, or a target such as `S1.acknowledge`."""
    start: int
    end: int | None
    promise_id: str
    version: str
    """Of the catalog that it was signed on."""
    value: Term | Target | None = None
    units: Quantity | None = None
    hours: str | None = None

    def holds_at(self, at: int) -> bool:
        """Whether `at` lies in [start, end)."""
        return self.start <= at and (self.end is None or at < self.end)

    @property
    def name(self) -> str:
        """`add_on:hours_pack`."""
        return f"{self.kind.name}:{self.source}"


_KINDS = {
    LayerKind.plan: message("Plan %(name)s"),
    LayerKind.trial: message("Trial %(name)s"),
    LayerKind.add_on: message("Add-on %(name)s"),
    LayerKind.contract: message("Override %(name)s"),
    LayerKind.temporary: message("Temporary uplift %(name)s"),
}


def layer_in_words(contract: Contract, layer: Layer, language: Language = ENGLISH) -> str:
    """`Plan Priority`, `Add-on Extra sandbox`, `Override ovr_1`."""
    names = {held.id: held.add_on.name for held in contract.add_ons}
    names |= {trial.id: trial.terms.tier_name for trial in contract.trials}
    if layer.kind is LayerKind.plan:
        names = {phase.terms.tier: phase.terms.tier_name for phase in contract.plans}
    return language.phrase(_KINDS[layer.kind], name=names.get(layer.source, layer.source))


def is_target(key: str) -> bool:
    """Whether a key names a target (`S1.acknowledge`); the keys of features have no dot."""
    return "." in key


def layers_of(contract: Contract, key: str) -> tuple[Layer, ...]:
    """Every layer that ever touches a key, lowest first, cut to the time that the contract is
    honoured."""
    until = contract.honoured_until()
    found = sorted(
        [
            *_plan_layers(contract, key),
            *_trial_layers(contract, key),
            *_add_on_layers(contract, key),
            *_override_layers(contract, key),
            *_uplift_layers(contract, key),
        ],
        key=lambda layer: (layer.kind, layer.start, layer.source),
    )
    return tuple(
        layer
        for layer in (_cut(each, contract.start, until) for each in found)
        if layer.end is None or layer.start < layer.end
    )


def keys_beside_the_plan(contract: Contract) -> frozenset[str]:
    """Keys that a layer above the plan touches at some time."""
    keys = {each.feature for each in contract.overrides}
    keys |= {each.feature for each in contract.uplifts}
    for trial in contract.trials:
        keys |= {*trial.terms.terms, *trial.terms.targets}
    for held in contract.add_ons:
        keys |= {*held.add_on.terms, *held.add_on.extends, *held.add_on.targets}
        if held.add_on.hours is not None:
            keys |= {key for phase in contract.plans for key in phase.terms.targets}
            keys |= {key for trial in contract.trials for key in trial.terms.targets}
    return frozenset(keys)


def all_keys(contract: Contract) -> frozenset[str]:
    """Every feature that the signed catalog versions name, and every key that a layer touches."""
    keys = set(keys_beside_the_plan(contract))
    for phase in contract.plans:
        keys |= {*phase.terms.features, *phase.terms.terms, *phase.terms.targets}
    return frozenset(keys)


def features_giving(
    contract: Contract, kinds: type[Term] | tuple[type[Term], ...]
) -> frozenset[str]:
    """The features of which a layer gives a term of these kinds at any time."""
    given = [phase.terms.terms for phase in contract.plans]
    given += [trial.terms.terms for trial in contract.trials]
    given += [held.add_on.terms for held in contract.add_ons]
    keys = {key for terms in given for key, signed in terms.items()
            if isinstance(signed.value, kinds)}  # fmt: skip
    changes: list[Override | Uplift] = [*contract.overrides, *contract.uplifts]
    return frozenset(keys | {each.feature for each in changes if isinstance(each.value, kinds)})


def _plan_layers(contract: Contract, key: str) -> Iterator[Layer]:
    ends = [*(phase.start for phase in contract.plans[1:]), None]
    for phase, end in zip(contract.plans, ends, strict=True):
        yield from _of_terms(phase.terms, key, phase.start, end)


def _trial_layers(contract: Contract, key: str) -> Iterator[Layer]:
    for trial in contract.trials:
        for layer in _of_terms(trial.terms, key, trial.start, trial.end):
            yield replace(layer, kind=LayerKind.trial, source=trial.id)


def _of_terms(terms: SignedTerms, key: str, start: int, end: int | None) -> Iterator[Layer]:
    signed = terms.targets.get(key) or terms.terms.get(key)
    if signed is not None:
        yield Layer(
            kind=LayerKind.plan,
            source=terms.tier,
            key=key,
            start=start,
            end=end,
            promise_id=signed.promise_id,
            version=terms.version.isoformat(),
            value=signed.value,
        )


def _add_on_layers(contract: Contract, key: str) -> Iterator[Layer]:
    for held in contract.add_ons:
        add_on = held.add_on
        given = Layer(
            kind=LayerKind.add_on,
            source=held.id,
            key=key,
            start=held.start,
            end=held.end,
            promise_id=f"{add_on.catalog}/{add_on.add_on}/{key}",
            version=add_on.version.isoformat(),
        )
        signed = add_on.targets.get(key) or add_on.terms.get(key)
        if signed is not None:
            yield replace(given, value=signed.value)
        if key in add_on.extends:
            units = add_on.extends[key]
            yield replace(given, units=units if isinstance(units, str) else units * held.count)
        if is_target(key) and add_on.hours is not None and key not in add_on.targets:
            yield replace(given, hours=add_on.hours)


def _override_layers(contract: Contract, key: str) -> Iterator[Layer]:
    """An override ends where its exception expires, at the latest."""
    for each in contract.overrides:
        if each.feature == key:
            layer = _change_layer(contract, each)
            yield replace(layer, end=_earlier(each.end, each.exception.expires))


def _uplift_layers(contract: Contract, key: str) -> Iterator[Layer]:
    for each in contract.uplifts:
        if each.feature == key:
            yield replace(_change_layer(contract, each), kind=LayerKind.temporary)


def _change_layer(contract: Contract, change: Override | Uplift) -> Layer:
    return Layer(
        kind=LayerKind.contract,
        source=change.id,
        key=change.feature,
        start=change.start,
        end=change.end,
        promise_id=f"{contract.id}/{change.id}/{change.feature}",
        version=contract.plan_at(change.start).version.isoformat(),
        value=change.value,
        units=change.units,
    )


def _cut(layer: Layer, start: int, end: int | None) -> Layer:
    return replace(layer, start=max(layer.start, start), end=_earlier(layer.end, end))


def _earlier(one: int | None, other: int | None) -> int | None:
    known = [each for each in (one, other) if each is not None]
    return min(known, default=None)
