"""The mappings that ship: what becomes of every field that a vendor publishes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tierline.connectors.event_log.export_fields import Fate, published_fields
from tierline.connectors.event_log.vendors import VENDORS, mapping_of, mapping_text

MANUAL = (Path(__file__).parents[3] / "docs/import.md").read_text("utf-8")
MUST_TAKE = 0.95


@pytest.mark.parametrize("vendor", VENDORS)
def test_nearly_every_published_field_is_read_or_kept(vendor: str) -> None:
    fates = Counter(each.fate for each in published_fields(mapping_of(vendor)))
    assert fates[Fate.unknown] == 0
    assert (fates[Fate.read] + fates[Fate.kept]) / fates.total() >= MUST_TAKE


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_mapping_names_each_field_once_and_none_that_is_not_published(vendor: str) -> None:
    for name, stated in mapping_of(vendor).records.items():
        published = set(stated.published)
        assert len(published) == len(stated.published), name
        named = {each for each in (*stated.keep, *stated.left_out) if "*" not in each}
        assert named <= published, (name, sorted(named - published))
        assert not set(stated.keep) & set(stated.left_out), name
        assert all(address.startswith("https://") for address in stated.source)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_manual_counts_the_fields_as_they_are(vendor: str) -> None:
    fates = Counter(each.fate for each in published_fields(mapping_of(vendor)))
    row = re.search(rf"^\| {vendor} \|.*$", MANUAL, re.MULTILINE)
    assert row is not None
    told = [cell.strip() for cell in row.group().split("|")[3:7]]
    counted = [fates.total(), fates[Fate.read], fates[Fate.kept], fates[Fate.left_out]]
    assert told == [str(each) for each in counted]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_mapping_is_written_out_to_begin_from(vendor: str) -> None:
    assert mapping_text(vendor).startswith("# ")
    assert mapping_of(vendor).records
