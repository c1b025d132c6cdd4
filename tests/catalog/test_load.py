"""A wrong file gets every error at once, each with file, line, path and what to write instead."""

from __future__ import annotations

import pytest

from tierline.catalog.document import MAX_DEPTH, parse_document
from tierline.catalog.load import parse_catalog
from tierline.kernel.errors import Fault, Invalid

WRONG = """\
format: tierline/catalog/1
catalog: x
version: 2025-07-01
business_hours:
  office: {time_zone: Europe/Berln, week: {mon-fri: "09:00-17:00"}}
tiers:
  gold:
    name: Gold
    targets:
      - {severity: S1, milestone: acknowledg, within: 4x}
    termz: {}
    terms:
      storage: {kind: quantiti, limit: 3}
"""


def faults_of(text: str) -> list[Fault]:
    with pytest.raises(Invalid) as caught:
        parse_catalog(parse_document(text, "gold.yaml"))
    return list(caught.value.faults)


def test_every_fault_is_found_at_once_with_its_line() -> None:
    found = {(fault.line, fault.path) for fault in faults_of(WRONG)}
    assert found == {
        (1, "company"),
        (5, "business_hours.office.time_zone"),
        (10, "tiers.gold.targets[0].milestone"),
        (10, "tiers.gold.targets[0].within"),
        (11, "tiers.gold.termz"),
        (13, "tiers.gold.terms.storage"),
    }


def test_every_fault_says_what_to_write_instead() -> None:
    advice = {
        fault.path.rpartition(".")[2]: f"{fault.message} {fault.write_instead}"
        for fault in faults_of(WRONG)
    }
    assert "Write 'acknowledge'" in advice["milestone"]
    assert "Write PT15M" in advice["within"]
    assert "Write 'terms'" in advice["termz"]
    assert "Write 'quantity'" in advice["storage"]
    assert "Europe/Berlin" in advice["time_zone"]
    assert "Add 'company" in advice["company"]


def test_a_key_written_twice_is_a_fault() -> None:
    (fault,) = faults_of("format: tierline/catalog/1\ncatalog: x\ncatalog: y\n")
    assert (fault.line, fault.code) == (3, "duplicate_key")


def test_a_yaml_bomb_is_stopped() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (fault,) = faults_of("\n".join(lines))
    assert "aliases repeat" in fault.message


def test_an_alias_of_itself_is_stopped() -> None:
    (fault,) = faults_of("a: &a [*a]")
    assert str(MAX_DEPTH) in fault.message


def test_deep_nesting_is_stopped() -> None:
    (fault,) = faults_of("[" * 400_000 + "]" * 400_000)
    assert "deeper than" in fault.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"a: [1", "not YAML"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"- 1\n- 2", "mapping"),
        (b"just text", "mapping"),
        (b"? [a]\n: b", "plain text"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_catalog(parse_document(content, "x.yaml"))
    assert said in caught.value.faults[0].message


def test_times_and_words_of_old_yaml_stay_text() -> None:
    value = parse_document('{opens: 09:30, on: off, "yes": no, count: 010}', "x").value
    assert value == {"opens": "09:30", "on": "off", "yes": "no", "count": 10}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{kind: quantity, limit: lots}", "Write digits, e.g. 12.5. Or write one of: unlimited."),
        ("{kind: quantity, limit: -1}", "Write 0 or more."),
        ("{kind: quantity, limit: 1e400}", "Write at most 24 digits."),
        ("{kind: included, included: perhaps}", "Write true or false."),
        ("{kind: deliverable, what: 5, per: month}", "Put it in quotes."),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_in_our_words(wrong: str, said: str) -> None:
    head = "format: tierline/catalog/1\ncatalog: x\nversion: 2025-07-01\ncompany: X\n"
    (fault,) = faults_of(f"{head}tiers:\n  gold: {{name: G, terms: {{f: {wrong}}}}}\n")
    assert said in fault.write_instead
