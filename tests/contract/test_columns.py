from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from stores import mark, names, put, value

from tierline.kernel.errors import Invalid
from tierline.store.store import Store

ROW = {
    "name": "Zürich ✓ 𝄞",
    "at": datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC),
    "minor": -(2**63),
    "rate": Decimal("-9223372036854.775808"),
    "exact": Decimal("12345678901234567890123456789.000000000001"),
    "document": {"b": ["0.1", 2**53 + 1, None, True], "a": "it's \\ \u0000"},
}


def stored(store: Store, **values: Any) -> sa.Row[Any]:
    row = ROW | values
    store.run(lambda unit: unit.execute(value.insert(), row))
    chosen = sa.select(value).where(value.c.name == row["name"])
    return store.read(lambda reading: reading.execute(chosen).one())


def test_every_value_comes_back_as_it_went_in(store: Store) -> None:
    assert stored(store)._asdict() == ROW


def test_an_instant_of_another_zone_comes_back_in_utc(store: Store) -> None:
    zone = timezone(timedelta(hours=5, minutes=45))
    row = stored(store, at=datetime(2026, 1, 1, 5, 45, tzinfo=zone))
    assert row.at == datetime(2026, 1, 1, tzinfo=UTC)
    assert row.at.tzinfo is UTC


def test_equal_decimals_are_equal_text(store: Store) -> None:
    stored(store, exact=Decimal("1.50"))
    chosen = sa.select(value.c.name).where(value.c.exact == Decimal("15E-1"))
    assert store.read(lambda reading: reading.execute(chosen).scalar()) == ROW["name"]


def test_sums_of_scaled_decimals_are_exact(store: Store) -> None:
    for number in range(10):
        stored(store, name=str(number), rate=Decimal("0.1"))
    total = sa.select(sa.func.sum(value.c.rate, type_=value.c.rate.type))
    assert store.read(lambda reading: reading.execute(total).scalar()) == Decimal("1.0")


def test_text_orders_by_code_point_whatever_the_language(store: Store) -> None:
    written = ["a", "B", "_", "ä", "Z", "z", "~", "10", "9", "é", "𝄞", "ﬁ", "a b", "ab"]
    store.run(lambda unit: [put(unit, name) for name in written])
    assert store.read(names) == sorted(written)
    chosen = sa.select(mark.c.name).where(mark.c.name > "Z").order_by(mark.c.name)
    assert store.read(lambda reading: list(reading.execute(chosen).scalars())) == [
        name for name in sorted(written) if name > "Z"
    ]


@pytest.mark.parametrize(
    ("column", "wrong", "says"),
    [
        ("at", datetime(2026, 1, 1), "has no zone"),  # noqa: DTZ001 - the point of the test
        ("minor", 2**63, "64 bits"),
        ("minor", 1.0, "not a whole number"),
        ("minor", True, "not a whole number"),
        ("minor", "1", "not a whole number"),
        ("rate", 0.1, "not an exact decimal"),
        ("rate", Decimal("0.0000001"), "more than 6 decimal places"),
        ("rate", Decimal("1.00000000000000000000000000000001"), "more than 6 decimal places"),
        ("rate", Decimal("9223372036854.775808"), "64 bits"),
        ("rate", Decimal("NaN"), "not an exact decimal"),
        ("exact", Decimal("1E+1000000"), "too large"),
        ("exact", Decimal("1E-13"), "more than 12 decimal places"),
        ("exact", "1.5", "not an exact decimal"),
        ("name", "a\x00b", "NUL"),
        ("name", "a\ud800", "position 1 is half of a pair"),
        ("name", b"bytes", "not text"),
        ("document", {"a": float("nan")}, "no JSON value"),
        ("document", {"a": object()}, "no JSON value"),
        ("document", {"a": "\ud800"}, "no JSON value"),
    ],
)
def test_what_one_database_would_bend_is_refused_by_both(
    store: Store, column: str, wrong: object, says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        stored(store, **{column: wrong})
