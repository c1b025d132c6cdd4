"""What a new case is promised: the account's own terms at the moment, taken down as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from tierline.accounts.coverage import CoverageState
from tierline.actions.plan_channels import plan_channels
from tierline.cases.channel import PlanChannels
from tierline.catalog.canonical import catalog_digest
from tierline.catalog.clock_rules import Target
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import from_micros
from tierline.milestones.portable import portable_terms
from tierline.milestones.terms import Terms, terms_of, with_own_targets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tierline.accounts.contract import Contract
    from tierline.catalog.catalog import Catalog
    from tierline.entitlements.span import Span

_YEARS_AHEAD = 5
"""So far public holidays are written out; a case that is open for longer counts without them."""


class Contracts(Protocol):
    """The contracts that there are."""

    def get(self, contract: str) -> Contract: ...


class Catalogs(Protocol):
    """The published catalogs."""

    def get(self, catalog: str, version: str | None = None) -> Catalog: ...


class PromiseBooks(Protocol):
    """What is looked at for a promise."""

    @property
    def contracts(self) -> Contracts: ...

    @property
    def catalogs(self) -> Catalogs: ...


@dataclass(frozen=True, slots=True)
class CasePromise:
    """`statement` is the promise in its portable form; None where nothing is promised.
    `severities` may be stated, the worst first; any may where there are none."""

    coverage: CoverageState
    contract: str = ""
    tier: str = ""
    severities: tuple[str, ...] = ()
    statement: dict[str, Any] | None = None
    channels: PlanChannels = field(default_factory=PlanChannels)


NOBODY = CasePromise(CoverageState.unknown)
"""We do not know who asks."""
_HELD_TO = frozenset({CoverageState.covered, CoverageState.grace})


def promise_at(books: PromiseBooks, span: Span | None, at: int) -> CasePromise:
    """What an account is promised at an instant, from the span of its rules in which it lies: its
    plan with add-ons, overrides and uplifts, on the version that its contract was signed on."""
    if span is None:
        return CasePromise(CoverageState.uncovered)
    coverage = span.standing.coverage
    if coverage not in _HELD_TO or not span.contract:
        return CasePromise(coverage, span.contract)
    signed = books.contracts.get(span.contract).plan_at(at)
    catalog = books.catalogs.get(signed.catalog, signed.version.isoformat())
    statement = _statement(catalog, signed.tier, tuple(_own_targets(span)), from_micros(at))
    channels = plan_channels(span, catalog, signed.tier)
    severities = _base(catalog).severities
    return CasePromise(coverage, span.contract, signed.tier, severities, statement, channels)


def _statement(
    catalog: Catalog, tier: str, own: tuple[OwnTarget, ...], opened_at: datetime
) -> dict[str, Any]:
    """What is promised on a tier with these targets, written out once for each year: most accounts
    of a tier have the same, and holidays are written out for years."""
    key = catalog_digest(catalog), tier, own, opened_at.year
    found = _STATEMENTS.get(key)
    if found is None:
        if len(_STATEMENTS) >= _KEPT_STATEMENTS:
            _STATEMENTS.clear()
        terms = with_own_targets(_base(catalog), catalog, tier, dict(own))
        found = _STATEMENTS[key] = statement_of(terms, opened_at)
    return found


_STATEMENTS: dict[tuple[str, str, tuple[OwnTarget, ...], int], dict[str, Any]] = {}
_KEPT_STATEMENTS = 256


def statement_of(terms: Terms, opened_at: datetime) -> dict[str, Any]:
    """Terms in the portable form, as they are taken down for a case that was opened then."""
    years = (opened_at.year - 1, opened_at.year + _YEARS_AHEAD)
    statement = portable_terms(terms, set(terms.tiers), years)
    return {**statement, "names": dict(terms.names)}


OwnTarget = tuple[tuple[str, MilestoneKind], tuple[str, Target]]


def _own_targets(span: Span) -> Iterator[OwnTarget]:
    for key in span.all_keys():
        rule = span.rules[key]
        if isinstance(rule.value, Target):
            severity, _, kind = key.rpartition(".")
            yield (severity, MilestoneKind(kind)), (rule.promise_id, rule.value)


def _base(catalog: Catalog) -> Terms:
    """Compiled once: a published version never changes."""
    digest = catalog_digest(catalog)
    if digest not in _COMPILED:
        if len(_COMPILED) >= _KEPT_CATALOGS:
            _COMPILED.clear()
        _COMPILED[digest] = terms_of(catalog, digest)
    return _COMPILED[digest]


_COMPILED: dict[str, Terms] = {}
_KEPT_CATALOGS = 64
