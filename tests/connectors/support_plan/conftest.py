"""A second opinion on an import, which shares no code with it.

Given a fact of the source and the places that the import names, it looks into the catalog that was
read back from its written form, and says what of the fact is not there. Durations, hours, numbers
and switches have rules of their own; of every other fact each word must stand at its places, as
itself or as one of the words that `SAME` allows for it.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from tierline.bootstrap import import_catalog


@pytest.fixture(scope="session")
def plans(shared):
    """Every vendor's plan, imported, by file name."""
    files = sorted(shared("data/vendor-support-plans").glob("*.yaml"))
    assert len(files) == 12
    return {file.stem: import_catalog("support-plan", file) for file in files}


@pytest.fixture(scope="session")
def missing_part():
    """What of a fact does not stand at its places: see `missing`."""
    return missing


DURATION_COLUMNS = {
    "first_response",
    "next_reply",
    "update_cadence",
    "resolution",
    "escalation_threshold",
}
EXACT = {"name", "vendor", "product", "as_of", "schema", "url", "kind", "gives", "period"}
NINE_TO_FIVE = {"mon-fri": "09:00-17:00"}
HOURS = {
    "24x7": "always",
    "24x7 paging": "always",
    "24x5": [
        {"mon-fri": "00:00-24:00"},
        {"sun": "17:00-24:00", "mon-thu": "00:00-24:00", "fri": "00:00-17:00"},
    ],
    "9x5": [{"mon-fri": "09:00-18:00"}],
    "9x5 one time zone": [{"mon-fri": "09:00-18:00"}],
    "Mon-Fri 9-5": [NINE_TO_FIVE],
    "Mon-Fri": [NINE_TO_FIVE],
    "9-5, 7 days": [{"mon-sun": "09:00-17:00"}],
    "09:00-18:00 local": [{"mon-fri": "09:00-18:00"}],
    "business": [NINE_TO_FIVE, {"mon-fri": "08:00-18:00"}, {"mon-fri": "09:00-18:00"}],
}
"""What each phrase may mean; `business` is the vendor's own, where the vendor says which."""

STOP = {
    *("a", "all", "and", "as", "at", "be", "by", "each", "for", "from", "has", "if", "in", "is"),
    *("it", "its", "like", "of", "on", "only", "or", "per", "than", "that", "the", "their"),
    *("then", "this", "to", "until", "up", "via", "when", "which", "while", "with"),
}
SAME = {
    "247": {"always"},
    "24x7": {"always"},
    "aggregate": {"all_accounts"},
    "account": {"account", "all_accounts"},
    "subscribed": {"all_accounts"},
    "annual": {"year"},
    "best": {"best_effort"},
    "effort": {"best_effort"},
    "billing": {"billing", "plan_change", "trial_cancellation"},
    "bundled": {"bundled"},
    "customer": {"follows_customer", "customer"},
    "cut": {"not_known"},
    "off": {"not_known"},
    "copy": {"not_known"},
    "everything": {"includes"},
    "tier": {"tiers", "starts_at_line"},
    "below": {"includes"},
    "includes": {"includes"},
    "included": {"bundled", "included_in"},
    "monthly": {"month"},
    "quarterly": {"quarter"},
    "named": {"designated"},
    "pool": {"pooled"},
    "sla": {"agreed", "not_promised", "sla"},
    "no": {"not_promised", "none", "no"},
    "support": {"support", "severity_set"},
    "applicable": {"not_applicable"},
    "not": {"not_applicable", "not_known", "stops", "first_response"},
    "weekend": {"mon-fri"},
    "public": {"holidays_follow_customer"},
    "holiday": {"holidays_follow_customer"},
    "max": {"percent_of_spend", "has_minimum"},
    "minimum": {"minimum", "has_minimum"},
    "marginal": {"marginal"},
    "email": {"email"},
    "onsite": {"on_site"},
    "extra": {"add_ons"},
    "usd": {"price"},
    "h": {"hour"},
    "dedicated": {"dedicated"},
    "critical": {"urgent", "critical"},
    "phone": {"phone", "callback_phone"},
    "tax": {"marginal"},
    "bracket": {"marginal"},
    "band": {"marginal"},
    "priority": {"prioritised", "severity_set", "priority"},
    "response": {"severity_set", "misses_more_than", "remedies", "first_response"},
    "time": {"severity_set", "stops"},
    "set": {"severity_set"},
    "resolution": {"severity_set", "periodic_update"},
    "vendor": {"vendor", "waiting_on_customer"},
    "updates": {"periodic_update"},
    "waiting": {"waiting_on_customer"},
    "case": {"waiting_on_customer", "cases", "case"},
    "more": {"misses_more_than"},
    "ticket": {"misses_more_than", "ticket"},
    "missed": {"misses_more_than"},
    "initial": {"misses_more_than", "initial"},
    "fiscal": {"fee_base", "quarter", "remedies"},
    "first": {"next_period"},
    "next": {"next_period", "next"},
    "month": {"month", "next_period", "period_end", "proration", "months"},
    "once": {"now"},
    "stop": {"now"},
    "end": {"period_end"},
    "partial": {"proration"},
    "prorated": {"proration"},
    "business": {"business", "mon-fri"},
    "during": {"business_hours"},
    "day": {"mon-fri", "next_period", "day"},
    "hour": {"business_hours", "hour", "hours"},
    "definition": {"fixed"},
    "meaning": {"meaning"},
    "previous": {"estimate"},
    "run": {"run_rate"},
    "rate": {"run_rate"},
    "less": {"if_shorter"},
    "last": {"if_changed_months"},
    "very": {"if_changed_months"},
    "different": {"if_changed_months"},
    "us": {"america"},
    "pacific": {"los_angeles"},
    "fri": {"fri"},
    "s1": {"s1"},
    "unit": {"unit", "units"},
    "regional": {"follows_customer", "regional"},
}
"""What a word of the source may be called in a catalog."""


