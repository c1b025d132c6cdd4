"""The ruleset: every account's rules, compiled once and never changed.

A change makes a new ruleset that shares everything else with the old one; whoever holds the old one
goes on reading it. Accounts on one plan of one catalog version share that plan's rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import structs

from tierline.accounts.contract import PaymentState
from tierline.accounts.coverage import CoverageState, coverage_at
from tierline.accounts.effective import Effective, effective
from tierline.accounts.layers import keys_beside_the_plan
from tierline.accounts.periods import cycles_of
from tierline.catalog.term import Channel
from tierline.entitlements.rule import ALWAYS_FLOOR, Provenance, Rule, rule_of
from tierline.entitlements.span import FIRST, LAST, OwnRules, Span, Standing, Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tierline.accounts.contract import Contract
    from tierline.accounts.signed_terms import SignedTerms
    from tierline.catalog.catalog import Catalog

PlanRules = dict[str, Rule]
Plans = dict[tuple[str, str], tuple["SignedTerms", PlanRules]]
NO_RULES: PlanRules = {}


@dataclass(frozen=True, slots=True)
class PublicRules:
    """What holds for whoever asks, known or not."""

    floor: frozenset[str] = ALWAYS_FLOOR
    channels: frozenset[str] = frozenset()
    worst_severities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Read it freely from any thread. `plans` are compiled plans by catalog digest and tier."""

    accounts: Mapping[str, Span] = field(default_factory=dict)
    public: PublicRules = PublicRules()
    plans: Mapping[tuple[str, str], tuple[SignedTerms, PlanRules]] = field(default_factory=dict)


def with_contracts(ruleset: Ruleset, held: Mapping[str, Sequence[Contract]]) -> Ruleset:
    """A new ruleset in which these accounts stand on these contracts (all of each account's)."""
    accounts, plans = dict(ruleset.accounts), dict(ruleset.plans)
    made = [_looked_at_first(account, contracts, plans) for account, contracts in held.items()]
    # Copied one after the other, so that what is looked at first lies close together in memory.
    accounts.update((span.account, structs.replace(span)) for span in made)
    return replace(ruleset, accounts=accounts, plans=plans)


def without_account(ruleset: Ruleset, account: str) -> Ruleset:
    """A new ruleset to which the account is unknown."""
    accounts = {key: standing for key, standing in ruleset.accounts.items() if key != account}
    return replace(ruleset, accounts=accounts)


def with_catalog(ruleset: Ruleset, catalog: Catalog) -> Ruleset:
    """A new ruleset that knows a published catalog's floor, for people we do not know.

    No contract's answer changes: contracts hold their own terms.
    """
    safe = {key for key, feature in catalog.features.items() if feature.safety is not None}
    stated = [tier.terms for tier in catalog.tiers.values()]
    channels = {key for terms in stated for key, term in terms.items() if isinstance(term, Channel)}
    known = ruleset.public
    return replace(
        ruleset,
        public=PublicRules(
            known.floor | safe,
            known.channels | channels,
            known.worst_severities | {*list(catalog.severities)[:1]},
        ),
    )


def plan_rules(terms: SignedTerms) -> PlanRules:
    """The rules of a plan alone: every feature that its catalog names, given or not."""
    keys = dict.fromkeys((*terms.features, *terms.terms, *terms.targets))
    return {key: _plan_rule(terms, key) for key in keys}


def _plan_rule(terms: SignedTerms, key: str) -> Rule:
    signed = terms.targets.get(key) or terms.terms.get(key)
    provenance = Provenance(
        promise_id=signed.promise_id if signed else "",
        catalog=terms.catalog,
        version=terms.version.isoformat(),
        layer=f"plan:{terms.tier}" if signed else "",
        currency=terms.currency,
    )
    return rule_of(key, terms.features.get(key), signed.value if signed else None, provenance)


def _looked_at_first(account: str, contracts: Sequence[Contract], plans: Plans) -> Span:
    """The last covered span of an account, with all the others behind it."""
    edges = [FIRST, *sorted({edge for each in contracts for edge in _edges(each)})]
    starts = tuple(_one(edge) for edge in edges)
    spans = _in_a_row(
        _span(account, contracts, stretch, plans)
        for stretch in zip(starts, (*starts[1:], LAST), strict=True)
    )
    covered = [span for span in spans if span.standing.coverage is CoverageState.covered]
    first = covered[-1] if covered else spans[-1]
    return structs.replace(first, timeline=Timeline(starts, spans))


