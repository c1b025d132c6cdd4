"""Where a contract says one thing and does another: an add-on that is paid for and overruled, and
something that is sold as an add-on and given for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.accounts.effective import effective
from tierline.accounts.layers import LayerKind, keys_beside_the_plan
from tierline.accounts.recurring import add_ons_in_force, yearly_price
from tierline.catalog.clock_rules import Target

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract, Override
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.tier import AddOn


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidWithoutEffect:
    """An add-on that is held; of the features and targets it should change, `keys` run on what a
    layer above it says."""

    add_on: str
    keys: tuple[str, ...]
    runs_on: tuple[str, ...]
    """Hours that count instead, where it is about hours."""
    overruled_by: tuple[str, ...]
    """Ids of overrides and uplifts."""
    yearly: Decimal | None
    """What it costs the customer a year; None where it has no recurring flat price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUnpaid:
    """Overrides that give what an add-on sells, at less than its price."""

    add_on: str
    keys: tuple[str, ...]
    overrides: tuple[str, ...]
    yearly: Decimal
    """What the add-on would bring in a year, less what the exceptions say they cost."""


def paid_without_effect(
    contract: Contract, catalog: Catalog, at: int
) -> tuple[PaidWithoutEffect, ...]:
    """Add-ons in force that are overruled somewhere. `catalog` is the version of the contract."""
    touched = sorted(keys_beside_the_plan(contract))
    found = []
    for held in add_ons_in_force(contract, at):
        keys, hours, above = [], set(), set()
        for key in touched:
            told = effective(contract, key, at)
            if told.winner is None or told.winner.kind <= LayerKind.add_on:
                continue
            if any(layer.source == held.id for layer in told.overruled):
                keys.append(key)
                above.add(told.winner.source)
                if isinstance(told.value, Target) and told.value.hours is not None:
                    hours.add(told.value.hours)
        if keys and hours != {held.add_on.hours}:
            found.append(
                PaidWithoutEffect(
                    add_on=held.add_on.add_on,
                    keys=tuple(keys),
                    runs_on=tuple(sorted(hours)),
                    overruled_by=tuple(sorted(above)),
                    yearly=_yearly(catalog.add_ons.get(held.add_on.add_on), held.count),
                )
            )
    return tuple(found)


def given_unpaid(contract: Contract, catalog: Catalog, at: int) -> tuple[GivenUnpaid, ...]:
    """Add-ons of the catalog that nobody holds here and that overrides in force give."""
    tier = contract.plan_at(at).tier
    held = {each.add_on.add_on for each in add_ons_in_force(contract, at)}
    found = []
    for key, add_on in catalog.add_ons.items():
        is_sold = not add_on.available_for or tier in add_on.available_for
        yearly = _yearly(add_on, 1)
        if key in held or not is_sold or not yearly:
            continue
        giving = [each for each in _overrides(contract, at) if _gives(contract, each, add_on, at)]
        cost = sum((each.exception.cost.amount() for each in giving), Decimal(0))
        if giving and cost < yearly:
            found.append(
                GivenUnpaid(
                    add_on=key,
                    keys=tuple(sorted({each.feature for each in giving})),
                    overrides=tuple(each.id for each in giving),
                    yearly=yearly - cost,
                )
            )
    return tuple(found)


def _overrides(contract: Contract, at: int) -> Iterator[Override]:
    for each in contract.overrides:
        until = (
            each.exception.expires if each.end is None else min(each.end, each.exception.expires)
        )
        if each.start <= at < until:
            yield each


def _gives(contract: Contract, override: Override, add_on: AddOn, at: int) -> bool:
    """Whether the override gives hours, or a feature, that the add-on sells and the plan lacks."""
    plan, key = contract.plan_at(at), override.feature
    if isinstance(override.value, Target):
        planned = plan.targets.get(key)
        own = None if planned is None else planned.target.hours
        return add_on.hours is not None and override.value.hours == add_on.hours != own
    return override.value is not None and key in add_on.terms and key not in plan.terms


def _yearly(add_on: AddOn | None, count: int) -> Decimal | None:
    return None if add_on is None else yearly_price(add_on.price, count)
