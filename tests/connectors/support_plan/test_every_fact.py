"""No fact of a vendor's plan is lost: each is looked for again in the catalog as it was written."""

from __future__ import annotations

from tierline.catalog.canonical import canonical_bytes, plain_value
from tierline.catalog.document import parse_document
from tierline.catalog.load import parse_catalog
from tierline.connectors.facts import Form, leaves, value_at


def test_no_fact_of_any_vendor_is_dropped(plans):
    for name, result in plans.items():
        assert result.of_form(Form.dropped) == (), name


def test_every_scalar_of_the_source_is_a_fact_of_the_report(plans, shared):
    for name, result in plans.items():
        source = parse_document(
            shared(f"data/vendor-support-plans/{name}.yaml").read_bytes(), name
        ).value
        assert [(fact.path, fact.value) for fact in result.facts] == list(leaves(source))


def test_at_most_one_fact_in_twenty_is_carried_by_words(plans):
    for name, result in plans.items():
        assert len(result.of_form(Form.text)) * 20 <= len(result.facts), name


def test_every_fact_stands_where_the_report_says_in_the_catalog_that_was_written(
    plans, missing_part
):
    lost = []
    for name, result in plans.items():
        read_back = [reread(catalog) for catalog in result.catalogs]
        for fact in result.facts:
            part = missing_part(*evidence(fact, fact.places, read_back))
            if part:
                lost.append(f"{name} {fact}: {part}")
    assert not lost, "\n".join(lost)


def test_the_second_opinion_notices_a_fact_that_stands_elsewhere(plans, missing_part):
    noticed, tried = 0, 0
    for result in plans.values():
        read_back = [reread(catalog) for catalog in result.catalogs]
        scalars = [fact for fact in result.facts if fact.value not in (None, {}, [])]
        for fact, other in zip(scalars, scalars[7:], strict=False):
            if is_alike(fact, other):
                continue
            tried += 1
            try:
                noticed += bool(missing_part(*evidence(fact, other.places, read_back)))
            except (KeyError, TypeError, AttributeError):
                noticed += 1
    assert tried > 500
    assert noticed / tried > 0.99


def is_alike(fact, other):
    """Whether two facts say the same, or stand at the same place, so that none is out of place."""
    same_place = {place.path for place in fact.places} & {place.path for place in other.places}
    return bool(same_place) or fact.value == other.value


def evidence(fact, places, catalogs):
    found = [
        (place.path, plain_value(value_at(catalogs[place.catalog], place.path))) for place in places
    ]
    return (fact.path, fact.value), found, plain_value(catalogs[places[0].catalog])


def reread(catalog):
    return parse_catalog(parse_document(canonical_bytes(catalog), "written.yaml"))
