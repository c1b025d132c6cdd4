"""Formats of a place: how numbers, money, dates and times are written there.

`HOUSE` is how we write where nobody says otherwise, and stands here as it is. Every other place's
are read from the Unicode CLDR by `locales.py` into the same record: there is one way of setting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

THIN = "\u202f"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Zones = Callable[[datetime], str]


def name_of_zone(value: datetime) -> str:
    """`CET`; a zone whose only name is its offset (`+08`) says of what: `UTC+08`."""
    name = value.tzname() or ""
    return f"UTC{name}" if name.startswith(("+", "-")) else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """Patterns of dates are as in `%(d)s %(MMMM)s %(y)s`, with the field names of CLDR. `money` has
    a place for `{symbol}` and one for `{number}`; `percent` one for `{number}`. `grouping` is how
    many digits go together: the last ones, and those before."""

    decimal: str = "."
    group: str = ","
    grouping: tuple[int, int] = (3, 3)
    money: str = "{symbol}{number}"
    symbols: Mapping[str, str]
    percent: str = "{number}%"
    months: tuple[str, ...] = _MONTHS
    short_months: tuple[str, ...] = tuple(month[:3] for month in _MONTHS)
    weekdays: tuple[str, ...] = _DAYS
    day: str = "%(d)s %(MMMM)s %(y)s"
    short_day: str = "%(d)s %(MMM)s %(y)s"
    brief_day: str = "%(d)s %(MMM)s"
    full_day: str = "%(EEEE)s %(d)s %(MMMM)s %(y)s"
    month: str = "%(MMMM)s %(y)s"
    time: str = "%(HH)s:%(mm)s"
    noon: tuple[str, str] = ("AM", "PM")
    together: str = "{day}, {time}"
    zone: Zones = name_of_zone

    def number(self, value: Decimal | float, digits: int | None = None) -> str:
        """`1,204.5`; with as many decimals as it has, where none are stated."""
        text = f"{Decimal(str(value)):f}" if digits is None else f"{value:.{digits}f}"
        whole, _, rest = text.lstrip("-").partition(".")
        sign = "-" if text.startswith("-") else ""
        return f"{sign}{self._grouped(whole)}{self.decimal if rest else ''}{rest}"

    def _grouped(self, digits: str) -> str:
        last, before = self.grouping
        head, parts = digits[:-last], [digits[-last:]]
        while head:
            parts.insert(0, head[-before:])
            head = head[:-before]
        return self.group.join(parts)

    def money_of(self, number: str, currency: str) -> str:
        """An amount whose digits are set: `$1,900`, `1.900 €`; a code stands apart: `CHF 490`."""
        symbol = self.symbols.get(currency, currency)
        pattern = self.money
        if symbol[-1:].isalpha():
            pattern = pattern.replace("{symbol}{", "{symbol} {")
        return pattern.format(symbol=symbol, number=number)

    def date(self, value: date, pattern: str) -> str:
        """A date by one of the patterns."""
        fields = {
            "d": value.day,
            "dd": f"{value.day:02}",
            "M": value.month,
            "MM": f"{value.month:02}",
            "MMM": self.short_months[value.month - 1],
            "MMMM": self.months[value.month - 1],
            "y": value.year,
            "yy": f"{value.year % 100:02}",
            "yyyy": value.year,
            "EEEE": self.weekdays[value.weekday()],
        }
        return pattern % fields

    def time_of(self, value: datetime) -> str:
        """`14:05`."""
        hour = value.hour % 12 or 12
        return self.time % {
            "H": value.hour,
            "HH": f"{value.hour:02}",
            "h": hour,
            "hh": f"{hour:02}",
            "mm": f"{value.minute:02}",
            "a": self.noon[value.hour >= 12],
        }

    def moment(self, value: datetime, pattern: str) -> str:
        """A date by one of the patterns, with the time of day."""
        return self.together.format(day=self.date(value, pattern), time=self.time_of(value))


HOUSE = Formats(symbols={"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"})
