"""What a support plan's cells mean: which hours count, and for how long."""

from __future__ import annotations

import pytest

from tierline.catalog.document import parse_document
from tierline.connectors.facts import Form
from tierline.connectors.support_plan import import_support_plan
from tierline.connectors.support_plan.durations import read_duration
from tierline.connectors.support_plan.hours import HoursBook
from tierline.connectors.support_plan.severities import severity_order
from tierline.kernel.errors import Invalid

HEAD = "schema: vendor-support-plan/1\nvendor: Halyard\nas_of: 2025-07 page\n"


def read(text):
    return import_support_plan(parse_document(HEAD + text, "plan.yaml"))


def only_target(row, rest=""):
    text = f"{rest}tiers: [{{name: Gold, severities: {{S1: {{{row}}}}}}}]\n"
    catalog = read(text).catalog
    (target,) = catalog.tiers["gold"].targets
    return str(target.within), catalog.business_hours[target.hours]


@pytest.mark.parametrize(
    ("cell", "length", "is_business"),
    [("15m", "PT15M", False), ("24h", "PT24H", False), ("4bh", "PT4H", True), ("2bd", "P2D", True)],
)
def test_a_cell_is_a_length_and_whose_time_it_is(cell, length, is_business):
    stated = read_duration(cell)
    assert (str(stated.duration), stated.is_business) == (length, is_business)


@pytest.mark.parametrize("cell", ["", "soon", "4", "1w", "-1h", "4 bh 2"])
def test_a_cell_out_of_the_grammar_is_no_duration(cell):
    assert read_duration(cell) is None


def test_elapsed_time_without_hours_runs_always():
    length, hours = only_target("first_response: 24h")
    assert (length, hours.always_open) == ("PT24H", True)


def test_elapsed_time_on_business_hours_counts_open_time():
    length, hours = only_target("first_response: 4h, hours: business")
    assert (length, hours.week) == ("PT4H", {"mon-fri": "09:00-17:00"})
    assert hours.assumed


def test_business_time_without_hours_counts_on_business_hours():
    length, hours = only_target("first_response: 1bd")
    assert (length, hours.always_open) == ("P1D", False)


def test_business_means_what_the_vendor_says_it_means():
    stated = "business_hours: {days: Mon-Fri, from: 08:00, to: '18:00'}\n"
    _, hours = only_target("first_response: 4bh, hours: business", stated)
    assert (hours.week, hours.assumed) == ({"mon-fri": "08:00-18:00"}, False)


@pytest.mark.parametrize(
    ("phrase", "week"),
    [
        ("9x5", {"mon-fri": "09:00-18:00"}),
        ("Mon-Fri 9-5", {"mon-fri": "09:00-17:00"}),
        ("9-5, 7 days", {"mon-sun": "09:00-17:00"}),
        ("24x5", {"mon-fri": "00:00-24:00"}),
        ("8:30-17:30 local", {"mon-fri": "08:30-17:30"}),
    ],
)
def test_a_phrase_names_the_open_windows_of_a_week(phrase, week):
    statements = {}
    key = HoursBook(statements).key(phrase)
    assert statements[key]["week"] == week


def test_a_phrase_that_names_no_hours_is_kept_as_words():
    result = read("tiers: [{name: Gold, severities: {S1: {first_response: 4h, hours: lunar}}}]\n")
    (fact,) = result.of_form(Form.text)
    assert fact.value == "lunar"
    assert result.catalog.tiers["gold"].targets[0].note == "Hours: lunar"


def test_severities_come_worst_first_whichever_way_the_page_lists_them():
    rising = {"severities": {"low": {"first_response": "24h"}, "high": {"first_response": "1h"}}}
    more = {"severities": {"any": {"first_response": "8h"}, "high": {"first_response": "2h"}}}
    assert severity_order([more, rising]) == ["high", "low"]


def test_a_fact_that_no_rule_knows_goes_by_its_value():
    tier = "{name: Gold, severities: {}, sandboxes: 3, audits: true, region: EU, moon: {far: 1}}"
    result = read(f"tiers: [{tier}]\n")
    terms = result.catalog.tiers["gold"].terms
    assert {key: term.kind for key, term in terms.items()} == {
        "sandboxes": "quantity",
        "audits": "included",
        "region": "value",
    }
    (dropped,) = result.of_form(Form.dropped)
    assert dropped.path[-2:] == ("moon", "far")


def test_a_wrong_duration_is_a_fault_with_its_line():
    text = "tiers:\n- name: Gold\n  severities:\n    S1: {first_response: soon}\n"
    with pytest.raises(Invalid) as caught:
        read(text)
    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == ("bad_duration", 7)


def test_bands_that_leave_a_gap_are_a_fault():
    bands = "[{from: 0, to: 100, percent: 10}, {from: 200, percent: 5}]"
    price = f"{{rule: max, minimum_usd_month: 1, percent_of_spend: {bands}}}"
    with pytest.raises(Invalid) as caught:
        read(f"tiers: [{{name: Gold, price: {price}, severities: {{}}}}]\n")
    assert caught.value.faults[0].code == "bands_apart"


def test_another_format_is_refused():
    with pytest.raises(Invalid) as caught:
        import_support_plan(parse_document("saasName: Halyard", "page.yml"))
    assert caught.value.faults[0].code == "wrong_format"


def test_a_snapshot_makes_a_catalog_of_its_own(plans):
    versions = [str(catalog.version) for catalog in plans["atlassian"].catalogs]
    assert versions == ["2024-01-01", "2019-01-01", "2016-01-01"]
    assert str(plans["atlassian"].catalog.version) == "2024-01-01"


def test_a_claim_that_is_known_to_be_wrong_is_kept_and_not_trusted(plans):
    trusted = [example.trusted for example in plans["aws"].catalog.worked_examples]
    assert trusted == [True, False]


def test_a_tier_takes_over_everything_below_it_where_the_vendor_says_so(plans):
    tiers = plans["kernel"].catalog.tiers
    assert [tier.includes for tier in tiers.values()] == [None, *list(tiers)[:-1]]


def test_the_level_below_which_money_comes_back_is_the_level_promised(plans):
    tiers = plans["mongodb"].catalog.tiers.values()
    assert {str(tier.terms["uptime"].percent) for tier in tiers} == {"99.995"}
