"""Business hours as a catalog writes them; `calendars` turns them into arithmetic."""

from __future__ import annotations

from pydantic import Field

from tierline.catalog.statement import DurationField, Statement, Text


class HoursStatement(Statement):
    """Weekly windows in a time zone, with the days on which they differ."""

    time_zone: Text = "UTC"
    follows_customer: bool = False
    """True: the account's own zone where it is known, `time_zone` elsewhere."""
    always_open: bool = False
    week: dict[str, str] = Field(default_factory=dict)
    """Day or range -> windows: `mon-fri: 09:00-12:00, 13:00-17:00`; 24:00 and overnight allowed."""
    holidays: tuple[Text, ...] = ()
    """Dates (2026-12-31) and yearly dates (--12-25)."""
    holiday_country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    holiday_subdivision: str | None = None
    breaks: dict[str, str] = Field(default_factory=dict)
    """Date -> windows cut out of that day."""
    overrides: dict[str, str] = Field(default_factory=dict)
    """Date -> windows that replace the day (`closed` for none). They beat holidays."""
    business_day: DurationField | None = None
    """Open time that counts as one business day; the usual day's length where absent."""
    assumed: bool = False
    """The vendor names such hours and does not say which: these are a stand-in."""
    zone_label: Text | None = None
    """How the vendor names the zone, e.g. `customer's country`."""
    regions: tuple[Text, ...] = ()
    """Regions among which the zone is chosen."""
    chosen_in: Text | None = None
    """Where the choice is written, e.g. contract."""
    holidays_follow_customer: bool = False
    """The public holidays of the account's own country do not count."""
    note: Text | None = None
