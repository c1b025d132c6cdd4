"""The people of an account as its customer reads of them: first name, what they are, and when they
are there, in the customer's language and time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypedDict
from zoneinfo import ZoneInfo

from tierline.bootstrap.cover import DUTY_DAYS, duty_of
from tierline.languages.language import message
from tierline.queries.actors import users_named
from tierline.routing.agent import first_name
from tierline.routing.choice import Closeness
from tierline.web.badges import Badge

if TYPE_CHECKING:
    from tierline.languages.language import Language
    from tierline.routing.cover import Stretch
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

ROLES = {
    Closeness.engineer: message("Named engineer"),
    Closeness.pod: message("In your pod"),
    Closeness.deputy: message("Deputy"),
}
_THERE = Badge("ok", "●", message("At work now"))
_NOT_THERE = Badge("paused", "‖", message("Not at work now"))
_DAY = timedelta(days=1)


class People(TypedDict):
    """Everybody of an account's, and the days that their hours are told of, the last one too."""

    rows: list[dict[str, Any]]
    first: date
    last: date


def named_people(visit: Visit, reads: Reads, account: str, zone: ZoneInfo) -> People:
    """Whole days of the account's own zone, from today on. Our own people read whole names."""
    today = visit.now.astimezone(zone).date()
    during = _midnight(today, zone), _midnight(today + DUTY_DAYS * _DAY, zone)
    people = duty_of(visit.application, reads, account, visit.now, during)
    names = users_named(reads.snapshot, [each.person.agent.user for each in people])
    is_ours = visit.caller.accounts is None
    rows = []
    for each in people:
        name = names[each.person.agent.user].name
        rows.append(
            {
                "name": name if is_ours else first_name(name),
                "role": ROLES[each.person.closeness],
                "badge": _THERE if each.is_there else _NOT_THERE,
                "hours": duty_words(each.stretches, during, zone, visit.language),
            }
        )
    return {"rows": rows, "first": today, "last": today + (DUTY_DAYS - 1) * _DAY}


def duty_words(
    stretches: Sequence[Stretch], during: Stretch, zone: ZoneInfo, language: Language
) -> list[str]:
    """`Monday to Friday 09:00–17:00`: each stretch on the day on which it begins. The seven days
    have each day of the week once, so that they stand in the order of a week."""
    if tuple(stretches) == (during,):
        return [language.phrase("At any hour")]
    by_day: dict[date, list[str]] = {}
    for start, end in stretches:
        local = start.astimezone(zone), end.astimezone(zone)
        by_day.setdefault(local[0].date(), []).append(_span(*local, language))
    days = sorted(by_day, key=lambda day: day.weekday())
    return [
        _days(first, last, language) + " " + ", ".join(by_day[first])
        for first, last in _alike(days, by_day)
    ]


def _alike(days: Sequence[date], by_day: dict[date, list[str]]) -> Iterator[tuple[date, date]]:
    """Days of a week one after the other on which the hours are the same."""
    place = 0
    while place < len(days):
        first = last = place
        while (
            last + 1 < len(days)
            and days[last + 1].weekday() == days[last].weekday() + 1
            and by_day[days[last + 1]] == by_day[days[first]]
        ):
            last += 1
        yield days[first], days[last]
        place = last + 1


def _days(first: date, last: date, language: Language) -> str:
    names = [language.weekday(day) for day in (first, last)]
    if first == last:
        return names[0]
    return language.phrase("%(first)s to %(last)s", first=names[0], last=names[1])


def _span(start: datetime, end: datetime, language: Language) -> str:
    """`09:00–17:00`; what goes on for more than a day says on which one it ends."""
    until = language.clock(end)
    if end - start > _DAY:
        until = f"{language.weekday(end)} {until}"
    return f"{language.clock(start)}–{until}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)
