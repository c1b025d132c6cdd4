"""Column types that hold the same value on both databases, and refuse at the door what one of
them would bend. What a type stores never changes; a new form is a new type.
"""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from tierline.kernel.digest import canonical_json
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import from_micros, to_micros
from tierline.store import dialect

_LARGEST = 2**63 - 1
_DECIMAL_PLACES = 12
_LARGEST_EXPONENT = 60


class Whole(TypeDecorator[int]):
    """A whole number of 64 bits: counts, and money in minor units. No bool, no float."""

    impl = dialect.integer()
    cache_ok = True

    def process_bind_param(self, value: int | None, _: Dialect) -> int | None:
        return None if value is None else whole(value)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as microseconds since 1970; comes back in UTC."""

    impl = dialect.integer()
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, _: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class Words(TypeDecorator[str]):
    """Text, ordered by code point. No NUL and no half of a pair, which PostgreSQL cannot keep."""

    impl = dialect.text()
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        return None if value is None else words(value)


class Bytes(TypeDecorator[bytes]):
    """Bytes as they are. A row holds few of them: what is larger is kept in pieces, because rows
    are read by the thousand."""

    impl = dialect.binary()
    cache_ok = True


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal with a fixed number of places, kept as a whole number: sums and orders in
    SQL. With 6 places up to 9.2 million million."""

    impl = dialect.integer()
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, _: Dialect) -> int | None:
        if value is None:
            return None
        before, _point, after = plain(value, places=self.places).partition(".")
        return whole(int(before + after.ljust(self.places, "0")))

    def process_result_value(self, value: int | None, _: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)


class Exact(TypeDecorator[Decimal]):
    """An exact decimal of any size with up to 12 places, kept as text in one form: equal values
    are equal text. It has no order and no sum in SQL."""

    impl = dialect.text()
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _: Dialect) -> str | None:
        return None if value is None else plain(value, places=_DECIMAL_PLACES)

    def process_result_value(self, value: str | None, _: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Document(TypeDecorator[Any]):
    """A JSON value, kept as canonical text."""

    impl = dialect.text()
    cache_ok = True

    def process_bind_param(self, value: Any, _: Dialect) -> str | None:
        return None if value is None else document(value)

    def process_result_value(self, value: str | None, _: Dialect) -> Any:
        return None if value is None else json.loads(value)


def whole(value: int) -> int:
    """The value, if it is an int that 64 bits hold."""
    if type(value) is not int:
        raise Invalid(f"{value!r} is not a whole number.", code="not_whole")
    if not -_LARGEST - 1 <= value <= _LARGEST:
        raise Invalid(f"{value} does not fit into 64 bits.", code="too_large")
    return value


def plain(value: Decimal, *, places: int) -> str:
    """Digits without an exponent and without zeros that say nothing: `1.5`, `0`, `-120`.

    A float is refused (it is already not what was meant), and so is a digit beyond `places`.
    """
    if not isinstance(value, Decimal) or not value.is_finite():
        raise Invalid(f"{value!r} is not an exact decimal number.", code="not_decimal")
    if abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise Invalid(f"{value:.6E} is too large or too small to keep.", code="too_large")
    before, _point, after = f"{value:f}".partition(".")
    after = after.rstrip("0")
    if len(after) > places:
        raise Invalid(f"{value} has more than {places} decimal places.", code="too_fine")
    written = f"{before}.{after}" if after else before
    return "0" if written == "-0" else written


def document(value: Any) -> str:
    """Canonical JSON of a value; what JSON has no form for is refused."""
    try:
        return words(canonical_json(value).decode())
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid(f"This is no JSON value: {error}.", code="not_json") from None


def words(value: str) -> str:
    """The text, if both databases can keep it."""
    if not isinstance(value, str):
        raise Invalid(f"{value!r} is not text.", code="not_text")
    if "\x00" in value:
        raise Invalid("Text must not hold the character NUL (U+0000).", code="unstorable_text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Invalid(
            f"The character at position {error.start} is half of a pair (a lone surrogate).",
            code="unstorable_text",
        ) from None
    return value
