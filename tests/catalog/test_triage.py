"""The triage table of a catalog file: its faults, its digest, its differences, its words."""

from __future__ import annotations

import pytest

from tierline.catalog.canonical import canonical_bytes, catalog_digest
from tierline.catalog.catalog import Catalog
from tierline.catalog.difference import difference
from tierline.catalog.difference_change import Change, Direction
from tierline.catalog.document import parse_document
from tierline.catalog.load import parse_catalog
from tierline.catalog.triage_questions import questions_of
from tierline.catalog.triage_statement import TriageQuestion
from tierline.catalog.words import triage_rows
from tierline.kernel.errors import Fault, Invalid

HEAD = """\
format: tierline/catalog/1
catalog: shop
version: 2025-07-01
company: A shop
severities: {S1: {name: Down}, S2: {name: Slow}, S3: {name: Question}}
triage:
  rules:
"""
ROWS = (
    "{business_impact: stopped, severity: S1, because: Work has stopped}",
    "{uptime_impact: [down, degraded], recovery_within: PT4H, severity: S2, because: It is urgent}",
    "{business_impact: any, severity: S3, level: generalist, because: The rest}",
)


def text_of(*rows: str, more: str = "") -> str:
    return HEAD + "".join(f"    - {row}\n" for row in rows or ROWS) + more


def catalog_of(*rows: str, more: str = "") -> Catalog:
    return parse_catalog(parse_document(text_of(*rows, more=more), "shop.yaml"))


def faults_of(*rows: str, more: str = "") -> list[Fault]:
    with pytest.raises(Invalid) as caught:
        catalog_of(*rows, more=more)
    return list(caught.value.faults)


def test_one_answer_a_list_and_any_are_read() -> None:
    rules = catalog_of().triage.rules  # type: ignore[union-attr]  # it states one
    assert rules[0].business_impact == ("stopped",)
    assert rules[1].uptime_impact == ("down", "degraded")
    assert rules[2].business_impact == ()


def test_every_fault_of_a_table_is_told_at_once_with_its_line() -> None:
    told = faults_of(
        "{business_impact: stopped, severity: S9, because: x}",
        "{urgency: any, severity: S2, because: y}",
        "{business_impact: stopped, severity: S1, because: z}",
        "{urgency: now, severity: S3, because: w}",
    )
    assert [(fault.code, fault.line) for fault in told] == [
        ("unknown_severity", 8),
        ("unreachable_row", 10),
        ("unreachable_row", 11),
        ("no_catch_all", 11),
    ]
    assert "S1, S2, S3" in told[0].write_instead
    assert "Row 3" in told[1].message


def test_an_unknown_answer_is_told_with_those_that_there_are() -> None:
    (fault,) = faults_of(
        "{business_impact: halted, severity: S1, because: x}",
        "{severity: S3, because: y}",
    )
    assert fault.path == "triage.rules[0].business_impact"
    assert "stopped" in fault.write_instead
    assert "any" in fault.write_instead


def test_a_table_that_leaves_answers_open_says_which() -> None:
    (fault,) = faults_of("{business_impact: [stopped, slowed], severity: S1, because: x}")
    assert fault.code == "no_catch_all"
    assert "business_impact workaround" in fault.message


def test_words_for_an_answer_that_there_is_not_are_a_fault() -> None:
    more = "  questions: {urgency: {answers: {soon: Soon}}}\n"
    (fault,) = faults_of(*ROWS, more=more)
    assert fault.path == "triage.questions.urgency.answers.soon"


def test_questions_are_asked_in_the_words_of_the_catalog() -> None:
    own = catalog_of(*ROWS, more="  questions: {urgency: {ask: When?, answers: {now: At once}}}\n")
    (urgency,) = [each for each in questions_of(own.triage) if each.key is TriageQuestion.urgency]
    assert (urgency.ask, urgency.answers["now"], urgency.answers["today"]) == (
        "When?", "At once", "Today",
    )  # fmt: skip


def test_the_table_is_part_of_the_digest_and_of_the_canonical_form() -> None:
    one, other = catalog_of(), catalog_of(ROWS[0], ROWS[2])
    assert catalog_digest(one) != catalog_digest(other)
    again = parse_catalog(parse_document(canonical_bytes(one).decode(), "canonical"))
    assert again == one


def changes(old: Catalog, new: Catalog) -> list[Change]:
    return list(difference(old, new).changes)


def test_a_milder_row_is_worse_and_says_how_many_answers_it_moves() -> None:
    milder = (ROWS[0].replace("S1", "S2"), *ROWS[1:])
    (change,) = changes(catalog_of(), catalog_of(*milder))
    assert change.direction is Direction.worse
    assert change.old == "business_impact: stopped -> S1"
    assert change.new == "business_impact: stopped -> S2"
    assert "864" in change.note
    (back,) = changes(catalog_of(*milder), catalog_of())
    assert back.direction is Direction.better


def test_another_reason_and_another_time_to_decide_are_changes() -> None:
    new = catalog_of(
        ROWS[0].replace("Work has stopped", "It stands"), *ROWS[1:],
        more="  disputes: {decide_within: PT2H}\n",
    )  # fmt: skip
    told = {change.what: (change.old, change.new) for change in changes(catalog_of(), new)}
    assert told == {
        "Triage: business_impact: stopped -> S1": ("Work has stopped", "It stands"),
        "Triage: a dispute is decided within": ("4 hours", "2 hours"),
    }
    assert changes(new, new) == []


def test_the_words_leave_out_columns_that_nobody_asks_for() -> None:
    rows = triage_rows(catalog_of())
    assert list(rows[0].cells) == ["business_impact", "uptime_impact", "recovery_within"]
    assert rows[1].cells["uptime_impact"] == "down or degraded"
    assert (rows[2].level, rows[2].cells["business_impact"]) == ("generalist", "any")


def test_a_catalog_without_a_table_has_the_one_by_place() -> None:
    stated = catalog_of()
    without = stated.model_copy(update={"triage": None})
    rows = triage_rows(without)
    assert {row.severity for row in rows} == {"S1", "S2", "S3"}
    assert rows[-1].because == "A question, or a wish."
    assert triage_rows(stated.model_copy(update={"severities": {}})) == ()
