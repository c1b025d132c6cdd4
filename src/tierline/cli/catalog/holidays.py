"""`tierline catalog holidays`: take holidays from an iCalendar file."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("calendar", type=click.Path(path_type=Path))
@click.option("--years", default="", metavar="FIRST-LAST", help="Years to read, e.g. 2026-2028.")
@click.option("--into", type=click.Path(path_type=Path), help="A catalog to write them into.")
@click.option("--hours", help="The business hours of that catalog, e.g. office.")
def holidays(calendar: Path, *, years: str, into: Path | None, hours: str | None) -> None:
    """Read whole-day events of the iCalendar file CALENDAR as holidays.

    Prints the dates as a catalog writes them. With --into and --hours it adds them to those hours,
    and keeps comments and order of the file.
    """
    from tierline.calendars.icalendar_holidays import read_holidays_ics
    from tierline.kernel.clock import now

    this_year = now().year
    first, last = _years(years, this_year)
    found = read_holidays_ics(calendar, first_year=first, last_year=last)
    dates = [day.isoformat() for day in found.dates]
    dates += [f"--{month:02}-{day:02}" for month, day in found.recurring]
    for fault in found.skipped:
        click.echo(f"left out: {fault}", err=True)
    if into is None and hours is None:
        click.echo("\n".join(f"- {day}" for day in dates))
        return
    if into is None or hours is None:
        raise click.UsageError("--into and --hours go together.")
    _add(dates, into, hours)


def _years(text: str, this_year: int) -> tuple[int, int]:
    """`2026-2028` or `2026`; this year and the next two where nothing is stated."""
    first, _, last = text.partition("-")
    try:
        begin = int(first) if text else this_year
        end = int(last or first) if text else this_year + 2
    except ValueError:
        raise click.BadParameter("write years as 2026-2028", param_hint="--years") from None
    if not 1900 <= begin <= end <= 2200:
        raise click.BadParameter("years run from 1900 to 2200", param_hint="--years")
    return begin, end


def _add(dates: list[str], into: Path, hours: str) -> None:
    from tierline.catalog.edit import with_value
    from tierline.catalog.load import load_catalog
    from tierline.cli.catalog.output import put
    from tierline.kernel.errors import NotFound

    stated = load_catalog(into).business_hours.get(hours)
    if stated is None:
        raise NotFound(f"{into} has no business hours '{hours}'.")
    held = list(stated.holidays)
    new = [day for day in dates if day not in held]
    if not new:
        click.echo("These hours have all of them already; nothing was written.", err=True)
        return
    text = into.read_text(encoding="utf-8")
    path = f"business_hours.{hours}.holidays"
    value = "[" + ", ".join(sorted([*held, *new])) + "]"
    put(with_value(text, path, value, source=str(into)).encode(), into)
