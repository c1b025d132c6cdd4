"""A language: whatever we say to a reader goes through one of these.

A message is its English text, with values by name: `%(number)s`. It is marked where it is written:
by `phrase`, by `phrase_of`, or by `message` where it is said later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from gettext import NullTranslations

from tierline.kernel.durations import parts_of
from tierline.languages.formats import HOUSE, THIN, Formats

SOURCE = "en"
"""The language that messages are written in."""


def message(text: str) -> str:
    """Marks a text that is said in the reader's language later."""
    return text


def messages(one: str, many: str) -> tuple[str, str]:
    """Marks what is said of one, and of several, later."""
    return one, many


_LENGTHS = {
    "d": message("%(count)s d"),
    "h": message("%(count)s h"),
    "min": message("%(count)s min"),
    "s": message("%(count)s s"),
}


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` names it with the place whose formats it takes (`de-AT`), as HTML and mail do."""

    tag: str
    formats: Formats
    messages: NullTranslations

    def phrase(self, text: str, /, **values: object) -> str:
        """A message with its values."""
        return self.messages.gettext(text) % values if text else ""

    def phrase_of(self, one: str, many: str, number: Decimal | int, /, **values: object) -> str:
        """The message for so many; `%(number)s` is the number as it is written here."""
        said = self.messages.ngettext(one, many, _counting(number))
        return said % {"number": self.number(number), **values}

    def number(self, value: Decimal | float, digits: int | None = None) -> str:
        """`1,204.5`; with as many decimals as it has, where none are stated."""
        return self.formats.number(value, digits)

    def percent(self, percent: Decimal | float, digits: int | None = None) -> str:
        """Of a hundred: `99.95%`."""
        return self.formats.percent.format(number=self.number(percent, digits))

    def day(self, value: date) -> str:
        """`1 July 2026`."""
        return self.formats.date(value, self.formats.day)

    def weekday(self, value: date) -> str:
        """`Monday`."""
        return self.formats.weekdays[value.weekday()]

    def clock(self, value: datetime) -> str:
        """In the zone that it is in: `14:05`."""
        return self.formats.time_of(value)

    def month(self, value: date) -> str:
        """`July 2026`."""
        return self.formats.date(value, self.formats.month)

    def moment(self, value: datetime) -> str:
        """In the zone that it is in: `12 Nov 2026, 14:05 CET`."""
        shown = self.formats.moment(value, self.formats.short_day)
        return f"{shown} {self.formats.zone(value)}".rstrip()

    def brief_moment(self, value: datetime) -> str:
        """Without year and zone: `3 Sep 14:05`."""
        day = self.formats.date(value, self.formats.brief_day)
        return f"{day} {self.formats.time_of(value)}"

    def within(self, text: str) -> str:
        """A name of ours as it stands within a sentence: small in English, and as it is elsewhere,
        where nouns may begin large."""
        return text.lower() if self.tag.startswith(SOURCE) else text

    def full_moment(self, value: datetime) -> str:
        """With the day of the week, and without a zone: `Monday 3 March 2025, 10:00`."""
        return self.formats.moment(value, self.formats.full_day)

    def length(self, seconds: int) -> str:
        """An elapsed length: `3 h 10 min`, `45 s`, `2 d 4 h`; at most two units."""
        sign = "−" if seconds < 0 else ""
        parts = parts_of(abs(seconds))
        return sign + " ".join(self._one_length(count, unit) for count, unit in parts)

    def open_length(self, seconds: int) -> str:
        """A length of open time, of which a day is no day: `40 h 10 min`."""
        hours, rest = divmod(seconds, 3600)
        if hours < 24:
            return self.length(seconds)
        minutes = f" {self.length(rest - rest % 60)}" if rest >= 60 else ""
        return self._one_length(hours, "h") + minutes

    def _one_length(self, count: int, unit: str) -> str:
        return self.phrase(_LENGTHS[unit], count=self.number(count)).replace(" ", THIN)

    def joined(self, parts: Sequence[str]) -> str:
        """`a`, `a and b`, `a, b and c`."""
        if len(parts) < 2:
            return "".join(parts)
        head, last = ", ".join(parts[:-1]), parts[-1]
        return self.phrase("%(head)s and %(last)s", head=head, last=last)

    def chosen(self, parts: Sequence[str]) -> str:
        """`a`, `a or b`, `a, b or c`."""
        if len(parts) < 2:
            return "".join(parts)
        head, last = ", ".join(parts[:-1]), parts[-1]
        return self.phrase("%(head)s or %(last)s", head=head, last=last)


def _counting(number: Decimal | int) -> int:
    """What decides on the form: half an hour is none."""
    return int(number) if number == int(number) else 2


ENGLISH = Language(SOURCE, HOUSE, NullTranslations())
"""As the messages are written, in the formats of the house."""
