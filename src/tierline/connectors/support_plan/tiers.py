"""A tier of a support plan: each of its facts goes to the part of the catalog that means it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tierline.connectors.facts import Form
from tierline.connectors.keys import key_of
from tierline.connectors.reading import mapping, number, plain, sequence
from tierline.connectors.support_plan.channels import add_channels, severity_named
from tierline.connectors.support_plan.coverage import add_coverage, business_of, business_of_plan
from tierline.connectors.support_plan.expertise import add_expert, add_review
from tierline.connectors.support_plan.prices import add_price
from tierline.connectors.support_plan.targets import add_targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.connectors.facts import Path
    from tierline.connectors.support_plan.draft import Draft

_EXPERTS = ("named_engineer", "solution_architect", "team")
_SEATS = {"named_users": "named user", "entitled_members": "entitled member"}
_BASES = {"best efforts": "best_effort", "best effort": "best_effort", "SLA": "agreed"}
_PER = re.compile(r"(?P<what>.+?)(?:_hours)?_per_(?P<period>day|week|month|quarter|year)")
_PHONE_FOR = re.compile(r"(?P<channel>[a-z]+)_for_(?P<severity>\w+)")
_CLASSES = re.compile(r"(?P<what>.+?) \+ (?P<count>\d+) (?P<class>.+) per (?P<period>year|quarter)")


def add_tiers(draft: Draft, source: Path, stated: list[Any]) -> None:
    """All tiers, in the order of the plan."""
    draft.hours.business = business_of_plan(draft, [row for row in stated if isinstance(row, dict)])
    for number_, value in enumerate(stated):
        path = (*source, number_)
        tier = mapping(draft.facts, path, value)
        name = draft.words((*path, "name"), tier.get("name"))
        if not name:
            draft.facts.fault(path, "missing_key", "A tier has no 'name'.", "Add 'name: ...'.")
        key = draft.tier_keys.key(name.lower())
        draft.catalog["tiers"][key] = {"name": name}
        draft.facts.carry((*path, "name"), ("tiers", key, "name"))
        _facts(draft, path, tier, ("tiers", key))


def _facts(draft: Draft, source: Path, tier: dict[str, Any], holder: Path) -> None:
    of_plan = draft.hours.business
    draft.hours.business = business_of(draft, tier.get("coverage"))
    if "severities" in tier:
        add_targets(draft, (*source, "severities"), tier["severities"], holder)
    draft.hours.business = of_plan
    if "coverage" in tier:
        rows = tier.get("severities")
        add_coverage(draft, (*source, "coverage"), tier["coverage"], holder, rows)
    for field, value in tier.items():
        if field not in ("name", "severities", "coverage"):
            _fact(draft, (*source, field), value, holder)


def _fact(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """One fact by its name; one that has no rule of its own goes by its value."""
    field = str(source[-1])
    rule = _RULES.get(field)
    if rule is not None:
        rule(draft, source, value, holder)
    elif field in _EXPERTS:
        add_expert(draft, source, value, holder, key=field)
    elif field in _SEATS:
        _seats(draft, source, value, holder)
    else:
        _by_value(draft, source, value, holder)


def _seats(draft: Draft, source: Path, value: object, holder: Path) -> None:
    field = str(source[-1])
    key = draft.feature(field, field.replace("_", " ").capitalize(), "support_experience")
    limit = plain(number(draft.facts, source, value))
    place = draft.term(holder, key, {"kind": "seats", "limit": limit, "role": _SEATS[field]})
    draft.facts.carry(source, (*place, "limit"))


def _channels(draft: Draft, source: Path, value: object, holder: Path) -> None:
    phrases = sequence(draft.facts, source, value)
    add_channels(draft, source, phrases, holder)
    if not phrases:
        draft.facts.carry(source, holder)


def _extras(draft: Draft, source: Path, value: object, holder: Path) -> None:
    for place, phrase in enumerate(sequence(draft.facts, source, value)):
        said = draft.words((*source, place), phrase)
        key = draft.feature(key_of(said.lower()), said[:1].upper() + said[1:], "outcome")
        term = draft.term(holder, key, {"kind": "included"})
        draft.facts.carry((*source, place), term, ("features", key, "name"))


def _entitled(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """Roles that may open cases are a fence."""
    for place, phrase in enumerate(sequence(draft.facts, source, value)):
        role = draft.words((*source, place), phrase)
        fence = {"kind": "role", "text": f"Open to {role}", "role": role}
        draft.holder(holder).setdefault("fences", {})[key_of(role)] = fence
        draft.facts.carry((*source, place), (*holder, "fences", key_of(role), "role"))


def _support(draft: Draft, source: Path, value: object, holder: Path) -> None:
    basis = "agreed" if value is True else _BASES.get(str(value), "none")
    if isinstance(value, str) and value not in _BASES:
        _by_value(draft, source, value, holder)
        return
    draft.holder(holder)["support"] = basis
    draft.facts.carry(source, (*holder, "support"))


def _note(draft: Draft, source: Path, value: object, holder: Path) -> None:
    said = draft.words(source, value)
    if said == "no support":
        draft.holder(holder)["support"] = "none"
        draft.facts.carry(source, (*holder, "support"))
        return
    draft.holder(holder)["note"] = said
    draft.facts.carry(source, (*holder, "note"), form=Form.text)


def _escalation(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """Managed escalations, for the severities listed."""
    names = sequence(draft.facts, source, value)
    key = draft.feature("escalation_management", "Escalation management", "risk_transfer")
    severities = [
        severity_named(draft, draft.words((*source, n), name)) for n, name in enumerate(names)
    ]
    place = draft.term(holder, key, {"kind": "included", "severities": severities})
    for number_ in range(len(names)):
        draft.facts.carry((*source, number_), (*place, "severities", number_))


def _incidents(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """`false`, or `urgent tickets as needed`: for a severity, under a condition."""
    key = draft.feature("incident_management", "Incident management", "risk_transfer")
    if isinstance(value, bool):
        place = draft.term(holder, key, {"kind": "included", "included": value})
        draft.facts.carry(source, (*place, "included"))
        return
    said = draft.words(source, value)
    known = [name for name in draft.catalog["severities"] if re.search(rf"\b{name}\b", said)]
    term: dict[str, Any] = {"kind": "included", "severities": known, "condition": said}
    place = draft.term(holder, key, term)
    draft.facts.carry(source, (*place, "condition"), (*place, "severities"))


def _training(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """`premium content + 1 virtual class per year`: a level, and dated promises."""
    said = draft.words(source, value)
    classes = _CLASSES.fullmatch(said)
    key = draft.feature("training", "Training", "outcome")
    level = classes["what"] if classes else said
    places = [draft.term(holder, key, {"kind": "value", "value": level})]
    if classes:
        name = classes["class"]
        key = draft.feature(key_of(name), name.capitalize(), "outcome", enforced_by="person")
        times = int(classes["count"])
        term = {"kind": "deliverable", "what": name, "times": times, "per": classes["period"]}
        place = draft.term(holder, key, term)
        places += [place, (*place, "times")]
    draft.facts.carry(source, *places)


def _duty(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """What the customer must do: for the rows that count always where it says 24x7."""
    said = draft.words(source, value)
    places = []
    for number_, target in enumerate(draft.holder(holder).get("targets", [])):
        if target["milestone"] == "first_response" and (
            "24x7" not in said or target.get("hours") == "always"
        ):
            target["needs"] = f"{target['needs']}; {said}" if "needs" in target else said
            places.append((*holder, "targets", number_, "needs"))
    draft.facts.carry(source, *places)


def _included(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """Amounts of the product that come with the tier; `_gb` is a unit."""
    for name, amount in mapping(draft.facts, source, value).items():
        path = (*source, name)
        what, _, unit = name.rpartition("_")
        is_storage = unit in ("gb", "tb", "mb")
        title = (what if is_storage else name).replace("_", " ").capitalize()
        key = draft.feature(key_of(name), title, "performance_limit")
        term = {"kind": "quantity", "limit": plain(number(draft.facts, path, amount))}
        term["unit"] = unit.upper() if is_storage else name.rstrip("s").replace("_", " ")
        draft.facts.carry(path, (*draft.term(holder, key, term), "limit"))


def _by_value(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """A fact by its value: on or off, a number (for a period), a word, else words.

    A nested fact has no place here, and is reported as dropped.
    """
    field = str(source[-1])
    phone = _PHONE_FOR.fullmatch(field)
    if isinstance(value, bool):
        _switch(draft, source, value, holder, phone)
    elif isinstance(value, int | Decimal) or value == "unlimited":
        _number(draft, source, value, holder)
    elif isinstance(value, str):
        key = draft.feature(key_of(field), field.replace("_", " ").capitalize(), "outcome")
        is_word = " " not in value
        term = {"kind": "value", "value": value} if is_word else {"kind": "text", "text": value}
        place = (*draft.term(holder, key, term), "value" if is_word else "text")
        draft.facts.carry(source, place, form=Form.typed if is_word else Form.text)
    elif isinstance(value, list):
        _extras(draft, source, value, holder)


def _switch(
    draft: Draft, source: Path, value: bool, holder: Path, channel: re.Match[str] | None
) -> None:
    """`phone: false`, `phone_for_S1: true`, `playbooks: true`."""
    field = str(source[-1])
    name = channel["channel"] if channel else field
    term: dict[str, Any] = {"kind": "included", "included": value}
    group = {}
    if name in ("phone", "chat", "email", "portal"):
        term = {"kind": "channel", "channel": name, "included": value}
        group = {"group": "Channels"}
        if channel:
            term["severities"] = [severity_named(draft, channel["severity"])]
    key = name if channel and group else field
    axis = "support_experience" if group else "outcome"
    draft.feature(key_of(key), key.replace("_", " ").capitalize(), axis, **group)
    draft.facts.carry(source, (*draft.term(holder, key_of(key), term), "included"))


def _number(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """`screen_shares_per_year: 6`, `cases: unlimited`, `technical_advisory_hours_per_quarter`."""
    field = str(source[-1])
    per = _PER.fullmatch(field)
    what = per["what"] if per else field
    limit = "unlimited" if value == "unlimited" else plain(number(draft.facts, source, value))
    axis = "outcome" if "_hours_" in field else "performance_limit"
    key = draft.feature(key_of(what), what.replace("_", " ").capitalize(), axis)
    unit = what.replace("_", " ").removesuffix("s")
    if per and "_hours_" in field:
        term = {"kind": "service_units", "amount": limit, "unit": "hour", "per": per["period"]}
        where = "amount"
    else:
        term = {"kind": "quantity", "limit": limit, "unit": unit}
        term |= {"per": per["period"]} if per else {}
        where = "limit"
    draft.facts.carry(source, (*draft.term(holder, key, term), where))


_RULES: dict[str, Callable[[Draft, Path, object, Path], None]] = {
    "price": add_price,
    "channels": _channels,
    "reviews": add_review,
    "extras": _extras,
    "entitled": _entitled,
    "technical_support": _support,
    "type": _support,
    "note": _note,
    "escalation_management": _escalation,
    "incident_management": _incidents,
    "training": _training,
    "customer_duty": _duty,
    "included": _included,
}
