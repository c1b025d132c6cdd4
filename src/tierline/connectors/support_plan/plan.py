"""A support-plan file as catalogs: one, or one for each snapshot, the newest first."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from tierline.catalog.catalog import FORMAT
from tierline.connectors.facts import Facts, Form
from tierline.connectors.imports import ImportResult, finish
from tierline.connectors.keys import key_of
from tierline.connectors.reading import boolean, mapping, sequence, text
from tierline.connectors.support_plan.business_hours import add_business_hours, add_weekend
from tierline.connectors.support_plan.draft import Draft
from tierline.connectors.support_plan.hours import HoursBook
from tierline.connectors.support_plan.prices import add_price_for_all
from tierline.connectors.support_plan.rules import (
    add_add_ons,
    add_billing,
    add_clock_rule,
    add_inheritance,
    add_matrix,
    add_plan_change,
    add_proration,
    add_service_credit,
    add_uptime,
)
from tierline.connectors.support_plan.severities import severity_order
from tierline.connectors.support_plan.tiers import add_tiers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.catalog.document import Document
    from tierline.connectors.facts import Path

NAME = "support-plan"
SCHEMA = "vendor-support-plan/1"
UNDATED = "2000-01-01"
"""The version of a catalog whose source bears no date; it is marked as assumed."""

_DAY = re.compile(r"\b((?:19|20)\d\d)(?:-(\d\d))?(?:-(\d\d))?\b")


def import_support_plan(document: Document) -> ImportResult:
    """The catalogs that a support-plan document states. Raises Invalid with every fault."""
    facts = Facts(document)
    source = document.value
    if not isinstance(source, dict) or source.get("schema") != SCHEMA:
        advice = f"A support-plan file begins with 'schema: {SCHEMA}'."
        facts.fault(("schema",), "wrong_format", "This is not a support-plan file.", advice)
        facts.raise_faults("a support-plan file")
    snapshots = sequence(facts, ("snapshots",), source.get("snapshots"))
    if not snapshots:
        return finish(facts, [_catalog(facts, source, ())], NAME)
    written = []
    for number, value in enumerate(snapshots):
        facts.catalog = number
        path = ("snapshots", number)
        written.append(_catalog(facts, source, path, mapping(facts, path, value)))
    return finish(facts, written, NAME)


def _catalog(
    facts: Facts, source: dict[str, Any], path: Path, snapshot: dict[str, Any] | None = None
) -> dict[str, Any]:
    """One catalog: the head, then the tiers, then what is stated for all of them."""
    part = source if snapshot is None else snapshot
    tiers = sequence(facts, (*path, "tiers"), part.get("tiers"))
    rows = [tier for tier in tiers if isinstance(tier, dict)]
    catalog = _head(facts, source, part)
    draft = Draft(facts, catalog, HoursBook(catalog["business_hours"]))
    for name in severity_order(rows):
        title = name.replace("_", " ")
        catalog["severities"][key_of(name)] = {"name": title[:1].upper() + title[1:]}
    for field in ("business_hours", "weekend"):
        if field in part:
            _EARLY[field](draft, (*path, field), part[field])
    add_tiers(draft, (*path, "tiers"), tiers)
    for field, value in source.items():
        if field in _RULES:
            _RULES[field](draft, (field,), value)
    return {key: value for key, value in catalog.items() if value not in ({}, [], None)}


def _head(facts: Facts, source: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    words = {
        field: str(source.get(field) or "") for field in ("vendor", "product", "as_of", "schema")
    }
    if not words["vendor"]:
        facts.fault((), "missing_key", "'vendor' is missing.", "Add 'vendor: ...'.")
    period = str(part.get("period") or "")
    version = _latest_day(period or words["as_of"])
    for field, place in _HEAD.items():
        if field in source:
            facts.carry((field,), place)
    if period:
        facts.carry(("snapshots", facts.catalog, "period"), ("imported", "version"))
    imported: dict[str, Any] = {"format": words["schema"]}
    imported |= {"version": period} if period else {}
    imported |= {} if version else {"version_is_assumed": True}
    return {
        "format": FORMAT,
        "catalog": key_of(words["vendor"].lower()),
        "version": version or UNDATED,
        "company": words["vendor"],
        "product": words["product"] or None,
        "as_of": words["as_of"] or None,
        "sources": _sources(facts, source),
        "imported": imported,
        "notes": [],
        "severities": {},
        "clock_rules": {},
        "business_hours": {},
        "escalation": {},
        "features": {},
        "tiers": {},
    }


_HEAD: dict[str, Path] = {
    "vendor": ("company",),
    "product": ("product",),
    "as_of": ("as_of",),
    "schema": ("imported", "format"),
}


def _latest_day(words: str) -> str | None:
    """The latest day that a phrase names; a month or a year alone means its first day."""
    days = []
    for found in _DAY.finditer(words):
        try:
            days.append(date(int(found[1]), int(found[2] or 1), int(found[3] or 1)))
        except ValueError:
            continue
    return max(days).isoformat() if days else None


def _sources(facts: Facts, source: dict[str, Any]) -> list[dict[str, str]]:
    made: list[dict[str, str]] = []
    for number, value in enumerate(sequence(facts, ("sources",), source.get("sources"))):
        path = ("sources", number)
        stated = mapping(facts, path, value)
        made.append({})
        for field in ("url", "kind", "gives"):
            if field in stated:
                made[-1][field] = text(facts, (*path, field), stated[field])
                facts.carry((*path, field), (*path, field))
    return made


def _notes(draft: Draft, source: Path, value: object) -> None:
    if not isinstance(value, list):
        draft.note(source, value)
        return
    for number, said in enumerate(value):
        draft.note((*source, number), said)


def _inferred(draft: Draft, source: Path, value: object) -> None:
    draft.catalog["imported"]["inferred"] = boolean(draft.facts, source, value)
    draft.facts.carry(source, ("imported", "inferred"))


def _layout(draft: Draft, source: Path, value: object) -> None:
    draft.catalog["imported"]["layout"] = draft.words(source, value)
    draft.facts.carry(source, ("imported", "layout"))


def _codes(draft: Draft, source: Path, value: object) -> None:
    """The names that severities have in the vendor's interface for programs."""
    severities = draft.catalog["severities"]
    for code, phrase in mapping(draft.facts, source, value).items():
        key = key_of(draft.words((*source, code), phrase))
        if key in severities:
            name = draft.words((*source, code), phrase)
            severities[key] |= {"code": code, "name": name[:1].upper() + name[1:]}
            places: list[Path] = [("severities", key, field) for field in ("code", "name")]
            draft.facts.carry((*source, code), *places)


