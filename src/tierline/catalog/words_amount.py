"""Numbers, money and lengths of time in words: the small change of every sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.kernel.money import minor_digits
from tierline.languages.language import ENGLISH, Language, message, messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.catalog.statement import Period
    from tierline.kernel.durations import Duration

_UNLIMITED = message("unlimited")
_UNITS = (
    messages("%(number)s day", "%(number)s days"),
    messages("%(number)s hour", "%(number)s hours"),
    messages("%(number)s minute", "%(number)s minutes"),
    messages("%(number)s second", "%(number)s seconds"),
)
_BUSINESS_UNITS = (
    messages("%(number)s business day", "%(number)s business days"),
    messages("%(number)s business hour", "%(number)s business hours"),
    messages("%(number)s business minute", "%(number)s business minutes"),
    messages("%(number)s business second", "%(number)s business seconds"),
)
_EACH = (((1, 0), message("every day")), ((0, 3600), message("every hour")))
_EACH_BUSINESS = (
    ((1, 0), message("every business day")),
    ((0, 3600), message("every business hour")),
)
"""Days and seconds of what is said without a number."""
_KNOWN_UNITS = {
    "unit": (message("unit"), message("units")),
    "hour": (message("hour"), message("hours")),
    "day": (message("day"), message("days")),
    "request": (message("request"), message("requests")),
    "case": (message("case"), message("cases")),
    "contact": (message("contact"), message("contacts")),
    "named contact": (message("named contact"), message("named contacts")),
    "user": (message("user"), message("users")),
}
"""Units that are said in every language."""
_PERIODS = {
    "second": message("a second"),
    "minute": message("a minute"),
    "hour": message("an hour"),
    "day": message("a day"),
    "week": message("a week"),
    "month": message("a month"),
    "quarter": message("a quarter"),
    "year": message("a year"),
}
_OFTEN = {"once": message("once"), "twice": message("twice")}
_IRREGULAR = {"person": "people"}
_ES = ("s", "x", "z", "ch", "sh")


def number_in_words(number: Decimal | int | str, language: Language = ENGLISH) -> str:
    """`10`, `1,250`, `99.95`; `unlimited` stays a word."""
    if isinstance(number, str):
        return language.phrase(_UNLIMITED) if number == _UNLIMITED else number
    return language.number(plain(Decimal(number)))


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()


def percent_in_words(percent: Decimal, language: Language = ENGLISH) -> str:
    """`99.95%`."""
    return language.percent(plain(percent))


def money_in_words(amount: Decimal, currency: str, language: Language = ENGLISH) -> str:
    """`$1,900`, `€0.05`, `CHF 490`: cents only where there are any, finer rates exact."""
    digits = minor_digits(currency)
    shown = plain(amount)
    if shown != shown.to_integral_value():
        places = max(digits, -int(shown.as_tuple().exponent))
        shown = shown.quantize(Decimal(1).scaleb(-places))
    return language.formats.money_of(language.number(shown), currency)


def counted(number: Decimal | int | str, unit: str, language: Language = ENGLISH) -> str:
    """`1 hour`, `3 sandboxes`, `unlimited requests`, `0.5 hours`. A unit that a vendor has named
    otherwise than we do stays as it is written."""
    is_one = number == 1
    noun = singular(unit) if is_one else plural(unit)
    if (known := _KNOWN_UNITS.get(singular(unit))) is not None:
        noun = language.phrase(known[0] if is_one else known[1])
    return f"{number_in_words(number, language)} {noun}"


def plural(unit: str) -> str:
    """The plural of a unit's head noun; abbreviations such as GB stay as they are."""
    head, of, rest = unit.partition(" of ")
    words = head.split(" ")
    words[-1] = _plural_word(words[-1])
    return " ".join(words) + of + rest


def _plural_word(word: str) -> str:
    if not word.isalpha() or word.isupper() or _is_plural(word):
        return word
    if word.lower() in _IRREGULAR:
        return _IRREGULAR[word.lower()]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_ES) else f"{word}s"


def singular(unit: str) -> str:
    """The singular of a unit that may have been written in the plural (`requests`)."""
    head, of, rest = unit.partition(" of ")
    words = head.split(" ")
    word = words[-1]
    if _is_plural(word):
        if word.endswith("ies") and len(word) > 4:
            words[-1] = f"{word[:-3]}y"
        elif word.endswith(("sses", "xes", "ches", "shes")):
            words[-1] = word[:-2]
        else:
            words[-1] = word[:-1]
    return " ".join(words) + of + rest


def _is_plural(word: str) -> bool:
    return len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is"))


def each(period: Period, language: Language = ENGLISH) -> str:
    """`a month`, `an hour`."""
    return language.phrase(_PERIODS[period.value])


def times_each(times: int, period: Period, language: Language = ENGLISH) -> str:
    """`once a quarter`, `twice a year`, `4 times a year`."""
    often = {1: "once", 2: "twice"}.get(times)
    said = (
        language.phrase("%(number)s times", number=times)
        if often is None
        else language.phrase(_OFTEN[often])
    )
    return f"{said} {each(period, language)}"


def duration_in_words(
    duration: Duration, language: Language = ENGLISH, *, is_business: bool = False
) -> str:
    """`15 minutes`, `1 hour and 30 minutes`; of business hours: `2 business days`."""
    hours, rest = divmod(duration.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    units = _BUSINESS_UNITS if is_business else _UNITS
    counts = zip((duration.days, hours, minutes, seconds), units, strict=True)
    parts = [language.phrase_of(*unit, count) for count, unit in counts if count]
    return language.joined(parts) or language.phrase_of(*units[2], 0)


def repeated_in_words(
    duration: Duration, language: Language = ENGLISH, *, is_business: bool = False
) -> str:
    """`every 4 hours`, `every hour`, `every business day`."""
    often = _EACH_BUSINESS if is_business else _EACH
    for size, words in often:
        if (duration.days, duration.seconds) == size:
            return language.phrase(words)
    length = duration_in_words(duration, language, is_business=is_business)
    return language.phrase("every %(length)s", length=length)


def joined(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def capitalised(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
