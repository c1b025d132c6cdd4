from __future__ import annotations

import pytest

from tierline.accounts.evidence import MERGE_WEIGHT, FieldKind, groups_of
from tierline.accounts.identity import ACCOUNT_FIELDS
from tierline.connectors.record_linkage.blocking import rules_for_pairs
from tierline.connectors.record_linkage.fields import plain, prepared, sound
from tierline.connectors.record_linkage.pairs import score_pairs
from tierline.kernel.errors import Invalid

RECORDS = {
    ("helpdesk", "1"): {"name": "Inland Paper", "domain": "inlandpaper.com", "place": "Duluth"},
    ("crm", "2"): {"name": "Inland Paper Co.", "domain": "www.inlandpaper.com"},
    ("billing", "3"): {
        "name": "INLAND PAPER, INC.", "domain": "pulpworks.example", "place": "Duluth",
    },
    ("billing", "4"): {"name": "Pulpworks Ltd", "domain": "pulpworks.example", "place": "Cloquet"},
    ("helpdesk", "5"): {"name": "Kestrel Air", "domain": "kestrel-it.com", "place": "Hamburg"},
    ("crm", "6"): {"name": "Kestrel Aerospace", "domain": "kestrel-it.com", "place": "Hamburg"},
}  # fmt: skip


def test_three_records_of_one_company_come_together_and_namesakes_do_not() -> None:
    pairs = score_pairs(RECORDS, ACCOUNT_FIELDS)
    groups = groups_of(pairs, at_least=MERGE_WEIGHT)
    assert {key for key in groups if groups[key] == groups["helpdesk", "1"]} == {
        ("helpdesk", "1"),
        ("crm", "2"),
        ("billing", "3"),
    }
    (namesakes,) = (pair for pair in pairs if {pair.first[1], pair.second[1]} == {"5", "6"})
    assert namesakes.contradictions == ("name",)


def test_evidence_says_what_agreed_and_the_parts_sum_to_the_weight() -> None:
    pairs = score_pairs(RECORDS, ACCOUNT_FIELDS)
    (pair,) = (each for each in pairs if {each.first[1], each.second[1]} == {"1", "2"})
    assert [(each.field, each.words) for each in pair.agreements] == [
        ("name", "the same words"),
        ("domain", "the same"),
    ]
    prior = pair.weight - sum(each.weight for each in pair.agreements)
    assert abs(prior + 232) <= 3


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("Société d'Énergie, S.A.", FieldKind.full_name, "societe denergie s a"),
        ("The Group", FieldKind.full_name, "the group"),
        ("12 North Third Street", FieldKind.address, "12 n 3rd st"),
        ("+44 (0)20 7946 0958", FieldKind.phone, "079460958"[-9:]),
        ("DE 811.569-869", FieldKind.identifier, "de811569869"),
        ("WWW.Inland.example ", FieldKind.domain, "inland.example"),
        ("  ", FieldKind.full_name, None),
    ],
)
def test_what_people_write_differently_is_taken_away(
    value: str, kind: FieldKind, expected: str | None
) -> None:
    assert plain(value, kind) == expected


def test_names_that_sound_alike_have_one_sound() -> None:
    assert sound("robert") == sound("rupert") == "R163".lower()
    assert sound("42") is None


def test_a_missing_field_is_missing_in_every_form() -> None:
    columns = prepared({}, {"name": FieldKind.full_name, "address": FieldKind.address})
    assert set(columns.values()) == {None}


def test_many_records_are_not_compared_each_with_each() -> None:
    assert rules_for_pairs(ACCOUNT_FIELDS, 100) == [[]]
    assert [] not in rules_for_pairs(ACCOUNT_FIELDS, 100_000)
    assert ["tax_id"] in rules_for_pairs(ACCOUNT_FIELDS, 100_000)


def test_one_record_has_nobody_to_be_compared_with() -> None:
    assert score_pairs({("crm", "1"): {"name": "Inland"}}, ACCOUNT_FIELDS) == []


def test_a_field_name_that_is_no_column_is_refused() -> None:
    two = {("crm", "1"): {}, ("crm", "2"): {}}
    with pytest.raises(Invalid, match="no name for a field"):
        score_pairs(two, {'x" OR 1=1': FieldKind.full_name})
