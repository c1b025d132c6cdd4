"""What is lacking ahead, and which of it is news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tierline.routing.cover import Gap, GapKind
from tierline.routing.rota import Vacancy, Why
from tierline.routing.shortage import AHEAD, Outcome, Stretch, Told, looked, shortages

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Known = dict[str, Told]


def look(known: Known, now: datetime, *vacant: Stretch, why: Why = Why.nobody_planned) -> Outcome:
    """Of one role."""
    found = shortages([], [Vacancy("Lead", start, end, why) for start, end in vacant], now)
    return looked(list(found), known, now)


def after(outcome: Outcome) -> Known:
    return {each.about: each for each in outcome.known}


def night(day: int) -> Stretch:
    start = NOW + day * DAY + 12 * HOUR
    return start, start + 10 * HOUR


def test_a_stretch_is_told_once_while_the_clock_runs_into_it_and_forgotten_when_over() -> None:
    start, end = night(3)
    first = look({}, NOW, (start, end))
    assert [each.stretch for each in first.news] == [(start, end)]
    known = after(first)
    for now in (NOW + HOUR, start + HOUR, end - HOUR):
        again = look(known, now, (max(start, now), end))
        assert (again.news, again.over) == ((), ())
        known = after(again)
    assert known["vacancy Lead"].told_at == NOW
    assert look(known, end).over == ("vacancy Lead",)


def test_it_is_told_again_where_more_is_lacking_and_not_where_less_is() -> None:
    start, end = night(3)
    known = after(look({}, NOW, (start, end)))
    assert look(known, NOW + HOUR, (start, end - HOUR)).news == ()
    for more in ((start - HOUR, end), (start, end + HOUR), night(5)):
        assert [each.stretch for each in look(known, NOW + HOUR, more).news] == [more]
    shorter = after(look(known, NOW + HOUR, (start, end - HOUR)))
    assert len(look(shorter, NOW + 2 * HOUR, (start, end)).news) == 1


def test_what_goes_on_every_night_is_no_news_when_another_day_comes_into_view() -> None:
    nights = [night(day) for day in range(30)]
    known = after(look({}, NOW, *nights))
    for days in range(1, 20):
        now = NOW + days * DAY
        outcome = look(known, now, *(each for each in nights if each[1] > now))
        assert outcome.news == ()
        known = after(outcome)


def test_what_somebody_wrote_down_for_a_day_is_news_when_that_day_comes_into_view() -> None:
    eve, year = night(10), night(17)
    known = after(look({}, NOW, eve, year, why=Why.overridden))
    assert known["vacancy Lead"].stretches == (eve,)
    outcome = look(known, NOW + 7 * DAY, eve, year, why=Why.overridden)
    assert [each.stretch for each in outcome.news] == [year]
    assert look(after(outcome), NOW + 8 * DAY, eve, year, why=Why.overridden).news == ()


def test_a_role_that_nobody_ever_holds_is_told_once_however_far_one_sees() -> None:
    known: Known = {}
    told = 0
    for days in range(40):
        now = NOW + days * DAY
        outcome = look(known, now, (now, now + 2 * AHEAD), why=Why.no_rota)
        told, known = told + len(outcome.news), after(outcome)
    assert told == 1


def test_why_nobody_is_there_may_change_in_the_middle_of_what_was_told() -> None:
    start, end = night(3)
    both = [
        Vacancy("Lead", start, start + HOUR, Why.absent),
        Vacancy("Lead", start + HOUR, end, Why.nobody_planned),
    ]
    known = after(looked(list(shortages([], both, NOW)), {}, NOW))
    assert look(known, NOW + HOUR, (start, end)).news == ()


def test_what_lasts_is_told_once_until_it_was_mended() -> None:
    gap = Gap(account="account_1", kind=GapKind.no_deputy, severities=("S1",))
    found = list(shortages([gap], [], NOW))
    first = looked(found, {}, NOW)
    assert [each.words for each in first.news] == ["Nobody stands in for its people at S1."]
    assert looked(found, after(first), NOW + DAY).news == ()
    assert looked([], after(first), NOW + DAY).over == ("no_deputy account_1 S1",)
