"""The page of uptime as HTML and CSV, from its document: the same on the server and as files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tierline.calendars.local_time import zone_named
from tierline.calendars.months import month_after
from tierline.catalog.statement import Period
from tierline.catalog.words_amount import each as each_in_words
from tierline.kernel.instants import parse_instant
from tierline.languages.language import ENGLISH, Language, message
from tierline.status.budget import BudgetState
from tierline.status.seen import MONTHS
from tierline.web.badges import Badge
from tierline.web.forms import csv_table
from tierline.web.status_pages import file_of, ribbon_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tierline.web.status_pages import Document, Links

STATES = {
    BudgetState.kept: Badge("ok", "✓", message("Kept")),
    BudgetState.so_far: Badge("ok", "✓", message("Kept so far")),
    BudgetState.missed: Badge("breach", "×", message("Missed")),
}
FIELDS = (
    "month", "component", "uptime_percent", "watched_seconds", "down_seconds",
    "planned_maintenance_seconds", "public_percent", "committed_percent", "per", "allowed_seconds",
    "left_seconds", "state",
)  # fmt: skip


def uptime_html(
    document: Document, links: Links, language: Language = ENGLISH, asked: str | None = None
) -> bytes:
    """The page of uptime as one file; `asked` begins the queries of its links to other months,
    which a file that lies somewhere has none of."""
    values = uptime_values(document, links, language)
    return file_of("pages/uptime.html", language, {**values, "asked": asked})


def uptime_csv(document: Document) -> bytes:
    """Every month, of all components together and of each, for a spreadsheet."""
    return csv_table(FIELDS, uptime_rows(document))


def uptime_rows(document: Document) -> Iterator[list[object]]:
    """The rows of that file; a component has one for each of its commitments."""
    for month in document["months"]:
        public = (month["public"] or {}).get("uptime_percent")
        yield _row(month["month"], "", month, public, {})
        for part in month["components"]:
            budgets: list[Document] = part["commitments"] or [{}]
            for each in budgets:
                yield _row(month["month"], part["name"], part, None, each)


def _row(
    month: str, component: str, measured: Document, public: str | None, promised: Document
) -> list[object]:
    known = {**measured, "month": month, "component": component, "public_percent": public}
    stated = ("committed_percent", "per", "allowed_seconds", "left_seconds", "state")
    known |= {name: promised.get(name) for name in stated}
    return [known[name] for name in FIELDS]


def uptime_values(document: Document, links: Links, language: Language = ENGLISH) -> dict[str, Any]:
    """What the template of the page shows."""
    zone, now = zone_named(document["time_zone"]), parse_instant(document["as_of"])
    months = [_month(each, language) for each in document["months"]]
    days = document["days"]
    last = date.fromisoformat(days[-1]["on"]) if days else now.astimezone(zone).date()
    public = document["public_days"]
    until = _first(document["until"])
    return {
        "company": document["company"],
        "as_of": now.astimezone(zone),
        "zone": document["time_zone"],
        "is_own": document["scope"] == "own",
        "rules": (document["uptime_rule"], document["together_rule"]),
        "last": last,
        "first": date.fromisoformat(days[0]["on"]) if days else last,
        "ribbon": ribbon_of(days, language, last),
        "public_ribbon": None if public is None else ribbon_of(public, language, last),
        "months": months,
        "until": until,
        "earlier": f"{month_after(until, -MONTHS):%Y-%m}",
        "later": f"{month_after(until, MONTHS):%Y-%m}",
        "is_now": until >= now.astimezone(zone).date().replace(day=1),
        "links": links,
    }


def _month(month: Document, language: Language) -> dict[str, Any]:
    parts = [_part(each, language) for each in month["components"]]
    budgets = [each for part in parts for each in part["budgets"]]
    outages = [each for part in month["components"] for each in part["incidents"]]
    return {
        "first": _first(month["month"]),
        "percent": month["uptime_percent"],
        "public": (month["public"] or {}).get("uptime_percent"),
        "watched": month["watched_seconds"],
        "down": month["down_seconds"],
        "planned": month["planned_maintenance_seconds"],
        "parts": parts,
        "kept": _all_of(budgets),
        "budgets": len(budgets),
        "missed": sum(each["is_missed"] for each in budgets),
        "excludes": list(dict.fromkeys(word for each in budgets for word in each["excludes"])),
        "counted": [each for each in outages if each["counted_seconds"]],
        "alone": [each for each in outages if each["counted_seconds"] and not each["is_public"]],
        "shared": [each for each in outages if each["shared_seconds"]],
        "planned_works": [each for each in outages if each["planned_seconds"]],
        "others": [each for each in month["others"] if each["counted_seconds"]],
        "unmeasured": [
            (each["committed_percent"], each_in_words(Period(each["per"]), language))
            for each in month["unmeasured"]
        ],
    }


def _part(part: Document, language: Language) -> dict[str, Any]:
    return {
        "name": part["name"],
        "percent": part["uptime_percent"],
        "down": part["down_seconds"],
        "planned": part["planned_maintenance_seconds"],
        "budgets": [_budget(each, language) for each in part["commitments"]],
    }


def _budget(promised: Document, language: Language) -> dict[str, Any]:
    """A commitment as pages show it; `used` is the share of its budget, 100 where it is used up."""
    allowed, down = promised["allowed_seconds"], promised["down_seconds"]
    state = BudgetState(promised["state"])
    return {
        "committed": promised["committed_percent"],
        "measured": promised["measured_percent"],
        "per": each_in_words(Period(promised["per"]), language),
        "is_long": promised["per"] != Period.month,
        "allowed": allowed,
        "left": promised["left_seconds"],
        "used": min(100, 100 * down // allowed) if allowed else 100 * bool(down),
        "badge": STATES[state],
        "is_missed": state is BudgetState.missed,
        "excludes": promised["excludes"],
    }


def _all_of(budgets: Iterable[dict[str, Any]]) -> Badge | None:
    """The worst of them; None where nothing is promised."""
    badges = [each["badge"] for each in budgets]
    order = (BudgetState.missed, BudgetState.so_far, BudgetState.kept)
    return next((STATES[each] for each in order if STATES[each] in badges), None)


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
