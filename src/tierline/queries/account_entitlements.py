"""What an account is owed at one instant, in words, with the layers that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierline.accounts.agreed import agreed_target
from tierline.accounts.coverage import Coverage, coverage_at
from tierline.accounts.effective import Effective, effective_entitlements
from tierline.accounts.layers import Layer
from tierline.accounts.signed_terms import SignedTerms
from tierline.catalog.clock_rules import Target
from tierline.catalog.words_clock import target_in_words
from tierline.catalog.words_term import term_in_words
from tierline.kernel.instants import format_micros
from tierline.languages.language import ENGLISH, Language

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.catalog.catalog import Catalog
    from tierline.store.records import Reads


@dataclass(frozen=True, slots=True)
class Entitled:
    """One feature or target of an account."""

    key: str
    name: str
    words: str
    effective: Effective


@dataclass(frozen=True, slots=True)
class AccountEntitlements:
    """All of them at one instant; nothing where no contract ever held."""

    coverage: Coverage
    plan: SignedTerms | None
    catalog: Catalog | None
    """The version that the plan was signed on."""
    entitled: tuple[Entitled, ...]


def account_entitlements(
    reads: Reads, account: str, at: int, language: Language = ENGLISH
) -> AccountEntitlements:
    """Read by two queries: the contracts of the account, and the catalog of the one that holds."""
    coverage = coverage_at(reads.contracts.of_account(account), at)
    contract = coverage.contract
    if contract is None:
        return AccountEntitlements(coverage, None, None, ())
    plan = contract.plan_at(at)
    catalog = reads.catalogs.get(plan.catalog, plan.version.isoformat())
    found = effective_entitlements(contract, at)
    return AccountEntitlements(
        coverage,
        plan,
        catalog,
        tuple(_entitled(catalog, plan, each, language) for each in found.values()),
    )


def entitlements_of(reads: Reads, account: str, at: int) -> dict[str, Any]:
    """The same as plain values."""
    reads.accounts.get(account)
    found = account_entitlements(reads, account, at)
    contract, plan = found.coverage.contract, found.plan
    return {
        "account": account,
        "at": format_micros(at),
        "coverage": found.coverage.state.value,
        "contract": contract and _contract(contract),
        "plan": plan
        and {
            "catalog": plan.catalog,
            "version": plan.version.isoformat(),
            "tier": plan.tier,
            "name": plan.tier_name,
        },
        "entitlements": [_document(each) for each in found.entitled],
    }


def _contract(contract: Contract) -> dict[str, Any]:
    end = contract.end
    return {
        "id": contract.id,
        "start": format_micros(contract.start),
        "end": None if end is None else format_micros(end),
    }


def _entitled(
    catalog: Catalog, plan: SignedTerms, found: Effective, language: Language
) -> Entitled:
    feature = plan.features.get(found.key)
    return Entitled(
        key=found.key,
        name=feature.name if feature else found.key.replace("_", " "),
        words=_words(catalog, found, language),
        effective=found,
    )


def _words(catalog: Catalog, found: Effective, language: Language) -> str:
    value = found.value
    if value is None:
        return language.phrase("not included")
    if isinstance(value, Target):
        return target_in_words(catalog, agreed_target(found, value), language)
    return term_in_words(catalog, catalog.features.get(found.key), value, language)


def _document(entitled: Entitled) -> dict[str, Any]:
    found = entitled.effective
    return {
        "key": entitled.key,
        "name": entitled.name,
        "words": entitled.words,
        "value": None if found.value is None else found.value.model_dump(mode="json"),
        "winner": found.winner and _layer(found.winner),
        "added": [_layer(layer) for layer in found.added],
        "overruled": [_layer(layer) for layer in found.overruled],
        "conflicts": [conflict.sentence for conflict in found.conflicts],
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "layer": layer.name,
        "promise_id": layer.promise_id,
        "version": layer.version,
        "start": format_micros(layer.start),
        "end": None if layer.end is None else format_micros(layer.end),
    }