def _fields(draft: Draft, source: Path, value: object) -> None:
    """`fixed definitions S1..S4` or `free, meaning set by the customer`."""
    for name, said in mapping(draft.facts, source, value).items():
        words = draft.words((*source, name), said)
        span = re.search(r"([A-Z])(\d)\.\.\1(\d)", words)
        stated: dict[str, Any] = {"meaning": "free" if words.startswith("free") else "fixed"}
        stated["set_by"] = "customer" if "customer" in words else "vendor"
        if span:
            levels = range(int(span[2]), int(span[3]) + 1)
            stated["values"] = [f"{span[1]}{level}" for level in levels]
        draft.catalog.setdefault("case_fields", {})[key_of(name)] = stated
        draft.facts.carry((*source, name), ("case_fields", key_of(name)))


def _examples(draft: Draft, source: Path, value: object) -> None:
    """Prices that someone worked out; a claim that is known to be wrong is not trusted."""
    made: list[dict[str, Any]] = draft.catalog.setdefault("worked_examples", [])
    for number, part in enumerate(sequence(draft.facts, source, value)):
        path = (*source, number)
        stated = mapping(draft.facts, path, part)
        place: Path = ("worked_examples", len(made))
        example: dict[str, Any] = {}
        for field, said in stated.items():
            where = _EXAMPLE.get(field, "fee" if field.startswith("fee_") else None)
            if where is None:
                continue
            is_tier = where == "tier"
            example[where] = draft.tier_keys.key(str(said).lower()) if is_tier else said
            _carry_example(draft, (*path, field), (*place, where))
            if "claimed" in field:
                example["trusted"] = False
                draft.facts.carry((*path, field), (*place, "trusted"))
        made.append(example)


def _carry_example(draft: Draft, source: Path, place: Path) -> None:
    form = Form.text if place[-1] == "note" else Form.typed
    draft.facts.carry(source, place, form=form)


_EXAMPLE = {
    "plan": "tier",
    "monthly_usage_usd": "spend",
    "from_source": "source",
    "note": "note",
}
_EARLY: dict[str, Callable[[Draft, Path, object], None]] = {
    "business_hours": add_business_hours,
    "weekend": add_weekend,
}
_RULES: dict[str, Callable[[Draft, Path, object], None]] = {
    "api_severity_codes": _codes,
    "add_ons": add_add_ons,
    "billing": add_billing,
    "clock_rule": add_clock_rule,
    "field_model": _fields,
    "inferred_from_merged_cells": _inferred,
    "inheritance": add_inheritance,
    "note": _notes,
    "plan_change": add_plan_change,
    "price": add_price_for_all,
    "priority_matrix": add_matrix,
    "proration": add_proration,
    "quirks": _notes,
    "routing": _notes,
    "service_credit": add_service_credit,
    "tiers_ref": _layout,
    "uptime": add_uptime,
    "worked_examples": _examples,
}
