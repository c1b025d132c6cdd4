"""From a catalog to its public grid: the order of what a buyer reads, with every word made once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.catalog.canonical import catalog_digest
from tierline.catalog.feature import is_web_address
from tierline.catalog.grid_document import (
    Chain,
    ClockRuleWords,
    Fact,
    Grid,
    Inclusion,
)
from tierline.catalog.grid_rows import target_rows, term_rows
from tierline.catalog.grid_tiers import add_on_words, tier_column
from tierline.catalog.json_schema import schema_of
from tierline.catalog.resolved import promise_id, resolve_tiers
from tierline.catalog.tier import Availability
from tierline.catalog.words import (
    billing_in_words,
    clock_rules_in_words,
    duration_in_words,
    hours_in_words,
    hours_phrase,
    percent_in_words,
)
from tierline.catalog.words_provenance import provenance_in_words, source_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.resolved import ResolvedTier
    from tierline.catalog.tier import EscalationLevel

_ON_THE_GRID = (Availability.sold, Availability.trial)
GRID_SCHEMA_ID = "urn:tierline:schema:grid:1"


def grid_of(catalog: Catalog, *, public_key: str | None = None) -> Grid:
    """The grid of a catalog version. Tiers that cannot be bought are left out of it."""
    tiers = sold_tiers(catalog)
    return Grid(
        catalog=catalog.catalog,
        version=catalog.version.isoformat(),
        digest=catalog_digest(catalog),
        public_key=public_key,
        title=_title(catalog),
        company=catalog.company,
        product=catalog.product or "",
        currency=catalog.currency,
        as_of=catalog.as_of or "",
        every_plan=_every_plan(catalog, tiers),
        tiers=tuple(tier_column(catalog, tier) for tier in tiers.values()),
        targets=target_rows(catalog, tiers),
        terms=term_rows(catalog, tiers),
        add_ons=tuple(
            add_on_words(catalog, key)
            for key, add_on in catalog.add_ons.items()
            if add_on.availability in _ON_THE_GRID
        ),
        escalation=tuple(chain_of(catalog, key) for key in catalog.escalation),
        hours=tuple(
            Fact(label=key.replace("_", " "), words=hours_in_words(hours))
            for key, hours in catalog.business_hours.items()
        ),
        clock_rules=_clock_rules(tiers),
        billing=billing_in_words(catalog.billing),
        notes=(*catalog.notes, *provenance_in_words(catalog)),
        sources=tuple(source_in_words(source) for source in catalog.sources),
    )


def grid_schema() -> dict[str, Any]:
    """The JSON Schema of the grid's JSON."""
    return schema_of(Grid, GRID_SCHEMA_ID, "Tierline grid")


def _title(catalog: Catalog) -> str:
    """`Halyard Inspect plans`."""
    whose = catalog.product or catalog.company
    return whose if whose.casefold().endswith((" plans", " plan")) else f"{whose} plans"


def sold_tiers(catalog: Catalog) -> dict[str, ResolvedTier]:
    """The resolved tiers that can be bought, in ladder order; all of them where none is sold."""
    tiers = resolve_tiers(catalog)
    sold = {key: tier for key, tier in tiers.items() if tier.tier.availability in _ON_THE_GRID}
    return sold or tiers


def _every_plan(catalog: Catalog, tiers: Mapping[str, ResolvedTier]) -> tuple[Inclusion, ...]:
    """The safety floor first, then what else every plan includes."""
    listed = []
    for key in catalog.every_plan:
        feature = catalog.features.get(key)
        listed.append(
            Inclusion(
                feature=key,
                name=feature.name if feature else key,
                description=feature.description if feature else "",
                is_safety_floor=feature is not None and feature.safety is not None,
                promise_ids={tier: promise_id(catalog, tier, key) for tier in tiers},
                links=tuple(filter(is_web_address, feature.urls)) if feature else (),
            )
        )
    return tuple(sorted(listed, key=lambda inclusion: not inclusion.is_safety_floor))


def chain_of(catalog: Catalog, key: str) -> Chain:
    """An escalation tree of the catalog in words."""
    tree = catalog.escalation[key]
    return Chain(name=tree.name, steps=tuple(_step(catalog, level) for level in tree.levels))


def _step(catalog: Catalog, level: EscalationLevel) -> str:
    """`Case owner, at 50% of the target, in business hours`."""
    words = level.role
    if level.after_percent is not None:
        share = percent_in_words(level.after_percent)
        words += ", at the breach" if level.after_percent == 100 else f", at {share} of the target"
    if level.after is not None:
        words += f", {duration_in_words(level.after)} after the case was opened"
    words += f", {hours_phrase(catalog, level.hours) if level.hours else 'at any hour'}"
    if level.kind == "hierarchical":
        words += " (more authority)"
    return words + (f": {level.contact}" if level.contact else "")


def _clock_rules(tiers: Mapping[str, ResolvedTier]) -> tuple[ClockRuleWords, ...]:
    """Rules once, with the tiers that share them."""
    shared: dict[tuple[str, ...], list[str]] = {}
    for tier in tiers.values():
        shared.setdefault(clock_rules_in_words(tier.clock_rules), []).append(tier.tier.name)
    return tuple(
        ClockRuleWords(tiers=tuple(names) if len(shared) > 1 else (), sentences=sentences)
        for sentences, names in shared.items()
    )
