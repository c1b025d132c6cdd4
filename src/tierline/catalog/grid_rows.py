"""The rows of the grid: targets by severity and milestone, terms by axis and heading."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tierline.catalog.canonical import plain_statement
from tierline.catalog.feature import Feature
from tierline.catalog.grid_document import Cell, Row, SeverityRows, TermRows
from tierline.catalog.json_plain import json_plain
from tierline.catalog.resolved import promise_id
from tierline.catalog.statement import Axis, MilestoneKind
from tierline.catalog.words import (
    NO_TARGET,
    NOT_INCLUDED,
    capitalised,
    is_included,
    milestone_name,
    remedy_in_words,
    severity_name,
    target_in_words,
    term_in_words,
)
from tierline.languages.language import ENGLISH, message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.resolved import ResolvedTier
    from tierline.languages.language import Language

    Tiers = Mapping[str, ResolvedTier]

AXIS_NAMES = {
    Axis.outcome: message("Outcomes"),
    Axis.performance_limit: message("Performance and limits"),
    Axis.risk_transfer: message("Risk transfer"),
    Axis.support_experience: message("Support experience"),
}


def target_rows(
    catalog: Catalog, tiers: Tiers, language: Language = ENGLISH
) -> tuple[SeverityRows, ...]:
    """Worst severity first, milestones in the order in which a case meets them."""
    named = {severity for tier in tiers.values() for severity, _ in tier.targets}
    ordered = [s for s in catalog.severities if s in named]
    ordered += sorted(named - set(ordered))
    found = []
    for severity in ordered:
        stated = catalog.severities.get(severity)
        found.append(
            SeverityRows(
                severity=severity,
                name=severity_name(catalog, severity),
                means=stated.means if stated else "",
                rows=tuple(_severity_rows(catalog, tiers, severity, language)),
            )
        )
    return tuple(found)


def _severity_rows(
    catalog: Catalog, tiers: Tiers, severity: str, language: Language
) -> Iterable[Row]:
    for kind in MilestoneKind:
        if any((severity, kind.value) in tier.targets for tier in tiers.values()):
            what = f"{severity}.{kind.value}"
            cells = [_target_cell(catalog, tier, what, language) for tier in tiers.values()]
            yield Row(what=what, name=milestone_name(kind, language), cells=_compared(cells))


def _target_cell(catalog: Catalog, tier: ResolvedTier, what: str, language: Language) -> Cell:
    severity, _, kind = what.rpartition(".")
    target = tier.targets.get((severity, kind))
    if target is None:
        return Cell(
            tier=tier.key,
            promise_id=promise_id(catalog, tier.key, what),
            words=language.phrase(NO_TARGET),
            included=False,
        )
    remedy = tier.tier.remedies.get(target.statement.remedy or "")
    return Cell(
        tier=tier.key,
        promise_id=target.promise_id,
        words=capitalised(target_in_words(catalog, target, language)),
        included=target.statement.within is not None,
        is_commitment=target.statement.commitment,
        remedy=remedy_in_words(remedy, language) if remedy else None,
        statement=json_plain(plain_statement(target.statement)),
    )


def term_rows(catalog: Catalog, tiers: Tiers, language: Language = ENGLISH) -> tuple[TermRows, ...]:
    """By axis, then by heading in the order of the features. What every plan includes alike is
    told once, on top, and is not repeated here."""
    headed: dict[tuple[Axis, str], list[Row]] = {}
    unlisted = {key for tier in tiers.values() for key in tier.terms} - set(catalog.features)
    for key in (*catalog.features, *sorted(unlisted)):
        feature = catalog.features.get(key) or Feature(name=key, axis=Axis.support_experience)
        row = _term_row(catalog, tiers, (key, feature), language)
        if row is not None and not _is_told_on_top(catalog, key, row):
            headed.setdefault((feature.axis, feature.group or ""), []).append(row)
    axes = list(Axis)
    places = {group: place for place, group in enumerate(catalog.groups)}
    return tuple(
        TermRows(
            axis=axis, axis_name=language.phrase(AXIS_NAMES[axis]), name=group, rows=tuple(rows)
        )
        for (axis, group), rows in sorted(
            headed.items(),
            key=lambda pair: (axes.index(pair[0][0]), places.get(pair[0][1], len(places))),
        )
    )


def _is_told_on_top(catalog: Catalog, feature: str, row: Row) -> bool:
    return feature in catalog.every_plan and not any(cell.differs for cell in row.cells[1:])


def _term_row(
    catalog: Catalog, tiers: Tiers, keyed: tuple[str, Feature], language: Language
) -> Row | None:
    """The row of a feature, or None where no tier and no add-on gives it."""
    key, feature = keyed
    cells = [_term_cell(catalog, tier, key, language) for tier in tiers.values()]
    if not any(cell.statement or cell.add_ons for cell in cells):
        return None
    return Row(what=key, name=feature.name, description=feature.description, cells=_compared(cells))


def _term_cell(catalog: Catalog, tier: ResolvedTier, key: str, language: Language) -> Cell:
    resolved = tier.terms.get(key)
    feature = catalog.features.get(key)
    term = resolved.term if resolved else None
    return Cell(
        tier=tier.key,
        promise_id=promise_id(catalog, tier.key, key),
        words=term_in_words(catalog, feature, term, language)
        if term
        else language.phrase(NOT_INCLUDED),
        included=is_included(term),
        add_ons=_add_ons_for(catalog, tier.key, key),
        statement=json_plain(plain_statement(term)) if term else None,
    )


def _add_ons_for(catalog: Catalog, tier: str, feature: str) -> tuple[str, ...]:
    return tuple(
        add_on.name
        for add_on in catalog.add_ons.values()
        if (not add_on.available_for or tier in add_on.available_for)
        and (feature in add_on.terms or feature in add_on.extends)
    )


def _compared(cells: list[Cell]) -> tuple[Cell, ...]:
    """Cells that know whether they differ from the tier before."""
    marked = cells[:1]
    for before, cell in pairwise(cells):
        differs = (cell.words, cell.is_commitment) != (before.words, before.is_commitment)
        marked.append(cell.model_copy(update={"differs": differs}))
    return tuple(marked)
