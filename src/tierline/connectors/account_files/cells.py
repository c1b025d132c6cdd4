"""Cells: what may stand in a column, read from the text of a cell and written as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from tierline.accounts.contact import ContactRole
from tierline.accounts.hierarchy import Inheritable
from tierline.accounts.person import person, person_faults
from tierline.calendars.local_time import zone_named
from tierline.catalog.statement import Period
from tierline.kernel.errors import Invalid

TEXT_LIMIT_CHARACTERS = 300
_FIRST, _LAST = date(1970, 1, 2), date(9998, 12, 30)
_MIDNIGHT = " 00:00:00"
_LARGEST = Decimal(10) ** 12
WordT = TypeVar("WordT", bound=StrEnum)


class WrongCell(Exception):
    """A cell says something that its column cannot hold."""

    def __init__(self, code: str, message: str, write_instead: str) -> None:
        super().__init__(message)
        self.code, self.message, self.write_instead = code, message, write_instead


@dataclass(frozen=True, slots=True)
class Cell:
    """How a kind of cell is read and written."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]


def _text(text: str) -> str:
    if len(text) > TEXT_LIMIT_CHARACTERS or not text.isprintable():
        raise WrongCell(
            "bad_text",
            "This is too long, or holds what cannot be printed.",
            f"Write at most {TEXT_LIMIT_CHARACTERS} characters on one line.",
        )
    return text


def _time_zone(text: str) -> str:
    try:
        zone_named(text)
    except Invalid as error:
        raise WrongCell("bad_time_zone", error.message, "") from None
    return text


def _of_person(field: str) -> Callable[[str], str]:
    """An address or a number that a person can have."""

    def read(text: str) -> str:
        for fault in person_faults(person("somebody", **{field: _text(text)})):
            raise WrongCell(fault.code, fault.message, fault.write_instead)
        return text

    return read


def _day(text: str) -> date:
    """A day; a workbook tells one as its midnight."""
    try:
        day = date.fromisoformat(text.removesuffix(_MIDNIGHT).removesuffix("T00:00:00"))
    except ValueError:
        day = None
    if day is None or not _FIRST <= day <= _LAST:
        raise WrongCell("bad_day", f"'{text[:40]}' is no day.", "Write it as 2025-01-31.")
    return day


def _count(text: str) -> int:
    """A whole number that is not negative; a workbook may tell 14 as 14.0."""
    digits = text.removesuffix(".0")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 6:
        raise WrongCell("bad_count", f"'{text[:40]}' is no whole number.", "Write it as 14.")
    return int(digits)


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text) if text.isascii() and "_" not in text else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount <= _LARGEST:
        raise WrongCell("bad_amount", f"'{text[:40]}' is no amount.", "Write it as 2400 or 99.50.")
    if amount != round(amount, 6):
        raise WrongCell("too_fine", "An amount has at most 6 decimal places.", "Round it.")
    return amount


def _plain_amount(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _word(kind: type[WordT]) -> Callable[[str], WordT]:
    def read(text: str) -> WordT:
        try:
            return kind("_".join(text.lower().split()))
        except ValueError:
            known = ", ".join(each.value for each in kind)
            said = f"'{text[:40]}' is no word of this column."
            raise WrongCell("bad_word", said, f"Write one of {known}.") from None

    return read


def _words(kind: type[WordT]) -> Cell:
    one = _word(kind)

    def read(text: str) -> frozenset[WordT]:
        return frozenset(one(part) for part in map(str.strip, text.split(";")) if part)

    def write(words: frozenset[WordT]) -> str:
        return "; ".join(sorted(each.value for each in words))

    return Cell(read, write)


def _add_ons(text: str) -> tuple[tuple[str, int], ...]:
    """`hours_pack; extra_sandbox x 2`."""
    found = []
    for part in filter(None, map(str.strip, text.split(";"))):
        key, _, times = part.partition(" x ")
        count = _count(times.strip()) if times else 1
        if not count:
            raise WrongCell("bad_count", "An add-on is held at least once.", "Leave it out.")
        found.append((_text(key.strip()), count))
    return tuple(found)


def _add_ons_text(add_ons: tuple[tuple[str, int], ...]) -> str:
    return "; ".join(key if count == 1 else f"{key} x {count}" for key, count in add_ons)


TEXT = Cell(_text, str)
TIME_ZONE = Cell(_time_zone, str)
EMAIL = Cell(_of_person("email"), str)
PHONE = Cell(_of_person("phone"), str)
DAY = Cell(_day, date.isoformat)
COUNT = Cell(_count, str)
AMOUNT = Cell(_amount, _plain_amount)
PERIOD = Cell(_word(Period), str)
ROLES = _words(ContactRole)
INHERITS = _words(Inheritable)
ADD_ONS = Cell(_add_ons, _add_ons_text)
