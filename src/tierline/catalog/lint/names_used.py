"""Where a catalog names its hours, severities and needs."""

from __future__ import annotations

from collections.abc import Iterator

from tierline.catalog.catalog import Catalog
from tierline.catalog.chooser_statement import Need
from tierline.catalog.lint.finding import PathParts
from tierline.catalog.term import Channel, Expertise
from tierline.catalog.tier import AddOn, Tier


def hours_named(catalog: Catalog) -> Iterator[tuple[PathParts, str]]:
    """Every place that names business hours, with the key that it names."""
    for base, holder in _holders(catalog):
        if holder.hours:
            yield (*base, "hours"), holder.hours
        for place, target in enumerate(holder.targets):
            if target.hours:
                yield (*base, "targets", place, "hours"), target.hours
        for feature, term in holder.terms.items():
            if isinstance(term, Channel) and term.hours:
                yield (*base, "terms", feature, "hours"), term.hours
    for key, tier in catalog.tiers.items():
        for place, scope in enumerate(tier.scope):
            if scope.coverage != "none":
                yield ("tiers", key, "scope", place, "coverage"), scope.coverage
    yield from _escalation_hours(catalog)


def _escalation_hours(catalog: Catalog) -> Iterator[tuple[PathParts, str]]:
    for key, tree in catalog.escalation.items():
        for place, level in enumerate(tree.levels):
            if level.hours:
                yield ("escalation", key, "levels", place, "hours"), level.hours


def severities_named(catalog: Catalog) -> Iterator[tuple[PathParts, str]]:
    """Every place that names a severity, with the key that it names."""
    for base, holder in _holders(catalog):
        for place, target in enumerate(holder.targets):
            yield (*base, "targets", place, "severity"), target.severity
        for feature, term in holder.terms.items():
            if isinstance(term, Channel | Expertise):
                for place, severity in enumerate(term.severities):
                    yield (*base, "terms", feature, "severities", place), severity
    for key, tier in catalog.tiers.items():
        for severity in tier.escalation:
            yield ("tiers", key, "escalation", severity), severity
        for name, remedy in tier.remedies.items():
            faster = remedy.accelerated_response
            for place, severity in enumerate(faster.severities if faster else ()):
                base = ("tiers", key, "remedies", name, "accelerated_response", "severities")
                yield (*base, place), severity
    for path, need in needs_of(catalog):
        if need.severity:
            yield (*path, "severity"), need.severity
    yield from _matrix_severities(catalog)


def _matrix_severities(catalog: Catalog) -> Iterator[tuple[PathParts, str]]:
    matrix = catalog.severity_matrix
    for row, cells in (matrix.cells if matrix else {}).items():
        for column, severity in cells.items():
            yield ("severity_matrix", "cells", row, column), severity


def _holders(catalog: Catalog) -> Iterator[tuple[PathParts, Tier | AddOn]]:
    """Everything that has hours, targets and terms, with its path."""
    for key, tier in catalog.tiers.items():
        yield ("tiers", key), tier
    for key, add_on in catalog.add_ons.items():
        yield ("add_ons", key), add_on


def needs_of(catalog: Catalog) -> Iterator[tuple[PathParts, Need]]:
    """What the answers of the chooser ask for, with the place of each need."""
    for question_key, question in catalog.chooser.items():
        for answer_key, answer in question.answers.items():
            for place, need in enumerate(answer.needs):
                yield ("chooser", question_key, "answers", answer_key, "needs", place), need
