"""What an account is owed of one thing at one instant: the layer that wins, and all the others.

The highest kind of layer wins; of two of one kind the one that started later, then the one whose
id sorts last. Units add up on the limit that wins. Every disagreement is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.accounts.layers import Layer, LayerKind, all_keys, layers_of
from tierline.catalog.clock_rules import Target
from tierline.catalog.term import Included, QuantityTerm, Rate, Seats, ServiceUnits, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.accounts.contract import Contract
    from tierline.catalog.statement import Quantity


@dataclass(frozen=True, slots=True)
class Conflict:
    """Layers that cannot all have their way, in one sentence."""

    sentence: str
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds. `value` is None where no layer gives anything."""

    key: str
    value: Term | Target | None
    winner: Layer | None
    added: tuple[Layer, ...]
    """Layers whose units or hours are in `value` beside the winner's."""
    overruled: tuple[Layer, ...]
    """Layers that hold at this instant and are not in `value`, lowest first."""
    conflicts: tuple[Conflict, ...]


def effective(contract: Contract, key: str, at: int) -> Effective:
    """What the contract gives of a feature or target at an instant (microseconds)."""
    return resolved([layer for layer in layers_of(contract, key) if layer.holds_at(at)], key)


def effective_entitlements(contract: Contract, at: int) -> dict[str, Effective]:
    """`effective` of every key that the contract knows, in the order of the plan's grid."""
    terms = contract.plan_at(at)
    order = [*terms.features, *terms.terms, *terms.targets]
    rest = sorted(all_keys(contract) - {*order})
    return {key: effective(contract, key, at) for key in dict.fromkeys([*order, *rest])}


def resolved(layers: Sequence[Layer], key: str) -> Effective:
    """One answer from the layers that hold, given lowest first."""
    replacing = [layer for layer in layers if layer.value is not None]
    adding = [layer for layer in layers if layer.units is not None]
    winner = replacing[-1] if replacing else None
    value = winner.value if winner else None
    conflicts = _same_kind(replacing)
    value, added, ineffective = _with_units(value, adding, key)
    if ineffective and winner is not None:
        conflicts.append(_nothing_to_add_to(winner, ineffective))
    value, hours = _with_hours(value, winner, layers)
    added = (*added, *hours)
    if winner is None and added:
        winner, added = added[0], added[1:]
    used = {id(layer) for layer in (winner, *added)}
    overruled = tuple(layer for layer in layers if id(layer) not in used)
    return Effective(key, value, winner, added, overruled, tuple(conflicts))


def _same_kind(replacing: Sequence[Layer]) -> list[Conflict]:
    """Layers of the winning kind that do not say what the winner says."""
    if not replacing:
        return []
    winner = replacing[-1]
    rivals = [
        layer
        for layer in replacing[:-1]
        if layer.kind is winner.kind and layer.value != winner.value
    ]
    names = ", ".join(layer.name for layer in rivals)
    said = f"{winner.name} and {names} disagree about '{winner.key}'; {winner.name} wins: "
    why = "it started later." if rivals and rivals[-1].start < winner.start else "its id is last."
    return [Conflict(said + why, (*rivals, winner))] if rivals else []


def _nothing_to_add_to(winner: Layer, layers: Sequence[Layer]) -> Conflict:
    names = ", ".join(layer.name for layer in layers)
    return Conflict(
        f"The units of {names} add nothing to '{winner.key}': {winner.name} gives it without a "
        "number that could grow.",
        (*layers, winner),
    )


def _with_units(
    value: Term | Target | None, adding: Sequence[Layer], key: str
) -> tuple[Term | Target | None, tuple[Layer, ...], tuple[Layer, ...]]:
    """The value with all units, the layers that are in it, and those that could not be added."""
    if not adding:
        return value, (), ()
    units = _total([layer.units for layer in adding if layer.units is not None])
    match value:
        case QuantityTerm() | Rate() | Seats():
            if value.limit == "unlimited":
                return value, (), tuple(adding)
            grown: Term = value.model_copy(update={"limit": _total([value.limit, units])})
        case ServiceUnits():
            if value.amount == "unlimited":
                return value, (), tuple(adding)
            grown = value.model_copy(update={"amount": _total([value.amount, units])})
        case None | Included(included=False):
            grown = QuantityTerm(kind="quantity", limit=units, unit=key.replace("_", " "))
        case _:
            return value, (), tuple(adding)
    return grown, tuple(adding), ()


def _total(parts: Sequence[Quantity]) -> Quantity:
    numbers = [part for part in parts if not isinstance(part, str)]
    return sum(numbers, Decimal(0)) if len(numbers) == len(parts) else "unlimited"


def _with_hours(
    value: Term | Target | None, winner: Layer | None, layers: Sequence[Layer]
) -> tuple[Term | Target | None, tuple[Layer, ...]]:
    """Hours of an add-on go to what the plan (or a trial of one) promises, and to nothing else."""
    giving = [layer for layer in layers if layer.hours is not None]
    if not giving or winner is None or winner.kind > LayerKind.trial:
        return value, ()
    if not isinstance(value, Target) or value.within is None:
        return value, ()
    return value.model_copy(update={"hours": giving[-1].hours}), (giving[-1],)
