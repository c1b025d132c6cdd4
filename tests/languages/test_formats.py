"""Numbers, money, dates and times as they are written where they are read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tierline.languages.language import ENGLISH, Language
from tierline.languages.locales import language_named

BERLIN = ZoneInfo("Europe/Berlin")
SUMMER = datetime(2026, 9, 3, 14, 5, tzinfo=BERLIN)


def language(tag: str) -> Language:
    found = language_named(tag)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("tag", "moment", "day", "full", "number", "money", "franc", "share"),
    [
        ("en", "3 Sep 2026, 14:05 CEST", "3 September 2026", "Thursday 3 September 2026, 14:05",
         "1,234,567.5", "€1,900.50", "CHF 490", "99.95%"),
        ("de", "3. Sept. 2026, 14:05 MESZ", "3. September 2026",
         "Donnerstag, 3. September 2026, 14:05",
         "1.234.567,5", "1.900,50 €", "490 CHF", "99,95 %"),
        ("de-AT", "3. Sep. 2026, 14:05 MESZ", "3. September 2026",
         "Donnerstag, 3. September 2026, 14:05",
         "1.234.567,5", "€ 1.900,50", "CHF 490", "99,95 %"),
        ("en-US", "Sep 3, 2026, 2:05 PM CEST", "September 3, 2026",
         "Thursday, September 3, 2026, 2:05 PM",
         "1,234,567.5", "€1,900.50", "CHF 490", "99.95%"),
        ("en-IN", "3 Sept 2026, 2:05 pm CEST", "3 September 2026",
         "Thursday, 3 September 2026, 2:05 pm",
         "12,34,567.5", "€1,900.50", "CHF 490", "99.95%"),
    ],
)  # fmt: skip
def test_each_place_has_its_own(
    tag: str, moment: str, day: str, full: str, number: str, money: str, franc: str, share: str
) -> None:
    spoken = language(tag)

    def plain(text: str) -> str:
        return text.replace("\u00a0", " ").replace("\u202f", " ")

    assert plain(spoken.moment(SUMMER)) == moment
    assert plain(spoken.day(date(2026, 9, 3))) == day
    assert plain(spoken.full_moment(SUMMER)) == full
    assert plain(spoken.number(Decimal("1234567.5"))) == number
    assert plain(spoken.formats.money_of(spoken.number(Decimal("1900.50")), "EUR")) == money
    assert plain(spoken.formats.money_of(spoken.number(490), "CHF")) == franc
    assert plain(spoken.percent(Decimal("99.95"))) == share


def test_a_zone_has_its_name_where_the_language_has_one_and_else_its_usual_one() -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    german = language("de")
    zones = ["Europe/Berlin", "America/New_York", "Asia/Singapore", "UTC"]
    shown = [german.moment(noon.astimezone(ZoneInfo(zone))).rpartition(" ")[2] for zone in zones]
    assert shown == ["MEZ", "EST", "UTC+08", "UTC"]


def test_numbers_below_zero_and_within_one_group_are_set_as_well() -> None:
    german = language("de")
    assert [german.number(each) for each in (-1234, 0, 999, 0.5)] == ["-1.234", "0", "999", "0,5"]
    assert german.number(1234.56, 1) == "1.234,6"


def test_lengths_and_lists_are_said_in_the_language() -> None:
    german = language("de")
    assert german.length(11_400).replace("\u202f", " ") == "3 Std. 10 Min."
    assert german.length(-45).replace("\u202f", " ") == "−45 Sek."
    assert german.open_length(1_830 * 3_600).replace("\u202f", " ") == "1.830 Std."
    assert ENGLISH.open_length(1_830 * 3_600).replace("\u202f", " ") == "1,830 h"
    assert german.joined(["a", "b", "c"]) == "a, b und c"
    assert german.chosen(["a", "b"]) == "a oder b"
    assert ENGLISH.joined(["a"]) == "a"


def test_one_and_several_are_told_apart() -> None:
    words = ("%(number)s hour", "%(number)s hours")
    german = language("de")
    found = [german.phrase_of(*words, each) for each in (1, 2, 0, Decimal("0.5"))]
    assert found == ["1 Stunde", "2 Stunden", "0 Stunden", "0,5 Stunden"]
