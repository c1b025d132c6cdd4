from __future__ import annotations

import re
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tierline.catalog.canonical import canonical_bytes, catalog_digest
from tierline.catalog.document import parse_document
from tierline.catalog.load import parse_catalog
from tierline.catalog.yaml_text import yaml_text

MINIMAL = b"format: tierline/catalog/1\ncatalog: acme\nversion: 2026-01-01\ncompany: Acme\n"

_KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12
    )
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(
        ["on", "No", "null", "1e5", "0x1F", "12:30", "-", "a: b", "a #b", "~", "=", "2026-01-01"]
    )
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4)
)


def parsed(content: bytes) -> object:
    return parse_catalog(parse_document(content, "test.yaml"))


def test_the_sample_keeps_its_meaning_and_then_its_bytes(sample_bytes: bytes) -> None:
    catalog = parse_catalog(parse_document(sample_bytes, "sample"))
    once = canonical_bytes(catalog)
    again = parse_catalog(parse_document(once, "canonical"))
    assert again == catalog
    assert canonical_bytes(again) == once


def test_what_equals_its_default_is_left_out() -> None:
    explicit = MINIMAL + b"currency: USD\nclock_rules: {retarget: from_original_start}\ntiers: {}\n"
    catalog = parse_catalog(parse_document(explicit, "test.yaml"))
    assert canonical_bytes(catalog) == MINIMAL


def test_a_tag_is_written_even_where_it_is_the_default() -> None:
    stated = MINIMAL + (
        b"tiers:\n  gold:\n    name: Gold\n    terms: {sso: {kind: included}}\n"
        b"    price: {model: flat, amount: 4.90E+2, per: month}\n"
    )
    text = canonical_bytes(parse_catalog(parse_document(stated, "test.yaml"))).decode()
    assert "sso: {kind: included}" in text
    assert "price: {model: flat, amount: 490}" in text


def test_order_means_something_and_spelling_does_not() -> None:
    one = MINIMAL + b"severities: {S1: {name: A}, S2: {name: B}}\n"
    other = MINIMAL + b"severities: {S2: {name: B}, S1: {name: A}}\n"
    spelled = b"# ours\n" + MINIMAL + b"severities:\n  S1:\n    name: 'A'\n  S2: {name: \"B\"}\n"
    digests = [
        catalog_digest(parse_catalog(parse_document(text, "test.yaml")))
        for text in (one, other, spelled)
    ]
    assert digests[0] == digests[2] != digests[1]


@given(st.dictionaries(_KEYS, _VALUES, min_size=1, max_size=4))
def test_whatever_is_written_is_read_back(value: dict[str, object]) -> None:
    text = yaml_text(value)  # type: ignore[arg-type]  # the strategy makes plain values
    assert parse_document(text.encode(), "test").value == value


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_other_yaml_readers_see_text_as_text(text: str) -> None:
    assert yaml.safe_load(yaml_text({"a": text}))["a"] in (text, _as_date(text))


def _as_date(text: str) -> object:
    """YAML 1.1 reads a plain date as a date; both mean the same day."""
    return yaml.safe_load(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else text


@pytest.mark.parametrize(
    ("number", "text"), [("1E+3", "1000"), ("0.00150", "0.0015"), ("-2.50", "-2.5"), ("0.00", "0")]
)
def test_numbers_are_plain_decimals(number: str, text: str) -> None:
    assert yaml_text({"a": Decimal(number)}) == f"a: {text}\n"
