"""Plans and add-ons of a pricing: tiers with every default written out, and what is sold on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.connectors.facts import Facts, Form, Path
from tierline.connectors.pricing2yaml.offer import Offer, words_of
from tierline.connectors.pricing2yaml.prices import price_of
from tierline.connectors.pricing2yaml.terms import limit_of
from tierline.connectors.reading import boolean, mapping, sequence, text

if TYPE_CHECKING:
    from collections.abc import Mapping

_OVERRIDES = {"features": "feature", "usageLimits": "limit"}


def tiers(
    facts: Facts, plans: dict[str, Any], offer: Offer, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """The tiers in the order of the plans. A plan that states nothing has every default."""
    made = {}
    for name, value in plans.items():
        source, key = ("plans", name), offer.keys.key(name, kind="plan")
        stated = mapping(facts, source, value)
        place = ("tiers", key)
        tier = _holder(facts, source, stated, place, variables)
        tier["terms"] = offer.terms.defaults() | _overrides(facts, source, stated, place, offer)
        made[key] = tier
    return made


def add_ons(
    facts: Facts, stated: dict[str, Any], offer: Offer, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """The add-ons; names of plans and add-ons that do not exist are kept for the linter."""
    for name in stated:
        offer.keys.key(name, kind="add-on")
    made = {}
    for name, value in stated.items():
        source, key = ("addOns", name), offer.keys.key(name, kind="add-on")
        content = mapping(facts, source, value)
        place = ("add_ons", key)
        add_on = _holder(facts, source, content, place, variables)
        add_on |= _relations(facts, source, content, place, offer)
        add_on["terms"] = _overrides(facts, source, content, place, offer)
        add_on["extends"] = _extensions(facts, source, content, place, offer)
        made[key] = {field: value for field, value in add_on.items() if value not in ([], {})}
    return made


def _holder(
    facts: Facts, source: Path, stated: dict[str, Any], place: Path, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """What plans and add-ons have alike: a name, a price, words, and whether all may see it."""
    made: dict[str, Any] = {"name": words_of(str(source[-1]))}
    if stated.get("price") is not None:
        made["price"] = price_of(facts, source, stated, variables)
        facts.carry((*source, "price"), (*place, "price"))
    for field in ("unit", "price"):
        if field in stated and (stated[field] is None or field == "unit"):
            facts.carry((*source, field), (*place, "price") if "price" in made else place)
    description = text(facts, (*source, "description"), stated.get("description"))
    if description.strip():
        made["note"] = description
        facts.carry((*source, "description"), (*place, "note"), form=Form.text)
    elif "description" in stated:
        facts.carry((*source, "description"), place)
    if "private" in stated:
        hidden = boolean(facts, (*source, "private"), stated["private"])
        made["availability"] = "private" if hidden else "sold"
        facts.carry((*source, "private"), (*place, "availability"))
    return made


def _overrides(
    facts: Facts, source: Path, stated: dict[str, Any], place: Path, offer: Offer
) -> dict[str, Any]:
    """The terms that a plan or add-on states itself."""
    terms = {}
    for field, kind in _OVERRIDES.items():
        values = mapping(facts, (*source, field), stated.get(field))
        for name, content in values.items():
            path = (*source, field, name)
            key = offer.keys.key(name, kind=kind)
            if isinstance(content, dict) and "value" in content:
                terms[key] = offer.terms.term(kind, name, content["value"], (*path, "value"))
                facts.carry((*path, "value"), (*place, "terms", key))
            elif content is None:
                facts.carry(path, place)
            else:
                facts.fault(path, "missing_key", "'value' is missing.", "Write 'value: ...'.")
        if field in stated and not values:
            facts.carry((*source, field), place)
    return terms


def _relations(
    facts: Facts, source: Path, stated: dict[str, Any], place: Path, offer: Offer
) -> dict[str, Any]:
    relations = (
        ("availableFor", "available_for", "plan"),
        ("dependsOn", "requires", "add-on"),
        ("excludes", "excludes", "add-on"),
    )
    made: dict[str, list[str]] = {}
    for field, target, kind in relations:
        names = sequence(facts, (*source, field), stated.get(field))
        made[target] = []
        for number, name in enumerate(names):
            words = text(facts, (*source, field, number), name)
            made[target].append(offer.keys.key(words, kind=kind))
            facts.carry((*source, field, number), (*place, target, number))
        if field in stated and not names:
            facts.carry((*source, field), place)
    return made


def _extensions(
    facts: Facts, source: Path, stated: dict[str, Any], place: Path, offer: Offer
) -> dict[str, Any]:
    """Units that an add-on adds to a limit."""
    field = "usageLimitsExtensions"
    values = mapping(facts, (*source, field), stated.get(field))
    extends = {}
    for name, content in values.items():
        path = (*source, field, name, "value")
        key = offer.keys.key(name, kind="limit")
        value = content.get("value") if isinstance(content, dict) else content
        extends[key] = limit_of(facts, path, value)
        facts.carry(path, (*place, "extends", key))
    if field in stated and not values:
        facts.carry((*source, field), place)
    return extends
