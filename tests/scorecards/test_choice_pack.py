"""The choice pack: words and numbers of the grid, the same for the same question, signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from small_offer import offer

from tierline.catalog.catalog import Catalog
from tierline.catalog.grid import grid_of
from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Invalid
from tierline.kernel.signing import SigningKey
from tierline.languages.locales import language_named
from tierline.milestones.receipt import signed
from tierline.scorecards.choice_pack import Kept, SignedPack
from tierline.scorecards.choice_pack_check import verify_pack
from tierline.scorecards.choosing import (
    PackQuestion,
    choice_pack,
    first_choices,
    signed_pack,
    tier_faults,
)
from tierline.web.choice_pack import pack_view

KEY = SigningKey.from_text(f"ed25519:{'A' * 43}=")
TIERS = ("standard", "priority", "enterprise")
QUESTION = PackQuestion(tiers=TIERS, on=date(2025, 3, 1), quantities={"hours": "12"})
KEPT = {"priority": Kept(first="2024-11", last="2025-01", months=3, met=97, of=100)}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    stated = offer().model_dump(mode="json", exclude_none=True)
    stated["tiers"]["standard"]["price"] = {"model": "flat", "amount": 490}
    stated["tiers"]["priority"]["price"] = {"model": "flat", "amount": 1900}
    stated["tiers"]["enterprise"]["price"] = {"model": "quoted", "says": "Talk to us"}
    return Catalog.model_validate(stated)


def drawn(catalog: Catalog, question: PackQuestion = QUESTION) -> dict[str, Any]:
    return signed_pack(choice_pack(catalog, question, KEPT), KEY)


def test_every_word_and_promise_is_that_of_the_public_grid(catalog: Catalog) -> None:
    pack, grid = choice_pack(catalog, QUESTION), grid_of(catalog)
    assert tuple(each.column for each in pack.options) == grid.tiers
    assert (pack.targets, pack.terms, pack.billing) == (grid.targets, grid.terms, grid.billing)
    assert (pack.version, pack.digest) == (grid.version, grid.digest)


def test_totals_are_sums_of_lines_and_absent_where_a_price_is(catalog: Catalog) -> None:
    standard, priority, enterprise = choice_pack(catalog, QUESTION).options
    year = priority.totals[0]
    assert year.total_minor == sum(line.amount_minor or 0 for line in year.lines)
    assert year.total == "$27,120"
    assert [line.how for line in year.lines] == [
        "$1,900 a month, 12 times",
        (
            "2 hours beyond: 10 hours a month, then $180 each up to $450 a month; "
            "$360 a month, 12 times"
        ),
    ]
    assert standard.totals[2].total == "$17,640, without Engineering hours"
    last = enterprise.totals[0]
    assert (last.total_minor, last.total, last.lines[0].how) == (None, "On request", "Talk to us")


def test_the_same_question_is_the_same_pack_to_the_byte(catalog: Catalog) -> None:
    again = Catalog.model_validate(catalog.model_dump(mode="json", exclude_none=True))
    assert json.dumps(drawn(catalog)) == json.dumps(drawn(again))


def test_it_verifies_and_what_was_changed_does_not(catalog: Catalog) -> None:
    found = json.loads(json.dumps(drawn(catalog)))
    assert all(each.passed for each in verify_pack(found, catalog, KEY.public_text()))
    assert not all(each.passed for each in verify_pack({**found, "company": "Other"}))
    assert not all(
        each.passed for each in verify_pack(found, None, SigningKey.generate().public_text())
    )
    other = offer(company="Other")
    assert [each.passed for each in verify_pack(found, other)] == [True, True, False]


def test_a_number_that_somebody_signed_falsely_comes_out_otherwise(catalog: Catalog) -> None:
    found = drawn(catalog)
    body = {name: part for name, part in found.items() if name not in ("pack_digest", "signature")}
    body["options"][0]["totals"][0]["known_minor"] = 1
    forged = signed({**body, "pack_digest": digest_of(body)}, KEY)
    assert [each.passed for each in verify_pack(forged, catalog)] == [True, True, False]


def test_it_is_said_in_a_language_and_what_the_catalog_says_stays(catalog: Catalog) -> None:
    german = language_named("de")
    assert german is not None
    question = PackQuestion(
        tiers=TIERS, on=QUESTION.on, quantities={"hours": "12"}, language=german
    )
    pack = choice_pack(catalog, question)
    assert pack.options[1].column.price.words == "1.900\xa0$ pro Monat"
    assert pack.options[2].totals[0].total == "Auf Anfrage"
    assert pack.options[1].column.name == "Priority"
    assert all(each.passed for each in verify_pack(drawn(catalog, question), catalog))


@pytest.mark.parametrize(
    ("quantities", "codes"),
    [
        ({"hours": "many", "phone": "1"}, {"bad_quantity", "no_such_quantity"}),
        ({"hours": "-1"}, {"bad_quantity"}),
        ({"hours": "1e13"}, {"bad_quantity"}),
        ({"hours": "0.00001"}, {"bad_quantity"}),
        ({"hours": "sNaN"}, {"bad_quantity"}),
        ({"hours": "-0"}, {"bad_quantity"}),
        ({"hours": "1_000"}, {"bad_quantity"}),
        ({"hours": "1e3"}, {"bad_quantity"}),
        ({"hours": "\u0661\u0662"}, {"bad_quantity"}),
        ({"nothing": "x"}, {"bad_quantity", "no_such_quantity"}),
    ],
)
def test_every_quantity_that_is_none_is_told_at_once(
    catalog: Catalog, quantities: Mapping[str, str], codes: set[str]
) -> None:
    with pytest.raises(Invalid) as error:
        choice_pack(catalog, PackQuestion(tiers=TIERS, on=QUESTION.on, quantities=quantities))
    assert {fault.code for fault in error.value.faults} == codes


def test_a_number_has_one_spelling_in_a_pack(catalog: Catalog) -> None:
    packs = [
        drawn(catalog, PackQuestion(tiers=TIERS, on=QUESTION.on, quantities={"hours": typed}))
        for typed in ("12", " 012.50 ", "12.5", "12.5000", "1000000000000", "0.0")
    ]
    assert packs[1] == packs[2] == packs[3]
    found = [pack["quantities"][0]["quantity"] for pack in packs]
    assert found == ["12", "12.5", "12.5", "12.5", "1000000000000", "0"]


@pytest.mark.parametrize(
    ("met", "said"),
    [(10_000, "100.0%"), (9_996, "99.9%"), (9_999, "99.9%"), (9_990, "99.9%"), (1, "0.0%")],
)
def test_who_missed_one_promise_is_never_said_to_have_kept_all(
    catalog: Catalog, met: int, said: str
) -> None:
    kept = {"priority": Kept(first="2024-11", last="2025-01", months=3, met=met, of=10_000)}
    pack = signed_pack(choice_pack(catalog, QUESTION, kept), KEY)
    rows = [
        row for each in pack_view(SignedPack.model_validate(pack)).sections for row in each.rows
    ]
    (row,) = (each for each in rows if each.name == "How promises were kept")
    assert row.cells[1].words.startswith(f"{said} of 10,000 promised times were met")


def test_two_or_three_different_plans_are_compared() -> None:
    assert tier_faults(TIERS[:2], TIERS) == tier_faults(TIERS, TIERS) == []
    for asked in (TIERS[:1], (*TIERS, "standard"), ("standard", "standard"), ("gone", "none")):
        assert tier_faults(asked, TIERS)
    tiers = ["a", "b", "c", "d"]
    assert [first_choices(tiers, each) for each in (None, "a", "c", "d")] == [
        ("a", "b", "c"),
        ("a", "b", "c"),
        ("b", "c", "d"),
        ("b", "c", "d"),
    ]


def test_what_is_no_pack_is_refused_and_not_judged() -> None:
    for found in ({}, {"format": "tierline/choice-pack/1"}):
        with pytest.raises(Invalid, match=r"no (whole )?choice pack"):
            verify_pack(found)


def test_a_signed_pack_is_read_back_as_it_was(catalog: Catalog) -> None:
    found = drawn(catalog)
    assert SignedPack.model_validate(found).model_dump(mode="json") == found
