"""A tier as one contract has it at an instant: the signed plan with all that is agreed beside it.

It is a resolved tier like those of a catalog, so that whatever puts a tier into words, or compares
two, does the same with a contract. Its values are the ones that checks and clocks go by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.accounts.effective import Effective, effective, effective_entitlements
from tierline.accounts.layers import is_target
from tierline.catalog.canonical import catalog_digest
from tierline.catalog.clock_rules import Target
from tierline.catalog.price import Flat
from tierline.catalog.resolved import ResolvedTarget, ResolvedTerm, ResolvedTier, resolve_tier
from tierline.catalog.words_term import is_included
from tierline.kernel.errors import Conflict, Invalid
from tierline.kernel.instants import format_micros

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract, HeldAddOn
    from tierline.accounts.signed_terms import SignedTerms
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.price import Price, Remedy
    from tierline.catalog.tier import Exclusion


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a contract gives at an instant (microseconds). `catalog` is the version that the plan in
    force was signed on."""

    contract: Contract
    catalog: Catalog
    at: int
    plan: SignedTerms
    tier: ResolvedTier
    entitlements: Mapping[str, Effective]

    @property
    def add_ons(self) -> tuple[HeldAddOn, ...]:
        """The add-ons that are held."""
        return tuple(each for each in self.contract.add_ons if _holds(each, self.at))


def instant_in(contract: Contract, now: int, stated: int | None = None) -> int:
    """The stated instant, else now, else the nearest one in which the contract is honoured. Raises
    Invalid where a stated one is outside of it."""
    until = contract.honoured_until()
    if stated is not None:
        if stated < contract.start or (until is not None and stated >= until):
            raise Invalid(
                f"Contract {contract.id} does not hold at {format_micros(stated)}.",
                code="outside_contract",
            )
        return stated
    inside = max(now, contract.start)
    return inside if until is None else min(inside, until - 1)


def agreed_at(contract: Contract, catalog: Catalog, at: int) -> Agreed:
    """What is agreed at an instant. Raises Conflict where the catalog is not the one that the plan
    was signed on."""
    plan = contract.plan_at(at)
    if catalog_digest(catalog) != plan.digest:
        raise Conflict(
            f"Contract {contract.id} was signed on terms with the digest {plan.digest}, and "
            f"{catalog.catalog} {catalog.version} has another one.",
            code="other_terms",
        )
    entitlements = effective_entitlements(contract, at)
    signed = resolve_tier(catalog, plan.tier)
    stated = signed.tier.model_copy(
        update={
            "price": _price(contract, at, signed.tier.price),
            "exclusions": exclusions_of(contract, catalog, at),
            "remedies": _remedies(signed, contract, catalog, at),
        }
    )
    tier = ResolvedTier(
        key=plan.tier,
        tier=stated,
        terms=dict(_terms(entitlements)),
        targets=dict(_targets(entitlements)),
        clock_rules=signed.clock_rules,
    )
    return Agreed(contract, catalog, at, plan, tier, entitlements)


def exclusions_of(contract: Contract, catalog: Catalog, at: int) -> dict[str, Exclusion]:
    """What the plan leaves out, and nothing beside it gives at an instant: one list for the annex,
    the customer's plan and whoever works on a case."""
    held = {each.add_on.add_on for each in contract.add_ons if _holds(each, at)}
    return {
        key: exclusion
        for key, exclusion in catalog.tiers[contract.plan_at(at).tier].exclusions.items()
        if exclusion.offer not in held and not _is_given(effective(contract, key, at))
    }


def _is_given(found: Effective) -> bool:
    return not isinstance(found.value, Target) and is_included(found.value)


def agreed_target(found: Effective, target: Target) -> ResolvedTarget:
    """A target that holds, as a resolved one."""
    return ResolvedTarget(
        promise_id=found.winner.promise_id if found.winner else "",
        tier="",
        severity=target.severity,
        milestone=target.milestone,
        statement=target,
        hours=target.hours,
        headline=None,
        warn_at_percent=(),
    )


def _targets(
    entitlements: Mapping[str, Effective],
) -> Iterator[tuple[tuple[str, str], ResolvedTarget]]:
    for key, found in entitlements.items():
        if is_target(key) and isinstance(found.value, Target):
            severity, _, kind = key.rpartition(".")
            yield (severity, kind), agreed_target(found, found.value)


def _terms(entitlements: Mapping[str, Effective]) -> Iterator[tuple[str, ResolvedTerm]]:
    for key, found in entitlements.items():
        value = found.value
        if value is None or isinstance(value, Target) or found.winner is None:
            continue
        id_, whose = found.winner.promise_id, found.winner.source
        yield key, ResolvedTerm(id_, whose, key, value, None, whose)


def _price(contract: Contract, at: int, listed: Price | None) -> Price | None:
    """The fee that was agreed; what the catalog says where none was."""
    fee = contract.fee_at(at)
    return listed if fee is None else Flat(model="flat", amount=fee.amount, per=fee.per)


def _remedies(
    signed: ResolvedTier, contract: Contract, catalog: Catalog, at: int
) -> dict[str, Remedy]:
    """Those of the plan; while another tier is on trial its own go before them."""
    found = dict(signed.tier.remedies)
    for trial in contract.trials:
        tier = catalog.tiers.get(trial.terms.tier)
        if tier is not None and trial.start <= at < trial.end:
            found.update(tier.remedies)
    return found


def _holds(held: HeldAddOn, at: int) -> bool:
    return held.start <= at and (held.end is None or at < held.end)
