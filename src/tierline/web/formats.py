"""Filters of all templates: how numbers, shares and instants are set."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from math import isinf
from typing import Any

from jinja2.utils import urlize
from markupsafe import Markup, escape

from tierline.catalog.words import counted, money_in_words, number_in_words, plural
from tierline.kernel.instants import format_instant
from tierline.languages.formats import THIN
from tierline.web.reading import READING, by_the_clock, said

_WRITTEN_COUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?) (\S.*)")
_WRITTEN_SHARE = re.compile(r"(\d+(?:\.\d+)?)%")


def number(value: float) -> str:
    """`18,003`."""
    return READING.get().number(value, 0)


def percent(share: float | Decimal | None, digits: int = 1) -> str:
    """A share of 1 as `97.6 %` (thin space); a dash where there is none."""
    return "–" if share is None else f"{READING.get().number(share * 100, digits)}{THIN}%"


def signed_percent(share: float) -> str:
    """`−80 %`, `+12 %`, and `any more` where there is no end."""
    if isinf(share):
        return "any number more"
    return f"{'−' if share < 0 else '+'}{percent(abs(share), 0)}"


def decimal(value: float | Decimal, digits: int = 1) -> str:
    """`1,204.5`, with a fixed number of decimals."""
    return READING.get().number(value, digits)


def duration(seconds: float | None) -> str:
    """Seconds as `3 h 10 min`; a dash where there are none."""
    return "–" if seconds is None else READING.get().length(round(seconds))


def open_time(seconds: float, has_days: bool) -> str:
    """A length on promised hours: `40 h` where five days of eight hours are meant, because a day of
    open time is no day; on hours that never close as `duration`."""
    return duration(seconds) if has_days else READING.get().open_length(round(seconds))


def moment(value: datetime | date) -> Markup:
    """`<time>` with the exact instant on it and `12 Nov 2026, 14:05 UTC` to read."""
    language = READING.get()
    if isinstance(value, datetime):
        exact, shown = format_instant(value), language.moment(by_the_clock(value))
        return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(exact, shown)
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), language.day(value))


def day(iso_date: str) -> Markup:
    """A date written as 2026-10-01, as `<time>` that reads `1 October 2026`."""
    return moment(date.fromisoformat(iso_date))


def month(value: date) -> Markup:
    """A month by its first day, as `<time>` that reads `October 2026`."""
    shown = READING.get().month(value)
    return Markup('<time datetime="{}">{}</time>').format(f"{value:%Y-%m}", shown)


def plain_day(value: date) -> str:
    """A date within words that hold no markup, such as a label."""
    return READING.get().day(value)


def plain_moment(value: datetime) -> str:
    """An instant within words that hold no markup."""
    return READING.get().moment(by_the_clock(value))


def of_hundred(value: Decimal | str | None) -> str:
    """A percentage as it is stated, with its decimals: `99.95 %`; a dash where there is none. A
    number that no text states has none that it does not need."""
    if value is None:
        return "–"
    stated = value if isinstance(value, str) else f"{value.normalize():f}"
    return f"{READING.get().number(Decimal(stated))}{THIN}%"


def share_written(text: str | None) -> str:
    """A share that is kept as it was written, such as `97.6%`; a dash where there is none."""
    language = READING.get()
    return _WRITTEN_SHARE.sub(lambda found: language.percent(Decimal(found[1])), text or "–")


def counted_written(text: str) -> str:
    """A count that is kept as it was written, such as `1,200 hours`."""
    found = _WRITTEN_COUNT.fullmatch(text)
    if found is None:
        return said(text)
    return counted(Decimal(found[1].replace(",", "")), found[2], READING.get())


def within(text: str) -> str:
    """A name of ours as it stands within a sentence."""
    return READING.get().within(text)


def slug(text: str) -> str:
    """A text as an `id` that is safe in a URL: letters, digits, `.`, `_`, `-`, `/`, `+`."""
    return "".join(c if c.isalnum() or c in "._-/+" else "-" for c in text)


def breakable(text: str) -> Markup:
    """A long id or address that may break after its slashes, its dots and its `@`."""
    marked = str(escape(text))
    for sign in "/.@":
        marked = marked.replace(sign, f"{sign}<wbr>")
    return Markup(marked)  # noqa: S704 - escaped above; only our own <wbr> is added


def units(value: Decimal | int) -> str:
    """A count as `1,204.5`, without zeros that decide nothing."""
    return number_in_words(value, READING.get())


def money(amount: Decimal, currency: str) -> str:
    """An agreed amount as `$450`."""
    return money_in_words(amount, currency, READING.get())


def own_unit(unit: str, name: str) -> str:
    """The unit of a count, in the plural, for beside its name; nothing where the name says it."""
    many = plural(unit)
    return "" if many.lower() in (name.lower(), plural(name).lower()) else many


def noun(unit: str, name: str) -> str:
    """The unit within a sentence: what is counted by its own name begins small there."""
    return unit[:1].lower() + unit[1:] if unit == name and unit[1:2].islower() else unit


def sum_of_changes(holders: list[dict[str, Any]]) -> int:
    """How many changes there are for all holders of a group."""
    return sum(len(holder["changes"]) for holder in holders)


_OWN_PATH = re.compile(r"(?<![^\s(])(/cases/case_[0-9a-z]{26}(?:/post-mortem)?)(?![\w/-])")


def linked(text: str) -> str:
    """What somebody wrote, with a link for each address of a page in it, and for each page of a
    case that is named by its path alone. Most texts have none, and are not searched word by
    word."""
    if "://" not in text and "/cases/" not in text:
        return text
    parts = _OWN_PATH.split(text)
    found = [
        Markup('<a href="{0}">{0}</a>').format(part)
        if place % 2
        else Markup(urlize(part, rel="nofollow noopener noreferrer"))  # noqa: S704 - it escapes what it is given
        for place, part in enumerate(parts)
    ]
    return Markup("").join(found)


def capitalize_first(text: str) -> str:
    """The first letter large, and the rest as it is."""
    return text[:1].upper() + text[1:]


def finding(value: str) -> str:
    """What a review found: `12000 USD` as an amount an hour, `high` as `High`."""
    language = READING.get()
    amount, _, currency = value.partition(" ")
    if amount.isdecimal() and len(currency) == len("USD") and currency.isupper():
        said_amount = money_in_words(Decimal(amount), currency, language)
        return language.phrase("%(amount)s an hour", amount=said_amount)
    return said(capitalize_first(value))


FILTERS: dict[str, Callable[..., Any]] = {
    "number": number,
    "percent": percent,
    "decimal": decimal,
    "duration": duration,
    "open_time": open_time,
    "moment": moment,
    "day": day,
    "month": month,
    "plain_day": plain_day,
    "plain_moment": plain_moment,
    "of_hundred": of_hundred,
    "share_written": share_written,
    "counted_written": counted_written,
    "slug": slug,
    "breakable": breakable,
    "units": units,
    "money": money,
    "plural_unit": plural,
    "own_unit": own_unit,
    "noun": noun,
    "counted": counted,
    "sum_of_changes": sum_of_changes,
    "capitalize_first": capitalize_first,
    "linked": linked,
    "finding": finding,
    "said": said,
    "within": within,
}
