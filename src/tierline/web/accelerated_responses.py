"""Accelerated responses in the customer's words: what is owed, from what, until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.catalog.words import milestone_name, severity_name
from tierline.languages.language import message
from tierline.milestones.accelerated import ResponseState
from tierline.web.badges import Badge

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from tierline.catalog.catalog import Catalog
    from tierline.languages.language import Language
    from tierline.queries.accelerated_responses import OwedResponse

_BADGES = {
    ResponseState.owed: Badge("warn", "!", message("Owed to you")),
    ResponseState.used: Badge("ok", "✓", message("Used for")),
    ResponseState.lapsed: Badge("paused", "–", message("Lapsed")),
}


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """One accelerated response; instants are in the account's time zone."""

    badge: Badge
    case: str
    number: int
    milestone: str
    severities: str
    owed_at: datetime
    until: datetime
    used_for: str | None
    used_number: int | None
    used_at: datetime | None


def response_row(
    found: OwedResponse, catalog: Catalog | None, now: datetime, zone: tzinfo, language: Language
) -> ResponseRow:
    """The row of a page."""
    owed = found.owed
    names = [severity_name(catalog, key) if catalog else key for key in owed.severities]
    return ResponseRow(
        badge=_BADGES[owed.state_at(now)],
        case=owed.case,
        number=owed.number,
        milestone=milestone_name(owed.milestone, language),
        severities=", ".join(names),
        owed_at=owed.owed_at.astimezone(zone),
        until=owed.until.astimezone(zone),
        used_for=owed.used_for,
        used_number=found.used_number,
        used_at=None if owed.used_at is None else owed.used_at.astimezone(zone),
    )
