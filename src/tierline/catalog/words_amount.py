"""Numbers, money and lengths of time in words: the small change of every sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.kernel.money import minor_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.catalog.statement import Period
    from tierline.kernel.durations import Duration

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
_IRREGULAR = {"person": "people"}
_ES = ("s", "x", "z", "ch", "sh")


def number_in_words(number: Decimal | int | str) -> str:
    """`10`, `1,250`, `99.95`; `unlimited` stays a word."""
    if isinstance(number, str):
        return number
    return f"{plain(Decimal(number)):,f}"


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()


def percent_in_words(percent: Decimal) -> str:
    """`99.95%`."""
    return f"{number_in_words(percent)}%"


def money_in_words(amount: Decimal, currency: str) -> str:
    """`$1,900`, `€0.05`, `CHF 490`: cents only where there are any, finer rates exact."""
    digits = minor_digits(currency)
    shown = plain(amount)
    if shown != shown.to_integral_value():
        places = max(digits, -int(shown.as_tuple().exponent))
        shown = shown.quantize(Decimal(1).scaleb(-places))
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{shown:,f}" if symbol else f"{currency} {shown:,f}"


def counted(number: Decimal | int | str, unit: str) -> str:
    """`1 hour`, `3 sandboxes`, `unlimited requests`, `0.5 hours`."""
    noun = singular(unit) if number == 1 else plural(unit)
    return f"{number_in_words(number)} {noun}"


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


def each(period: Period) -> str:
    """`a month`, `an hour`."""
    return f"{'an' if period.value == 'hour' else 'a'} {period.value}"


def times_each(times: int, period: Period) -> str:
    """`once a quarter`, `twice a year`, `4 times a year`."""
    often = {1: "once", 2: "twice"}.get(times, f"{times} times")
    return f"{often} {each(period)}"


def duration_in_words(duration: Duration, adjective: str = "") -> str:
    """`15 minutes`, `1 hour and 30 minutes`; with `business`: `2 business days`."""
    hours, rest = divmod(duration.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    units = ((duration.days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    before = f"{adjective} " if adjective else ""
    parts = [counted(count, f"{before}{unit}") for count, unit in units if count]
    return joined(parts) or counted(0, f"{before}minute")


def joined(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def capitalised(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