def _in_a_row(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same, each with the one before it."""
    found: list[Span] = []
    for span in spans:
        found.append(structs.replace(span, before=found[-1]) if found else span)
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def _one(instant: int) -> int:
    """One object for each instant: many contracts begin on one day, and their rules are read
    faster when that day is one place in memory."""
    return instant


@lru_cache(maxsize=1 << 16)
def _same(standing: Standing) -> Standing:
    """One object for all accounts that stand the same way."""
    return standing


def _edges(contract: Contract) -> Iterable[int]:
    """Every instant at which something about the contract may change."""
    yield contract.start
    for phase in contract.plans:
        yield phase.start
    for change in contract.payments:
        yield change.at
    for part in (contract.trials, contract.add_ons, contract.overrides, contract.uplifts):
        for each in part:
            yield each.start
            if each.end is not None:
                yield each.end
    for override in contract.overrides:
        yield override.exception.expires
    if contract.end is not None:
        yield contract.end
        yield contract.end + contract.grace_us


def _span(
    account: str, contracts: Sequence[Contract], stretch: tuple[int, int], plans: Plans
) -> Span:
    start, end = stretch
    coverage = coverage_at(contracts, start)
    contract = coverage.contract
    if contract is None:
        nothing = _same(Standing(coverage=coverage.state))
        return Span(account=account, start=start, end=end, rules=NO_RULES, standing=nothing)
    terms = contract.plan_at(start)
    standing = _same(_standing_of(contract, terms, coverage.state, start))
    is_covered = coverage.state is CoverageState.covered
    return Span(
        account=account,
        start=start,
        end=end,
        rules=_rules(contract, terms, start, plans),
        standing=standing,
        is_plain=is_covered and standing.payment is PaymentState.paid,
        contract=contract.id,
        cycles=cycles_of(contract.period_anchor(), contract.time_zone),
    )


def _standing_of(contract: Contract, terms: SignedTerms, state: CoverageState, at: int) -> Standing:
    return Standing(
        coverage=state,
        payment=contract.payment_at(at),
        is_before=state is CoverageState.uncovered and at < contract.start,
        catalog=terms.catalog,
        version=terms.version.isoformat(),
        worst_severity=terms.worst_severity,
        fee=contract.fee_at(at),
    )


def _rules(contract: Contract, terms: SignedTerms, at: int, plans: Plans) -> PlanRules:
    shared = _shared(plans, terms)
    own = _own_rules(contract, terms, at)
    return OwnRules(own, shared) if own else shared


def _shared(plans: Plans, terms: SignedTerms) -> PlanRules:
    """The rules of a plan, compiled once. Terms that were changed by hand are no longer the
    catalog's and share nothing."""
    key = terms.digest, terms.tier
    known = plans.get(key)
    if known is not None and (known[0] is terms or known[0] == terms):
        return known[1]
    rules = plan_rules(terms)
    if known is None:
        plans[key] = terms, rules
    return rules


def _own_rules(contract: Contract, terms: SignedTerms, at: int) -> PlanRules:
    """Rules that a layer above the plan has a part in at this instant."""
    found = {key: effective(contract, key, at) for key in keys_beside_the_plan(contract)}
    return {
        key: _effective_rule(terms, each)
        for key, each in found.items()
        if each.added or each.overruled or (each.winner and each.winner.kind.name != "plan")
    }


def _effective_rule(terms: SignedTerms, found: Effective) -> Rule:
    winner = found.winner
    provenance = Provenance(
        promise_id=winner.promise_id if winner else "",
        catalog=terms.catalog,
        version=winner.version if winner else terms.version.isoformat(),
        layer=winner.name if winner else "",
        added=tuple(layer.name for layer in found.added),
        overruled=tuple(layer.name for layer in found.overruled),
        conflicts=tuple(conflict.sentence for conflict in found.conflicts),
        currency=terms.currency,
    )
    return rule_of(found.key, terms.features.get(found.key), found.value, provenance)
