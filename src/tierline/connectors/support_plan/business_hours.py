"""Business hours that a vendor states for all its tiers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tierline.connectors.reading import mapping, sequence
from tierline.connectors.support_plan.hours import BUSINESS

if TYPE_CHECKING:
    from tierline.connectors.facts import Path
    from tierline.connectors.support_plan.draft import Draft

_PLACE: Path = ("business_hours", BUSINESS)
_HOURS_IN_WEEK = 168


def add_business_hours(draft: Draft, source: Path, value: object) -> None:
    """Words, a statement, or one statement under a name of its own."""
    if isinstance(value, str):
        draft.hours.key(BUSINESS)
        draft.facts.carry(source, _PLACE)
        return
    stated = mapping(draft.facts, source, value)
    if len(stated) == 1 and isinstance(next(iter(stated.values())), dict):
        name = next(iter(stated))
        source, stated = (*source, name), mapping(draft.facts, source, stated[name])
    draft.hours.statements[BUSINESS] = _statement(draft, source, stated)


def _statement(draft: Draft, source: Path, stated: dict[str, Any]) -> dict[str, Any]:
    words = {field: draft.words((*source, field), stated.get(field)) for field in _SCALARS}
    days = words["days"].lower()
    span = f"{words['from'] or '09:00'}-{words['to'] or '17:00'}"
    day = days if re.fullmatch(r"[a-z]{3}-[a-z]{3}", days) else "mon-fri"
    made: dict[str, Any] = {"week": {day: span}}
    for field in ("from", "to", "days"):
        if field in stated:
            draft.facts.carry((*source, field), (*_PLACE, "week", day))
    if not words["from"]:
        made["assumed"] = True
    made["follows_customer"] = "customer" in words["zone"] or "regions" in stated
    if words["zone"]:
        made["zone_label"] = words["zone"]
        places = [(*_PLACE, "zone_label"), (*_PLACE, "follows_customer")]
        draft.facts.carry((*source, "zone"), *places)
    if words["set_in"]:
        made["chosen_in"] = words["set_in"]
        draft.facts.carry((*source, "set_in"), (*_PLACE, "chosen_in"))
    return made | _lists(draft, source, stated, day)


_SCALARS = ("from", "to", "days", "zone", "set_in")


def _lists(draft: Draft, source: Path, stated: dict[str, Any], day: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    path = (*source, "regions")
    regions = sequence(draft.facts, path, stated.get("regions"))
    for number, region in enumerate(regions):
        made.setdefault("regions", []).append(draft.words((*path, number), region))
        draft.facts.carry((*path, number), (*_PLACE, "regions", number))
    path = (*source, "excludes")
    for number, phrase in enumerate(sequence(draft.facts, path, stated.get("excludes"))):
        if phrase == "public holidays":
            made["holidays_follow_customer"] = True
            draft.facts.carry((*path, number), (*_PLACE, "holidays_follow_customer"))
        elif phrase == "weekends" and day == "mon-fri":
            draft.facts.carry((*path, number), (*_PLACE, "week"))
    return made


def add_weekend(draft: Draft, source: Path, value: object) -> None:
    """The closed stretch of a round-the-clock week, in the zone in which it begins.

    Where the zones of its two ends shift their clocks on other days, the stated length decides.
    """
    stated = mapping(draft.facts, source, value)
    starts = re.fullmatch(r"Fri (\d\d):(\d\d) US Pacific", str(stated.get("starts")))
    ends = re.fullmatch(r"Mon \d\d:\d\d .+", str(stated.get("ends")))
    length = stated.get("hours")
    if not starts or not ends or not isinstance(length, int) or not 24 < length < 72:
        return
    closes, opens = int(starts[1]), int(starts[1]) + length - 48
    if not 0 <= opens <= 24:
        return
    minutes = starts[2]
    draft.hours.statements["weekdays"] = {
        "time_zone": "America/Los_Angeles",
        "week": {
            "sun": f"{opens:02}:{minutes}-24:00",
            "mon-thu": "00:00-24:00",
            "fri": f"00:00-{closes:02}:{minutes}",
        },
        "zone_label": f"closed {stated['starts']} to {stated['ends']}",
    }
    place: Path = ("business_hours", "weekdays")
    draft.facts.carry((*source, "starts"), (*place, "week", "fri"), (*place, "time_zone"))
    draft.facts.carry((*source, "ends"), (*place, "week", "sun"), (*place, "zone_label"))
    draft.facts.carry((*source, "hours"), (*place, "week"))
