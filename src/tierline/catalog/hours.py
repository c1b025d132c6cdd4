"""From the hours that a catalog writes to the hours that `calendars` computes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.calendars.reading import parse_hours
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from tierline.calendars.business_hours import BusinessHours
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.hours_statement import HoursStatement


def business_hours_of(statement: HoursStatement) -> BusinessHours:
    """The hours as a value. Raises Invalid with every fault; paths are inside the statement."""
    if statement.always_open and (statement.week or statement.holidays):
        fault = Fault(
            "always_open_with_hours",
            "Hours that never close have no week and no holidays.",
            "always_open",
            "Remove always_open, or the week and the holidays.",
        )
        raise Invalid("These business hours contradict themselves.", [fault])
    return parse_hours(
        {
            "time_zone": statement.time_zone,
            "week": statement.week,
            "holidays": statement.holidays,
            "country": statement.holiday_country,
            "subdivision": statement.holiday_subdivision,
            "breaks": statement.breaks,
            "overrides": statement.overrides,
            "always_open": statement.always_open,
        }
    )


def business_day_seconds(statement: HoursStatement) -> int:
    """Open time that one business day stands for: as stated, or the usual day's length."""
    if statement.business_day is not None:
        return statement.business_day.elapsed_seconds()
    return business_hours_of(statement).business_day_seconds()


def hours_of(catalog: Catalog) -> dict[str, BusinessHours]:
    """All hours of a catalog by key."""
    return {key: business_hours_of(stated) for key, stated in catalog.business_hours.items()}
