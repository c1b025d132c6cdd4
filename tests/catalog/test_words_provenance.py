"""What the foot of the grid says of where its facts come from."""

from __future__ import annotations

from tierline.bootstrap import import_catalog
from tierline.catalog.feature import Source
from tierline.catalog.grid import grid_of
from tierline.catalog.words_provenance import source_in_words


def notes_of(catalog):
    return " ".join(grid_of(catalog).notes)


def test_a_source_says_what_it_is_and_what_it_gives():
    source = Source(url="https://example.org", kind="vendor", gives="price formulas")
    assert source_in_words(source) == "https://example.org (vendor): price formulas"


def test_a_catalog_written_by_hand_has_no_provenance(shared):
    catalog = import_catalog("support-plan", shared("data/vendor-support-plans/tyk.yaml")).catalog
    assert grid_of(catalog.model_copy(update={"imported": None})).notes == ()


def test_an_undated_source_is_said_to_be_one(shared):
    path = shared("data/vendor-support-plans/gitlab.yaml")
    notes = notes_of(import_catalog("support-plan", path).catalog)
    assert "bears no date" in notes
    assert "A case carries a customer priority with a free meaning, set by the customer." in notes


def test_an_earlier_price_is_shown_as_one(shared):
    path = shared("data/vendor-support-plans/atlassian.yaml")
    catalogs = import_catalog("support-plan", path).catalogs
    (notes,) = [notes_of(c) for c in catalogs if str(c.version) == "2019-01-01"]
    assert "An earlier copy of the price page shows Premier at $35,000" in notes
