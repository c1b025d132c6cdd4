"""A Pricing2Yaml file as a catalog: the head of the file, and its parts in order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tierline.catalog.catalog import FORMAT
from tierline.connectors.facts import Facts
from tierline.connectors.imports import ImportResult, finish
from tierline.connectors.keys import Keys, key_of
from tierline.connectors.pricing2yaml.holders import add_ons, tiers
from tierline.connectors.pricing2yaml.offer import Offer, read_offer
from tierline.connectors.reading import mapping, number, plain, sequence, text

if TYPE_CHECKING:
    from tierline.catalog.document import Document

NAME = "pricing2yaml"
_CADENCES = {"annual": "year", "annually": "year", "yearly": "year", "quarterly": "quarter"}


def import_pricing(document: Document) -> ImportResult:
    """The catalog that a Pricing2Yaml document states. Raises Invalid with every fault."""
    facts = Facts(document)
    source = document.value
    if not isinstance(source, dict) or "saasName" not in source:
        advice = "A Pricing2Yaml file begins with 'saasName', 'syntaxVersion' and 'currency'."
        facts.fault((), "wrong_format", "This is not a Pricing2Yaml file.", advice)
        facts.raise_faults("a Pricing2Yaml file")
    catalog = _head(facts, source)
    offer = read_offer(facts, source, Keys())
    catalog["features"] = offer.features
    catalog |= _groups(facts, source)
    _holders(facts, source, offer, catalog)
    return finish(facts, [_without_empty(catalog)], NAME)


def _holders(facts: Facts, source: dict[str, Any], offer: Offer, catalog: dict[str, Any]) -> None:
    """Plans and add-ons; they name each other, so their keys are given first."""
    plans = mapping(facts, ("plans",), source.get("plans"))
    extras = mapping(facts, ("addOns",), source.get("addOns"))
    for name in plans:
        offer.keys.key(name, kind="plan")
    variables = mapping(facts, ("variables",), source.get("variables"))
    catalog["tiers"] = tiers(facts, plans, offer, variables)
    catalog["add_ons"] = add_ons(facts, extras, offer, variables)
    for part in ("plans", "addOns", "features", "usageLimits"):
        if part in source and not source[part]:
            facts.carry((part,), ("imported", "format"))
    if not variables and "variables" in source:
        facts.carry(("variables",), ("imported", "format"))


def _head(facts: Facts, source: dict[str, Any]) -> dict[str, Any]:
    name = text(facts, ("saasName",), source["saasName"])
    syntax = text(facts, ("syntaxVersion",), source.get("syntaxVersion"))
    version = text(facts, ("version",), source.get("version"))
    url = text(facts, ("url",), source.get("url"))
    created = text(facts, ("createdAt",), source.get("createdAt"))
    _carry_head(facts, source)
    return {
        "format": FORMAT,
        "catalog": key_of(name).lower(),
        "version": _day(facts, created or version),
        "company": name,
        "currency": text(facts, ("currency",), source.get("currency")).upper(),
        "as_of": created or None,
        "sources": [{"url": url, "kind": "price page"}] if url else None,
        "imported": {"format": f"{NAME}/{syntax or '2.1'}", "version": version or None},
        "billing": _billing(facts, source),
    }


def _carry_head(facts: Facts, source: dict[str, Any]) -> None:
    places: dict[str, tuple[str | int, ...]] = {
        "saasName": ("company",),
        "syntaxVersion": ("imported", "format"),
        "version": ("imported", "version"),
        "createdAt": ("as_of",),
        "currency": ("currency",),
        "url": ("sources", 0, "url"),
    }
    for key, place in places.items():
        if source.get(key) is not None:
            facts.carry((key,), place)
        elif key in source:
            facts.carry((key,), ("imported", "format"))


def _day(facts: Facts, stated: str) -> str:
    try:
        return date.fromisoformat(stated[:10]).isoformat()
    except ValueError:
        message = f"'{stated}' is not a date." if stated else "'createdAt' is missing."
        facts.fault(("createdAt",), "bad_date", message, "Write it as 2025-02-26.")
        return "2000-01-01"


def _billing(facts: Facts, source: dict[str, Any]) -> dict[str, Any] | None:
    """`annual: 0.8`: a month costs 0.8 of the list price where a year is paid for."""
    stated = mapping(facts, ("billing",), source.get("billing"))
    factors = {}
    for name, value in stated.items():
        path = ("billing", name)
        factors[key_of(name)] = plain(number(facts, path, value))
        facts.carry(path, ("billing", "discount_factors", key_of(name)))
    if "billing" in source and not stated:
        facts.carry(("billing",), ("imported", "format"))
    if not factors:
        return None
    cadence = "month" if "monthly" in factors else _CADENCES.get(next(iter(factors)).lower())
    return {"cadence": cadence or "month", "discount_factors": factors}


def _groups(facts: Facts, source: dict[str, Any]) -> dict[str, Any]:
    """Tags are the headings of the grid; two that differ in nothing are one."""
    tags = sequence(facts, ("tags",), source.get("tags"))
    groups: list[str] = []
    for place, tag in enumerate(tags):
        words = text(facts, ("tags", place), tag)
        if words not in groups:
            groups.append(words)
        facts.carry(("tags", place), ("groups", groups.index(words)))
    if "tags" in source and not tags:
        facts.carry(("tags",), ("imported", "format"))
    return {"groups": groups}


def _without_empty(catalog: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in catalog.items() if value not in (None, [], {})}
    kept["imported"] = {k: v for k, v in catalog["imported"].items() if v is not None}
    return kept
