"""All rules, in the order of a reader: names, words, ladder, targets, money, safety."""

from __future__ import annotations

from tierline.catalog.lint.add_on_worth import add_on_worth
from tierline.catalog.lint.add_ons import add_ons
from tierline.catalog.lint.choosing import choosing
from tierline.catalog.lint.escalation import escalation
from tierline.catalog.lint.exclusions import exclusions
from tierline.catalog.lint.fences import fences
from tierline.catalog.lint.headlines import headlines
from tierline.catalog.lint.ladder import ladder
from tierline.catalog.lint.limits import limits
from tierline.catalog.lint.prices import prices
from tierline.catalog.lint.promises import promises
from tierline.catalog.lint.references import references
from tierline.catalog.lint.remedies import remedies
from tierline.catalog.lint.rules import Family, Rule
from tierline.catalog.lint.safety import safety
from tierline.catalog.lint.steps import steps
from tierline.catalog.lint.targets import targets
from tierline.catalog.lint.tier_references import tier_references
from tierline.catalog.lint.triage import triage
from tierline.catalog.lint.waivers import waivers
from tierline.catalog.lint.wording import wording
from tierline.catalog.lint.worth import worth

FAMILIES: tuple[Family, ...] = (
    references,
    tier_references,
    headlines,
    wording,
    exclusions,
    ladder,
    steps,
    worth,
    targets,
    escalation,
    limits,
    prices,
    remedies,
    promises,
    add_ons,
    add_on_worth,
    fences,
    safety,
    choosing,
    triage,
    waivers,
)
"""Waivers come last: they judge what became of the findings of the others."""


def all_rules() -> dict[str, Rule]:
    """Every rule by id. Raises ValueError where two families use one id."""
    found: dict[str, Rule] = {}
    for family in FAMILIES:
        twice = found.keys() & family.rules.keys()
        if twice:
            raise ValueError(f"two families register {sorted(twice)}")
        found.update(family.rules)
    return found
