"""One balance, day by day: how it has burnt down, and when the rest will be used up."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.balances import days_of_balance
from tierline.calendars.local_time import zone_named
from tierline.catalog.words_amount import counted
from tierline.kernel.instants import from_micros, to_micros
from tierline.metering.balance import MOST_WEEKS, WEEK_DAYS
from tierline.queries.usage_recent import MOST_DAYS
from tierline.web.accounts import balance_row
from tierline.web.formats import noun
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.bootstrap.balances import DaysOfBalance
    from tierline.languages.language import Language

_A_DAY = timedelta(days=1)


@shown_to(Permission.read_accounts)
def balance_page(visit: Visit) -> Response:
    """The days that a balance is made of, now or `?at=` any instant."""
    application = visit.application
    id_ = application.account_of(visit.path_word("account"))
    visit.caller.require(Permission.read_accounts, id_)
    instant = visit.instant() or visit.now
    account = application.read(lambda reads: reads.accounts.get(id_))
    found = days_of_balance(application, id_, visit.path_word("feature"), to_micros(instant))
    zone = zone_named(account.time_zone)
    return visit.page(
        "pages/balance.html",
        account=account,
        row=balance_row(id_, found.balance, zone, visit.language),
        included_words=counted(
            found.balance.included, noun(found.balance.unit, found.balance.name), visit.language
        ),
        found=found,
        started=from_micros(found.balance.start).astimezone(zone),
        chart=_chart(found, instant, zone, visit.language) if found.days else None,
        least_days=WEEK_DAYS,
        most_days=WEEK_DAYS * MOST_WEEKS,
    )


def _chart(
    found: DaysOfBalance, instant: datetime, zone: tzinfo, language: Language
) -> dict[str, Any]:
    """What was left at the end of each day of the period, and a line of the same pace from now."""
    balance, today = found.balance, instant.astimezone(zone).date()
    days = _days_of_period(found, today, zone)
    ends = {each.day: each.left for each in found.days}
    left = found.days[0].left + found.days[0].used
    lefts: list[float | None] = []
    for day in days:
        left = ends.get(day, left)
        lefts.append(max(float(left), 0.0) if day <= today else None)
    rest = balance.forecast
    ahead: list[float | None] = [None] * len(days)
    if rest is not None and rest.a_day:
        now = Decimal(balance.left or 0)
        for place, day in enumerate(days):
            if day >= today:
                ahead[place] = max(float(now - rest.a_day * (day - today).days), 0.0)
    series: list[dict[str, Any]] = [{"name": language.phrase("left"), "values": lefts}]
    if any(value is not None for value in ahead):
        series.append({"name": language.phrase("at this pace"), "values": ahead, "class": "s6"})
    highest = max(float(balance.included), *(value or 0.0 for value in lefts), 1.0)
    return {
        "labels": [language.formats.date(day, language.formats.brief_day) for day in days],
        "series": series,
        "high": highest,
    }


def _days_of_period(found: DaysOfBalance, today: date, zone: tzinfo) -> list[date]:
    """Every day of it; of what never resets from the first day with use until today."""
    balance = found.balance
    first, last = found.days[0].day, max(today, found.days[-1].day)
    if balance.end is not None:
        first = from_micros(balance.start).astimezone(zone).date()
        last = from_micros(balance.end - 1).astimezone(zone).date()
    number = min((last - first).days, MOST_DAYS) + 1
    return [first + _A_DAY * place for place in range(number)]


ROUTES = [Route("/accounts/{account}/balances/{feature}", balance_page, methods=["GET"])]
