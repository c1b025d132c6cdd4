"""The languages that there are: a catalog of messages for each, and the formats of every place
where it is read, out of the Unicode CLDR.

A catalog is a `.po` file beside this one, read when its first reader comes. Adding a language is
adding its file.
"""

from __future__ import annotations

from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING

from tierline.languages.formats import Formats, Zones, name_of_zone
from tierline.languages.language import ENGLISH, SOURCE, Language

if TYPE_CHECKING:
    from datetime import datetime, timedelta, tzinfo

    from babel import Locale
    from babel.numbers import NumberPattern

_HERE = "tierline.languages"
_TAG_CHARACTERS = 20
_ZONE_CHARACTERS = 5
_KEPT = 256
"""So many tags are remembered at most: browsers may state any."""


@cache
def languages() -> tuple[str, ...]:
    """The languages that there is a catalog of, and English, by their codes."""
    files = (each.name for each in resources.files(_HERE).iterdir())
    return (SOURCE, *sorted(name.removesuffix(".po") for name in files if name.endswith(".po")))


@lru_cache(_KEPT)
def language_named(tag: str) -> Language | None:
    """The language of a tag (`de`, `de-AT`, `de_AT.UTF-8`), in the formats of its place; None where
    there is no catalog of it."""
    plain = tag.strip().partition(".")[0].replace("_", "-")
    parts = plain.split("-")
    code = parts[0].lower()
    if len(plain) > _TAG_CHARACTERS or code not in languages():
        return None
    if plain.lower() == SOURCE:
        return ENGLISH
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - not for who reads English

    try:
        locale = Locale.parse(plain, sep="-")
    except (UnknownLocaleError, ValueError):
        return language_named(code) if len(parts) > 1 else None
    return Language(str(locale).replace("_", "-"), _formats(locale), _messages(locale.language))


@cache
def name_of_language(code: str) -> str:
    """What its readers call it: `Deutsch`."""
    from babel import Locale  # noqa: PLC0415 - not for who reads English

    name = Locale.parse(code).get_display_name() or code
    return name[:1].upper() + name[1:]


@lru_cache(_KEPT)
def language_called(words: str) -> Language | None:
    """The language that somebody called by its tag, or by a name of it: `de-AT`, `German`,
    `deutsch`; None where there is no such."""
    found = language_named(words)
    if found is not None or not words.strip():
        return found
    from babel import Locale  # noqa: PLC0415 - not for who reads English

    called = words.strip().casefold()
    for code in languages():
        locale = Locale.parse(code)
        names = (locale.get_display_name(each) or "" for each in languages())
        if called in [name.casefold() for name in names]:
            return language_named(code)
    return None


@cache
def _messages(code: str) -> NullTranslations:
    if code == SOURCE:
        return ENGLISH.messages
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - not for who reads English
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with resources.files(_HERE).joinpath(f"{code}.po").open("rb") as file:
        catalog = read_po(file, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _formats(locale: Locale) -> Formats:
    numbers, short = locale.number_symbols["latn"], locale.datetime_skeletons
    months, days = locale.months["format"], locale.days["format"]
    dates = locale.date_formats
    noon = locale.day_periods["format"].get("abbreviated", {})
    together = str(locale.datetime_formats["medium"])
    return Formats(
        decimal=numbers["decimal"],
        group=numbers["group"],
        grouping=locale.decimal_formats[None].grouping,
        money=_around(locale.currency_formats["standard"]).replace("¤", "{symbol}"),
        symbols=locale.currency_symbols,
        percent=_around(locale.percent_formats[None]),
        months=tuple(months["wide"][each] for each in range(1, 13)),
        short_months=tuple(months["abbreviated"][each] for each in range(1, 13)),
        weekdays=tuple(days["wide"][each] for each in range(7)),
        day=dates["long"].format,
        short_day=_pattern(short.get("yMMMd")) or dates["medium"].format,
        brief_day=_pattern(short.get("MMMd")) or dates["medium"].format,
        full_day=dates["full"].format,
        month=_month(short.get("yMMMM")),
        time=locale.time_formats["short"].format,
        noon=(noon.get("am", "AM"), noon.get("pm", "PM")),
        together=together.replace("{1}", "{day}").replace("{0}", "{time}"),
        zone=_zones(locale),
    )


def _around(pattern: NumberPattern) -> str:
    """What stands before and after a number that is not below zero."""
    return f"{pattern.prefix[0]}{{number}}{pattern.suffix[0]}"


def _pattern(stated: object) -> str:
    from babel.dates import parse_pattern  # noqa: PLC0415 - not for who reads English

    return str(parse_pattern(str(stated)).format) if stated else ""


def _month(stated: object) -> str:
    """A month by itself: `LLLL` is its name where no day stands before it."""
    return _pattern(stated).replace("LLLL", "MMMM") or "%(MMMM)s %(y)s"


def _zones(locale: Locale) -> Zones:
    """`MEZ`; where a language has no name of its own for a zone, its usual one."""
    from babel.dates import get_timezone_name  # noqa: PLC0415 - not for who reads English

    known: dict[tuple[tzinfo | None, timedelta | None], str] = {}

    def zone(value: datetime) -> str:
        key = value.tzinfo, value.utcoffset()
        if key not in known:
            name = get_timezone_name(value, width="short", locale=locale)
            is_name = name.isalpha() and len(name) <= _ZONE_CHARACTERS
            known[key] = name if is_name else name_of_zone(value)
        return known[key]

    return zone
