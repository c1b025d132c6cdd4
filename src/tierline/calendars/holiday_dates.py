"""On which dates hours are closed: stated, recurring and public holidays as one set of dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from tierline.calendars.business_hours import BusinessHours, PublicHolidays
from tierline.kernel.errors import Invalid

_PROBED_YEAR = 2025


def holiday_dates(hours: BusinessHours, first_year: int, last_year: int) -> frozenset[date]:
    """Every holiday of the years, both included, whichever way it was stated."""
    stated = {day for day in hours.holidays if first_year <= day.year <= last_year}
    for month, day_of_month in hours.recurring_holidays:
        for year in range(first_year, last_year + 1):
            if (month, day_of_month) != (2, 29) or _is_leap(year):
                stated.add(date(year, month, day_of_month))
    return frozenset(stated | _public(hours, first_year, last_year))


def expanded(hours: BusinessHours, first_year: int, last_year: int) -> BusinessHours:
    """The same hours with their country's holidays written out for the years, both included.

    The answer can be compiled without the holidays library, and only inside those years. Hours
    without a country are already complete and come back unchanged, and so do hours whose holidays
    are written out already: a newer list moves nothing that was promised.
    """
    if hours.country is None or hours.public_holidays is not None:
        return hours
    dates = tuple(sorted(_public(hours, first_year, last_year)))
    return replace(hours, public_holidays=PublicHolidays(first_year, last_year, dates))


def public_holidays(
    country: str, subdivision: str | None, first_year: int, last_year: int
) -> frozenset[date]:
    """Public holidays by ISO 3166 codes, e.g. ("DE", "BY"); observed dates are included."""
    return _from_library(country, subdivision, first_year, last_year)


def has_public_holidays(country: str, subdivision: str | None) -> bool:
    """Whether the library knows the place; asked without loading every country that it has."""
    try:
        public_holidays(country, subdivision, _PROBED_YEAR, _PROBED_YEAR)
    except Invalid:
        return False
    return True


@lru_cache(maxsize=1)
def known_places() -> dict[str, tuple[str, ...]]:
    """Country codes and the codes of their subdivisions, as the library knows them."""
    import holidays  # noqa: PLC0415 - takes 0.4 s, and most hours name no country

    return {
        country: tuple(subdivisions)
        for country, subdivisions in holidays.list_supported_countries(include_aliases=True).items()
    }


def _public(hours: BusinessHours, first_year: int, last_year: int) -> set[date]:
    if hours.public_holidays is not None:
        written = hours.public_holidays
        return {day for day in written.dates if first_year <= day.year <= last_year}
    if hours.country is None:
        return set()
    return set(public_holidays(hours.country, hours.subdivision, first_year, last_year))


@lru_cache(maxsize=256)
def _from_library(
    country: str, subdivision: str | None, first_year: int, last_year: int
) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - takes 0.4 s, and most hours name no country

    years = range(first_year, last_year + 1)
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=years))
    except NotImplementedError:
        place = f"{country}-{subdivision}" if subdivision else country
        raise Invalid(
            f"No public holidays are known for '{place}'. Write an ISO 3166 code such as 'DE', and "
            "its subdivision such as 'BY', or list the dates.",
            code="unknown_country",
        ) from None


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