def missing(fact: tuple[tuple, object], values: list[tuple[tuple, object]], catalog: dict) -> str:
    """What of a fact does not stand at its places; empty where all of it does."""
    path, value = fact
    if value is None:
        return _missing_null(path, values)
    if value in ({}, []):
        return "" if all(not _of_kind(found, path[-1]) for _, found in values) else "not empty"
    if path[-1] in DURATION_COLUMNS:
        return _missing_duration(str(value), values, catalog)
    if path[-1] == "hours" and isinstance(value, str):
        return _missing_hours(value, values, catalog)
    if path[-1] in EXACT:
        return "" if any(found == value for _, found in values) else f"found {values[0][1]}"
    if path[-1] == "starts_at":
        value = int(value.removeprefix("Tier "))
    if isinstance(value, bool):
        return _missing_switch(path, value, values)
    if isinstance(value, int | Decimal):
        return _missing_number(path, Decimal(value), values)
    return _missing_words(value, values)


def _missing_null(path: tuple, values: list[tuple[tuple, object]]) -> str:
    if path[-1] == "price":
        return "" if "price" not in values[0][1] else "a price was made up"
    return "" if values[0][1] is None else "a target was made up"


def _of_kind(found: object, what: object) -> bool:
    """Whether a tier holds channels, or targets, where the source says that there are none."""
    if what == "severities":
        return bool(found)
    return any(term["kind"] == "channel" for term in found.get("terms", {}).values())


def _missing_duration(text: str, values: list, catalog: dict) -> str:
    count, business, unit = re.match(r"(\d+)(b?)([mhd])", text).groups()
    expected = {"m": f"PT{count}M", "h": f"PT{count}H", "d": f"P{count}D"}[unit]
    place, found = values[0]
    if found not in (expected, _in_hours(expected)):
        return f"{expected}, found {found}"
    row = _at(catalog, place[:-1])
    hours = catalog["business_hours"][row["hours"]]
    if business and hours.get("always_open"):
        return "business time on hours that never close"
    if "as agreed" in text and not row.get("negotiable"):
        return "as agreed"
    return ""


def _in_hours(duration: str) -> str:
    minutes = re.fullmatch(r"PT(\d+)M", duration)
    return f"PT{int(minutes[1]) // 60}H" if minutes and int(minutes[1]) % 60 == 0 else duration


def _missing_hours(text: str, values: list, catalog: dict) -> str:
    keys = [found for place, found in values if place[-1] == "hours"]
    if not keys:
        return "" if "within" in values[0][1] and values[0][1]["within"] is None else "no hours"
    for key in keys:
        hours = catalog["business_hours"][key]
        if HOURS[text] == "always":
            if not hours.get("always_open"):
                return f"{text} on {key}"
        elif hours.get("week") not in HOURS[text]:
            return f"{text} as {hours}"
    if "paging" in text and not any("paging" in place for place, _ in values):
        return "paging"
    return ""


def _missing_switch(path: tuple, value: bool, values: list) -> str:
    found = values[0][1]
    if path[-1] == "partial_minutes_excluded":
        return "" if found is (not value) else "not inverted"
    if path[-1] == "technical_support":
        return "" if found == ("agreed" if value else "none") else f"found {found}"
    return "" if found is value else f"found {found}"


def _missing_number(path: tuple, value: Decimal, values: list) -> str:
    """The number itself at one of the places; the edges of bands stand in the band before."""
    if path[-1] == "from" and value == 0:
        return "" if values[0][0][-3:] == ("brackets", 0, "percent") else "not the first band"
    numbers = [number for _, found in values for number in _numbers(found)]
    if path[-1] == "hours":
        return "" if sum(_open_hours(found) for _, found in values) == 168 - value else "length"
    return "" if value in numbers else f"found {numbers[:6]}"


def _open_hours(week: dict) -> int:
    """Open hours of a week whose windows begin and end on the hour."""
    order = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    total = 0
    for days, window in week.items():
        first, _, last = days.partition("-")
        count = order.index(last or first) - order.index(first) + 1
        opens, closes = (int(edge[:2]) for edge in window.split("-"))
        total += count * (closes - opens)
    return total


def _numbers(found: object) -> list[Decimal]:
    if isinstance(found, dict):
        return [number for part in found.values() for number in _numbers(part)]
    if isinstance(found, list):
        return [number for part in found for number in _numbers(part)]
    if isinstance(found, bool) or found is None:
        return []
    if isinstance(found, str):
        return [Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", found)]
    return [Decimal(found)]


def _missing_words(value: str, values: list) -> str:
    there = " ".join(
        f"{' '.join(map(str, place))} {json.dumps(found, default=str)}" for place, found in values
    )
    there = there.lower()
    if value.lower() in there:
        return ""
    said = re.sub(r"\b24/7\b", "24x7", value.lower())
    tokens = [token.removesuffix("'s") for token in re.findall(r"[a-z0-9']+", said)]
    return " ".join(token for token in tokens if not _stands(token, there))


def _stands(token: str, there: str) -> bool:
    if token in STOP:
        return True
    forms = {token, token.removesuffix("s"), token.removesuffix("es")}
    allowed = forms.union(*(SAME.get(form, set()) for form in forms))
    return any(
        re.search(rf"(?<![a-z0-9]){re.escape(form)}(?![a-z0-9])", there) for form in allowed
    ) or any(form in there for form in allowed - forms)


def _at(catalog: dict, path: tuple) -> dict:
    found = catalog
    for part in path:
        found = found[part]
    return found
