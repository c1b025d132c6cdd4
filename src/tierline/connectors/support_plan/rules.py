"""Facts that a vendor states once for all tiers: clocks, billing, remedies, uptime, the matrix."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tierline.connectors.facts import Form
from tierline.connectors.keys import key_of
from tierline.connectors.reading import boolean, count, mapping, number, plain, sequence
from tierline.connectors.support_plan.prices import add_price
from tierline.connectors.support_plan.targets import add_targets

if TYPE_CHECKING:
    from tierline.connectors.facts import Path
    from tierline.connectors.support_plan.draft import Draft

_TRIGGER = re.compile(
    r"more than (\d+) (?:tickets|cases) with missed initial response in a "
    r"(?:fiscal )?(month|quarter|year)"
)
_CREDIT = re.compile(r"credit_percent_of_(monthly|quarterly|annual)_fee")
_LENGTHS = {"monthly": "month", "quarterly": "quarter", "annual": "year"}
_WAITING = ("first_response", "next_response", "periodic_update")
_PLAN_CHANGES = {
    "upgrade_or_downgrade": "plan_change",
    "cancel_in_trial": "trial_cancellation",
    "cancel_after_trial": "cancellation",
}
_WHEN = (
    (re.compile(r"next (month|period)"), "next_period"),
    (re.compile(r"at once|immediately"), "now"),
    (re.compile(r"(month|period) end"), "period_end"),
)


def add_clock_rule(draft: Draft, source: Path, value: object) -> None:
    """What starts a clock, or what it waits for; other sentences stay words."""
    said = draft.words(source, value)
    rules = draft.catalog.setdefault("clock_rules", {})
    if "starts when support sets the priority" in said:
        rules["starts"] = "severity_set"
        answers = _first_responses(draft) if "not a resolution" in said else []
        draft.facts.carry(source, ("clock_rules", "starts"), *answers)
    elif "waiting on the vendor" in said:
        pause = {"name": "Not waiting on the vendor", "stops": list(_WAITING)}
        rules["pauses"] = {"waiting_on_customer": pause}
        draft.facts.carry(source, ("clock_rules", "pauses", "waiting_on_customer", "stops"))
    else:
        draft.note(source, value, before="Clock rule: ")


def _first_responses(draft: Draft) -> list[Path]:
    """The kind of each first-response target: it times an answer and nothing more."""
    return [
        ("tiers", key, "targets", number_, "milestone")
        for key, tier in draft.catalog["tiers"].items()
        for number_, target in enumerate(tier.get("targets", []))
        if target["milestone"] == "first_response"
    ]


def add_inheritance(draft: Draft, source: Path, value: object) -> None:
    """`each tier includes everything in the tier below`."""
    if "everything in the tier below" not in draft.words(source, value):
        draft.note(source, value, before="Inheritance: ")
        return
    keys = list(draft.catalog["tiers"])
    for below, key in pairwise(keys):
        draft.catalog["tiers"][key]["includes"] = below
        draft.facts.carry(source, ("tiers", key, "includes"))


def add_billing(draft: Draft, source: Path, value: object) -> None:
    """Cadence, term, and for each tier whether one account or all of them are billed together."""
    stated = mapping(draft.facts, source, value)
    billing = draft.catalog.setdefault("billing", {})
    cadence = str(stated.get("cadence"))
    if cadence in _LENGTHS:
        billing["cadence"] = _LENGTHS[cadence]
        draft.facts.carry((*source, "cadence"), ("billing", "cadence"))
    if "contract" in stated:
        billing["term"] = draft.words((*source, "contract"), stated["contract"])
        draft.facts.carry((*source, "contract"), ("billing", "term"))
    tiers = draft.catalog["tiers"]
    shares = [key for key, tier in tiers.items() if "brackets" in (tier.get("price") or {})]
    for name, said in mapping(draft.facts, (*source, "per"), stated.get("per")).items():
        words = draft.words((*source, "per", name), said)
        if name in shares:
            together = "aggregate" in words
            tiers[name]["price"]["aggregate"] = "all_accounts" if together else "account"
            draft.facts.carry((*source, "per", name), ("tiers", name, "price", "aggregate"))
    if "marginal" in str(stated.get("band_rule")):
        for key in shares:
            draft.facts.carry((*source, "band_rule"), ("tiers", key, "price", "bands"))


def add_proration(draft: Draft, source: Path, value: object) -> None:
    """`partial months prorated to the day`."""
    found = re.search(r"prorated to the (day|second)", draft.words(source, value))
    if found:
        draft.catalog.setdefault("billing", {})["proration"] = found[1]
        draft.facts.carry(source, ("billing", "proration"))
    else:
        draft.note(source, value, before="Proration: ")


def add_plan_change(draft: Draft, source: Path, value: object) -> None:
    """When an upgrade, a downgrade or a cancellation takes effect on the bill."""
    for field, said in mapping(draft.facts, source, value).items():
        words = draft.words((*source, field), said)
        when = next((found for pattern, found in _WHEN if pattern.search(words)), None)
        target = _PLAN_CHANGES.get(field)
        if target and when:
            draft.catalog.setdefault("billing", {})[target] = when
            draft.facts.carry((*source, field), ("billing", target))
        else:
            draft.note((*source, field), said, before=f"{field.replace('_', ' ')}: ")


def add_service_credit(draft: Draft, source: Path, value: object) -> None:
    """A remedy for missed first responses, in every tier that promises any."""
    stated = mapping(draft.facts, source, value)
    trigger = draft.words((*source, "trigger"), stated.get("trigger"))
    found = _TRIGGER.fullmatch(trigger)
    name = "Missed first responses" if found else trigger or "Service credit"
    remedy: dict[str, Any] = {"name": name, "per": "period", "claim": "on_request"}
    places = {"trigger": "misses_more_than" if found else "name"}
    if found:
        remedy["misses_more_than"] = int(found[1])
        remedy["fee_base"] = found[2]
    for field, said in stated.items():
        places |= _credit_fact(draft, (*source, field), said, remedy)
    for key, tier in draft.catalog["tiers"].items():
        if _commit(tier, "missed_first_response"):
            tier["remedies"] = {"missed_first_response": remedy}
            holder: Path = ("tiers", key, "remedies", "missed_first_response")
            for field, where in places.items():
                form = Form.text if where == "name" else Form.typed
                draft.facts.carry((*source, field), (*holder, where), form=form)
                if where == "misses_more_than":
                    draft.facts.carry((*source, field), (*holder, "fee_base"))


def _credit_fact(
    draft: Draft, source: Path, value: object, remedy: dict[str, Any]
) -> dict[str, str]:
    field = str(source[-1])
    credit = _CREDIT.fullmatch(field)
    if credit:
        remedy["percent_of_fee"] = plain(number(draft.facts, source, value))
        remedy["fee_base"] = _LENGTHS[credit[1]]
        return {field: "percent_of_fee"}
    if field.startswith("claim_within_days"):
        remedy["claim_within_days"] = count(draft.facts, source, value)
        return {field: "claim_within_days"}
    if field == "fiscal_quarter_ends":
        days = sequence(draft.facts, source, value)
        remedy["fee_base_ends"] = [draft.words((*source, n), day) for n, day in enumerate(days)]
        return {field: "fee_base_ends"}
    return {}


def _commit(tier: dict[str, Any], remedy: str) -> bool:
    """Make the first responses of a tier commitments; whether there are any."""
    rows = [
        target
        for target in tier.get("targets", [])
        if target["milestone"] == "first_response" and target["within"] is not None
    ]
    for target in rows:
        target |= {"commitment": True, "remedy": remedy}
    return bool(rows)


def add_uptime(draft: Draft, source: Path, value: object) -> None:
    """Availability with its credits, a term of every tier (its scope says where it holds)."""
    stated = mapping(draft.facts, source, value)
    metric = draft.words((*source, "metric"), stated.get("metric"))
    measure, _, scope = metric.partition(" per ")
    term: dict[str, Any] = {"kind": "uptime", "per": "month", "measure": measure or None}
    term["scope"] = f"per {scope}" if scope else None
    bands = sequence(draft.facts, (*source, "credits"), stated.get("credits"))
    term["credits"] = [_band(draft, (*source, "credits", n), band) for n, band in enumerate(bands)]
    edges = [band["below"] for band in term["credits"] if "below" in band]
    if edges:
        # The level below which money comes back is the level that is promised.
        term["percent"] = max(edges)
    excluded = stated.get("partial_minutes_excluded")
    if excluded is not None:
        path = (*source, "partial_minutes_excluded")
        term["partial_minutes_count"] = not boolean(draft.facts, path, excluded)
    claim = mapping(draft.facts, (*source, "claim"), stated.get("claim"))
    for name, (field, unit) in _CLAIMS.items():
        if name in claim:
            length = count(draft.facts, (*source, "claim", name), claim[name])
            term[field] = f"PT{length}H" if unit == "hour" else f"P{length}D"
    draft.feature("uptime", "Uptime", "risk_transfer")
    for key in draft.catalog["tiers"]:
        place = draft.term(("tiers", key), "uptime", term)
        _carry_uptime(draft, source, stated, place)


_CLAIMS = {
    "ticket_within_hours_of_awareness": ("claim_within", "hour"),
    "processed_within_days": ("processed_within", "day"),
}
_BAND = {"below": "below", "at_or_above": "at_or_above", "credit_percent": "percent_of_fee"}


def _band(draft: Draft, source: Path, value: object) -> dict[str, Any]:
    stated = mapping(draft.facts, source, value)
    return {
        target: plain(number(draft.facts, (*source, field), stated[field]))
        for field, target in _BAND.items()
        if field in stated
    }


def _carry_uptime(draft: Draft, source: Path, stated: dict[str, Any], place: Path) -> None:
    facts = draft.facts
    facts.carry((*source, "metric"), (*place, "measure"), (*place, "scope"))
    facts.carry((*source, "partial_minutes_excluded"), (*place, "partial_minutes_count"))
    for name, (field, _) in _CLAIMS.items():
        facts.carry((*source, "claim", name), (*place, field))
    bands = sequence(facts, (*source, "credits"), stated.get("credits"))
    for index, band in enumerate(bands):
        for field in band if isinstance(band, dict) else ():
            if field in _BAND:
                path = (*source, "credits", index, field)
                facts.carry(path, (*place, "credits", index, _BAND[field]))


def add_matrix(draft: Draft, source: Path, value: object) -> None:
    """Rows by columns give the severity."""
    stated = mapping(draft.facts, source, value)
    matrix: dict[str, Any] = {"rows": "impact", "columns": "urgency", "cells": {}}
    for field, target in (("rows_are", "rows"), ("columns_are", "columns")):
        if field in stated:
            matrix[target] = draft.words((*source, field), stated[field])
            draft.facts.carry((*source, field), ("severity_matrix", target))
    for row, columns in stated.items():
        if row in ("rows_are", "columns_are"):
            continue
        for column, severity in mapping(draft.facts, (*source, row), columns).items():
            cells = matrix["cells"].setdefault(row, {})
            cells[column] = key_of(draft.words((*source, row, column), severity))
            draft.facts.carry((*source, row, column), ("severity_matrix", "cells", row, column))
    draft.catalog["severity_matrix"] = matrix


def add_add_ons(draft: Draft, source: Path, value: object) -> None:
    """What is sold on top, with a target of its own where it has one."""
    for index, part in enumerate(sequence(draft.facts, source, value)):
        path = (*source, index)
        stated = mapping(draft.facts, path, part)
        name = draft.words((*path, "name"), stated.get("name"))
        key = key_of(name.lower())
        holder: Path = ("add_ons", key)
        draft.catalog.setdefault("add_ons", {})[key] = {"name": name}
        draft.facts.carry((*path, "name"), (*holder, "name"))
        if "price" in stated:
            add_price(draft, (*path, "price"), stated["price"], holder)
        row = {field: stated[field] for field in ("first_response", "hours") if field in stated}
        if row:
            add_targets(draft, path, {"any": row}, holder)
            draft.facts.carry((*path, "first_response"), (*holder, "targets", 0, "within"))
            draft.facts.carry((*path, "hours"), (*holder, "targets", 0, "hours"))
