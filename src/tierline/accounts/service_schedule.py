"""The service schedule: the annex of a contract, in the words of the grid, from the values that
checks and clocks go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tierline.accounts.layers import LayerKind, layer_in_words
from tierline.accounts.service_schedule_document import (
    CareDate,
    ScheduleContact,
    SchedulePart,
    ScheduleRow,
    ScheduleSection,
    ScheduleTargets,
    ServiceSchedule,
)
from tierline.calendars.local_time import zone_named
from tierline.catalog.grid import chain_of
from tierline.catalog.grid_document import Fact
from tierline.catalog.grid_rows import target_rows
from tierline.catalog.grid_tiers import tier_column
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.term import (
    Channel,
    Deliverable,
    Expertise,
    Included,
    QuantityTerm,
    Rate,
    Seats,
    ServiceUnits,
)
from tierline.catalog.words import (
    capitalised,
    clock_rules_in_words,
    day_in_words,
    fence_in_words,
    hours_in_words,
    is_included,
    joined,
    milestone_name,
    severity_name,
    term_in_words,
)
from tierline.catalog.words_definitions import (
    RESPONSE_AND_RESOLUTION,
    TARGET_AND_COMMITMENT,
    measurement_in_words,
    milestone_definition,
    severity_in_words,
)
from tierline.kernel.instants import format_micros, from_micros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.accounts.account import Account
    from tierline.accounts.agreed import Agreed
    from tierline.accounts.effective import Effective
    from tierline.accounts.layers import Layer
    from tierline.catalog.grid_document import Row
    from tierline.catalog.resolved import ResolvedTerm
    from tierline.catalog.term import Term

_SECTIONS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("Channels", (Channel,)),
    ("Limits, and what happens at them", (QuantityTerm, Rate, Seats)),
    ("Service units and care", (ServiceUnits, Deliverable, Expertise)),
    ("What else is given", ()),
)
"""The last one takes what fits no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the schedule tells beside the terms: `contacts` is None where they are not told."""

    account: Account
    care: tuple[CareDate, ...] = ()
    contacts: tuple[ScheduleContact, ...] | None = None


def service_schedule(agreed: Agreed, beside: Beside) -> ServiceSchedule:
    """The schedule of what is agreed."""
    contract, catalog, tier = agreed.contract, agreed.catalog, agreed.tier
    column = tier_column(catalog, tier)
    return ServiceSchedule(
        title=f"Service schedule of {beside.account.name}",
        company=catalog.company,
        product=catalog.product or "",
        account=contract.account,
        account_name=beside.account.name,
        contract=contract.id,
        term=_term(agreed),
        at=format_micros(agreed.at),
        on=_day(agreed, agreed.at),
        time_zone=contract.time_zone,
        tier=tier.key,
        tier_name=agreed.plan.tier_name,
        price=column.price.words,
        currency=catalog.currency,
        catalog=catalog.catalog,
        version=catalog.version.isoformat(),
        digest=agreed.plan.digest,
        parts=tuple(_parts(agreed)),
        definitions=tuple(_definitions(agreed)),
        targets=_targets(agreed),
        hours=tuple(_hours(agreed)),
        clock_rules=clock_rules_in_words(tier.clock_rules),
        escalation=column.escalation,
        chains=tuple(
            chain_of(catalog, key)
            for key in dict.fromkeys(tier.tier.escalation.values())
            if key in catalog.escalation
        ),
        coverage=column.coverage,
        scope=column.scope,
        conditions=tuple(fence_in_words(fence) for fence in tier.tier.fences.values()),
        sections=tuple(_sections(agreed)),
        care=beside.care,
        floor=tuple(_floor(agreed)),
        exclusions=column.exclusions,
        not_given=tuple(_not_given(agreed)),
        remedies=column.remedies,
        measurement=measurement_in_words(has_shares=_has_shares(agreed)),
        contacts=beside.contacts,
    )


def _day(agreed: Agreed, at: int) -> str:
    return _local(agreed, at).date().isoformat()


def _local(agreed: Agreed, at: int) -> datetime:
    return from_micros(at).astimezone(zone_named(agreed.contract.time_zone))


def _last_day(agreed: Agreed, end: int | None) -> str | None:
    """The last day on which something holds that ends at an instant."""
    if end is None:
        return None
    return (_local(agreed, end) - timedelta(microseconds=1)).date().isoformat()


def _term(agreed: Agreed) -> str:
    """`From 1 January 2025 to 31 December 2025, by the clocks of Europe/Berlin`."""
    contract = agreed.contract
    start = day_in_words(_local(agreed, contract.start).date())
    zone = f"by the clocks of {contract.time_zone}"
    if contract.end is None:
        return f"From {start} on, {zone}"
    last = day_in_words((_local(agreed, contract.end) - timedelta(microseconds=1)).date())
    if not contract.grace_us:
        return f"From {start} to {last}, {zone}"
    until = _local(agreed, contract.end + contract.grace_us) - timedelta(microseconds=1)
    return f"From {start} to {last}, served until {day_in_words(until.date())}, {zone}"


def _parts(agreed: Agreed) -> Iterator[SchedulePart]:
    """The layers that give anything at this instant, each once: the plan first."""
    counts = {held.id: held.count for held in agreed.contract.add_ons}
    seen: set[str] = set()
    layers = [
        layer
        for found in agreed.entitlements.values()
        for layer in (*([found.winner] if found.winner else []), *found.added)
    ]
    for layer in sorted(layers, key=lambda each: (each.kind, each.start, each.source)):
        if layer.name in seen:
            continue
        seen.add(layer.name)
        yield SchedulePart(
            words=_part_words(agreed, layer, counts.get(layer.source, 1)),
            start_on=_day(agreed, layer.start),
            last_on=_last_day(agreed, layer.end),
        )


def _part_words(agreed: Agreed, layer: Layer, count: int) -> str:
    words = layer_in_words(agreed.contract, layer)
    if layer.kind is LayerKind.add_on and count > 1:
        words += f", {count} held"
    if layer.kind in (LayerKind.contract, LayerKind.temporary):
        words += f": {_name_of(agreed, layer.key)}"
    return words


def _name_of(agreed: Agreed, key: str) -> str:
    severity, dot, kind = key.rpartition(".")
    if dot:
        name = severity_name(agreed.catalog, severity)
        return f"{name}, {milestone_name(MilestoneKind(kind)).lower()}"
    feature = agreed.catalog.features.get(key)
    return feature.name if feature else capitalised(key.replace("_", " "))


def _definitions(agreed: Agreed) -> Iterator[Fact]:
    kinds = {kind for _, kind in agreed.tier.targets}
    if agreed.catalog.severities:
        yield Fact(label="Severity", words=severity_in_words(agreed.catalog))
    if kinds:
        yield Fact(label="Response and resolution", words=RESPONSE_AND_RESOLUTION)
        yield Fact(label="Target and commitment", words=TARGET_AND_COMMITMENT)
    for kind in MilestoneKind:
        if kind.value in kinds:
            words = capitalised(milestone_definition(kind))
            yield Fact(label=milestone_name(kind), words=words)


def _targets(agreed: Agreed) -> tuple[ScheduleTargets, ...]:
    found = target_rows(agreed.catalog, {agreed.tier.key: agreed.tier})
    return tuple(
        ScheduleTargets(
            severity=each.severity,
            name=each.name,
            means=each.means,
            rows=tuple(_target_row(agreed, row) for row in each.rows),
        )
        for each in found
    )


def _target_row(agreed: Agreed, row: Row) -> ScheduleRow:
    (cell,) = row.cells
    return ScheduleRow(
        key=row.what,
        name=row.name,
        words=cell.words,
        promise_id=cell.promise_id,
        given_by=_given_by(agreed, agreed.entitlements.get(row.what)),
        is_commitment=cell.is_commitment,
        remedy=cell.remedy,
    )


def _given_by(agreed: Agreed, found: Effective | None) -> str:
    if found is None or found.winner is None:
        return ""
    layers = (found.winner, *found.added)
    return joined(list(dict.fromkeys(layer_in_words(agreed.contract, each) for each in layers)))


def _hours(agreed: Agreed) -> Iterator[Fact]:
    """Those that a target, a channel, the cover or a chain names."""
    tier, catalog = agreed.tier, agreed.catalog
    named = {target.hours for target in tier.targets.values()}
    named |= {each.term.hours for each in tier.terms.values() if isinstance(each.term, Channel)}
    named |= {each.hours for each in tier.tier.coverage}
    chains = [catalog.escalation.get(key) for key in tier.tier.escalation.values()]
    named |= {level.hours for chain in chains if chain for level in chain.levels}
    for key, hours in catalog.business_hours.items():
        if key in named:
            yield Fact(label=capitalised(key.replace("_", " ")), words=hours_in_words(hours))


def _sections(agreed: Agreed) -> Iterator[ScheduleSection]:
    rest = [
        each
        for key, each in agreed.tier.terms.items()
        if is_included(each.term) and not _is_floor(agreed, key, each.term)
    ]
    for title, kinds in _SECTIONS:
        fitting = [each for each in rest if not kinds or isinstance(each.term, kinds)]
        rest = [each for each in rest if each not in fitting]
        if fitting:
            rows = tuple(_term_row(agreed, each) for each in fitting)
            yield ScheduleSection(title=title, rows=rows)


def _term_row(agreed: Agreed, resolved: ResolvedTerm) -> ScheduleRow:
    feature = agreed.catalog.features.get(resolved.feature)
    return ScheduleRow(
        key=resolved.feature,
        name=_name_of(agreed, resolved.feature),
        words=term_in_words(agreed.catalog, feature, resolved.term),
        promise_id=resolved.promise_id,
        given_by=_given_by(agreed, agreed.entitlements.get(resolved.feature)),
    )


def _is_floor(agreed: Agreed, key: str, term: Term) -> bool:
    """Whether every plan includes it, and nothing more is to be said of it."""
    return key in agreed.catalog.every_plan and term == Included()


def _floor(agreed: Agreed) -> Iterator[Fact]:
    for key in agreed.catalog.every_plan:
        feature = agreed.catalog.features.get(key)
        words = feature.description if feature else ""
        yield Fact(label=_name_of(agreed, key), words=words)


def _not_given(agreed: Agreed) -> Iterator[str]:
    """Features that a plan or an add-on of the version gives, and this contract does not."""
    tiers, add_ons = agreed.catalog.tiers.values(), agreed.catalog.add_ons.values()
    anywhere = {key for tier in tiers for key in tier.terms}
    anywhere |= {key for add_on in add_ons for key in (*add_on.terms, *add_on.extends)}
    for key in agreed.catalog.features:
        given = agreed.tier.terms.get(key)
        if key in anywhere and (given is None or not is_included(given.term)):
            yield _name_of(agreed, key)


def _has_shares(agreed: Agreed) -> bool:
    targets = agreed.tier.targets.values()
    return any(each.statement.attainment_percent is not None for each in targets)
