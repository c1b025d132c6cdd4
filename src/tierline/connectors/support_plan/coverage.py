"""Coverage of a tier: `24/7`, `8x5, 24x7 for S1 and S2`, or hours by severity."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tierline.connectors.facts import Form
from tierline.connectors.keys import key_of
from tierline.connectors.support_plan.hours import BUSINESS, WEEKDAYS

if TYPE_CHECKING:
    from tierline.connectors.facts import Path
    from tierline.connectors.support_plan.draft import Draft


def add_coverage(draft: Draft, source: Path, value: object, holder: Path, rows: object) -> None:
    """Hours in which somebody works on cases; an unknown phrase is kept as the tier's note."""
    if isinstance(value, dict):
        for name, phrase in value.items():
            said = draft.words((*source, name), phrase)
            _add(draft, (*source, name), said, holder, [key_of(name)])
        return
    for part in draft.words(source, value).split(", "):
        _add(draft, source, part, holder, _severities(part, rows))


def business_of_plan(draft: Draft, tiers: list[dict[str, Any]]) -> str:
    """What `business` means in a plan: as stated, else the one coverage that its tiers share."""
    if BUSINESS in draft.catalog["business_hours"]:
        return BUSINESS
    found = {business_of(draft, tier.get("coverage")) for tier in tiers} - {BUSINESS}
    return found.pop() if len(found) == 1 else BUSINESS


def business_of(draft: Draft, value: object) -> str:
    """The hours that `business` means in a tier with this coverage."""
    parts = value.split(", ") if isinstance(value, str) else []
    for part in parts:
        key = draft.hours.key(part)
        stated = draft.catalog["business_hours"].get(key, {})
        if key and not stated.get("always_open") and key != WEEKDAYS:
            return key
    return draft.hours.business


def _add(draft: Draft, source: Path, part: str, holder: Path, severities: list[str]) -> None:
    tier = draft.holder(holder)
    hours = draft.hours.key(part)
    if hours is None:
        tier["note"] = f"Coverage: {part}"
        draft.facts.carry(source, (*holder, "note"), form=Form.text)
        return
    row: dict[str, Any] = {"hours": hours, "label": part}
    if severities:
        row["severities"] = severities
    tier.setdefault("coverage", []).append(row)
    place = (*holder, "coverage", len(tier["coverage"]) - 1)
    draft.facts.carry(source, (*place, "hours"), (*place, "label"))


def _severities(part: str, rows: object) -> list[str]:
    """`for S1 and S2` names them; `for high impact` means those that the rows cover always."""
    _, _, who = part.partition(" for ")
    known = rows if isinstance(rows, dict) else {}
    named = [key_of(name) for name in known if re.search(rf"\b{re.escape(name)}\b", who)]
    if named or "high impact" not in who:
        return named
    return [
        key_of(name)
        for name, row in known.items()
        if isinstance(row, dict) and row.get("hours") == "24x7"
    ]
