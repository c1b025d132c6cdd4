"""Features and usage limits of a pricing: what there is, before any plan gives it a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierline.connectors.facts import Facts, Form
from tierline.connectors.pricing2yaml.terms import Terms, plain_value
from tierline.connectors.reading import mapping, sequence, text

if TYPE_CHECKING:
    from tierline.connectors.keys import Keys

AXES = {"GUARANTEE": "risk_transfer", "SUPPORT": "support_experience"}
"""The axis of a feature by its type; other types are outcomes, limits performance limits."""

_DETAILS = ("integrationType", "automationType")
_LINKS = ("docUrl", "pricingUrls", "pricingsUrls", "pricingURLs")


@dataclass(frozen=True, slots=True)
class Offer:
    """The features (limits among them) as they will be written, their keys, and their defaults."""

    keys: Keys
    features: dict[str, dict[str, Any]]
    terms: Terms


def read_offer(facts: Facts, source: dict[str, Any], keys: Keys) -> Offer:
    """Features first, then limits; a limit is required by each feature that it bounds."""
    stated = mapping(facts, ("features",), source.get("features"))
    limits = mapping(facts, ("usageLimits",), source.get("usageLimits"))
    for name in stated:
        keys.key(name, kind="feature")
    features: dict[str, dict[str, Any]] = {}
    terms = Terms(facts, keys)
    for name, value in stated.items():
        path = ("features", name)
        statement = mapping(facts, path, value)
        features[keys.key(name, kind="feature")] = _feature(facts, path, statement, keys)
        terms.define("feature", name, path, statement)
    for name, value in limits.items():
        path = ("usageLimits", name)
        statement = mapping(facts, path, value)
        key = keys.key(name, kind="limit")
        features[key] = _limit(facts, path, statement, keys)
        terms.define("limit", name, path, statement)
        for bound in features[key].get("bounds", ()):
            if bound in features:
                features[bound].setdefault("requires", []).append(key)
    return Offer(keys, features, terms)


def _feature(
    facts: Facts, path: tuple[str, str], stated: dict[str, Any], keys: Keys
) -> dict[str, Any]:
    key = keys.key(path[1], kind="feature")
    category = text(facts, (*path, "type"), stated.get("type"))
    feature = _common(facts, path, stated, key)
    feature["axis"] = AXES.get(category, "outcome")
    for field in _DETAILS:
        if stated.get(field) is not None:
            feature["category_detail"] = text(facts, (*path, field), stated[field])
            facts.carry((*path, field), ("features", key, "category_detail"))
    if stated.get("tag") is not None:
        feature["group"] = text(facts, (*path, "tag"), stated["tag"])
        facts.carry((*path, "tag"), ("features", key, "group"))
    _links(facts, path, stated, key, feature)
    return feature


def _limit(
    facts: Facts, path: tuple[str, str], stated: dict[str, Any], keys: Keys
) -> dict[str, Any]:
    key = keys.key(path[1], kind="limit")
    limit = _common(facts, path, stated, key) | {"axis": "performance_limit", "is_limit": True}
    place = ("features", key)
    if stated.get("unit"):
        limit["unit"] = text(facts, (*path, "unit"), stated["unit"])
        facts.carry((*path, "unit"), (*place, "unit"))
    linked = sequence(facts, (*path, "linkedFeatures"), stated.get("linkedFeatures"))
    names = [text(facts, (*path, "linkedFeatures", n), name) for n, name in enumerate(linked)]
    limit["bounds"] = [keys.key(name, kind="feature") for name in names if name]
    for number in range(len(limit["bounds"])):
        facts.carry((*path, "linkedFeatures", number), (*place, "bounds", number))
    for field in ("unit", "linkedFeatures"):
        if field in stated and not stated[field]:
            facts.carry((*path, field), place)
    return limit


def _common(
    facts: Facts, path: tuple[str, str], stated: dict[str, Any], key: str
) -> dict[str, Any]:
    """What features and limits have alike. A name is the source's own key, put into words."""
    place = ("features", key)
    made: dict[str, Any] = {"name": words_of(path[1]), "axis": ""}
    description = text(facts, (*path, "description"), stated.get("description"))
    if description.strip():
        made["description"] = description
        facts.carry((*path, "description"), (*place, "description"), form=Form.text)
    elif "description" in stated:
        facts.carry((*path, "description"), place)
    made["category"] = text(facts, (*path, "type"), stated.get("type")) or None
    facts.carry((*path, "type"), (*place, "category"))
    default = plain_value(facts, (*path, "defaultValue"), stated.get("defaultValue"))
    made["default"] = default
    facts.carry((*path, "defaultValue"), (*place, "default"))
    return {name: value for name, value in made.items() if value is not None}


def _links(
    facts: Facts, path: tuple[str, str], stated: dict[str, Any], key: str, feature: dict[str, Any]
) -> None:
    urls: list[str] = []
    for field in _LINKS:
        given = stated.get(field)
        if given is None:
            facts.carry((*path, field), ("features", key))
            continue
        many = isinstance(given, list)
        for number, url in enumerate(given if many else [given]):
            source = (*path, field, number) if many else (*path, field)
            urls.append(text(facts, source, url))
            facts.carry(source, ("features", key, "urls", len(urls) - 1))
    if urls:
        feature["urls"] = urls


def words_of(name: str) -> str:
    """`advancedApiAccess` -> `Advanced api access`, `BUSINESS_PLUS` -> `Business plus`.

    A name with spaces is left as it is, and so is everything inside a word.
    """
    if " " in name:
        return name
    if name.isupper():
        parts = [name.lower()]
    else:
        parts = [
            part if part.isupper() and len(part) > 1 else part.lower()
            for part in re.split(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", name)
        ]
    words = " ".join(parts).replace("_", " ").strip()
    return words[:1].upper() + words[1:] or name
