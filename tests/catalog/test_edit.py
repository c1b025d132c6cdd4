from __future__ import annotations

import pytest

from tierline.catalog.edit import parse_path, with_value
from tierline.kernel.errors import Conflict, Invalid, NotFound

FILE = """\
# The promise of Acme.   Do not  reformat.
format:   tierline/catalog/1
catalog: 'acme'
version: 2026-01-01      # signed from here
company: "Acme \\u2014 Ltd"

severities: { S1: {name: Critical}, S2: {name: Major} }   # worst first
tiers:
    gold:               # four blanks: on purpose
        name: Gold
        lead_line: >
            This plan keeps teams
            working
        price: {model: flat,   amount: 490}
        targets:
        -   {severity: S1, milestone: acknowledge, within: "PT4H"}   # contract 12
        -   severity: S2
            milestone: acknowledge
            within: P1D
        # the end of gold
notes:
- one
- 'two'
"""


def changed_lines(path: str, value: str, text: str = FILE) -> list[tuple[str, str]]:
    """The lines that differ; everything else is the same, byte for byte."""
    before, after = text.splitlines(True), with_value(text, path, value).splitlines(True)
    assert len(before) == len(after)
    return [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (
            "tiers.gold.targets[0].within",
            "PT2H",
            '        -   {severity: S1, milestone: acknowledge, within: "PT2H"}   # contract 12\n',
        ),
        ("tiers.gold.targets[1].within", "P2D", "            within: P2D\n"),
        ("tiers.gold.price.amount", "512.50", "        price: {model: flat,   amount: 512.5}\n"),
        ("version", "2026-07-01", "version: 2026-07-01      # signed from here\n"),
        ("catalog", "acme2", "catalog: 'acme2'\n"),
        ("company", "Acme Ltd", 'company: "Acme Ltd"\n'),
        ("notes[1]", "it's", "- 'it''s'\n"),
        ("notes[0]", "see #4", '- "see #4"\n'),
        ("notes[0]", '"12"', '- "12"\n'),
        ("tiers.gold.name", "a: b", '        name: "a: b"\n'),
        (
            "severities.S2",
            "{name: Serious}",
            "severities: { S1: {name: Critical}, S2: {name: Serious} }   # worst first\n",
        ),
        (
            "severities.S2.means",
            "Late",
            (
                "severities: { S1: {name: Critical}, S2: {name: Major, means: Late} }   "
                "# worst first\n"
            ),
        ),
    ],
)
def test_one_value_changes_and_every_other_byte_stays(path: str, value: str, line: str) -> None:
    assert [after for _, after in changed_lines(path, value)] == [line]


def test_a_new_key_takes_a_line_of_its_own_beside_its_siblings() -> None:
    text = with_value(FILE, "tiers.gold.targets[1].note", "by phone")
    assert text.replace("            note: by phone\n", "") == FILE
    assert "            within: P1D\n            note: by phone\n" in text


def test_a_folded_text_is_replaced_as_a_whole() -> None:
    text = with_value(FILE, "tiers.gold.lead_line", "This plan saves time")
    folded = ">\n            This plan keeps teams\n            working\n"
    assert text == FILE.replace(folded, "This plan saves time\n")


def test_line_ends_of_another_system_survive() -> None:
    text = FILE.replace("\n", "\r\n")
    assert with_value(text, "tiers.gold.price.amount", "5") == text.replace("490", "5")
    assert "\r\n            note: x\r\n" in with_value(text, "tiers.gold.targets[1].note", "x")


def test_the_sample_keeps_all_its_other_bytes(sample_bytes: bytes) -> None:
    text = sample_bytes.decode()
    changed = with_value(text, "tiers.standard.targets[0].within", "PT3H")
    first = "milestone: acknowledge, within: "
    assert changed == text.replace(f"{first}PT4H", f"{first}PT3H", 1)


def test_an_invalid_result_is_refused_with_its_place() -> None:
    with pytest.raises(Invalid) as refused:
        with_value(FILE, "tiers.gold.targets[0].within", "soon")
    assert [fault.path for fault in refused.value.faults] == ["tiers.gold.targets[0].within"]


def test_a_place_that_does_not_exist_says_what_there_is() -> None:
    with pytest.raises(NotFound, match=r"There is no tiers.silver. There are: gold"):
        with_value(FILE, "tiers.silver.name", "Silver")
    with pytest.raises(NotFound, match="2 entries"):
        with_value(FILE, "tiers.gold.targets[5].within", "P1D")


def test_an_alias_is_not_changed_behind_its_anchor() -> None:
    text = FILE.replace('within: "PT4H"', "within: &fast PT4H").replace(
        "within: P1D", "within: *fast"
    )
    with pytest.raises(Conflict, match="alias"):
        with_value(text, "tiers.gold.targets[1].within", "P1D")


@pytest.mark.parametrize("path", ["", "tiers..gold", "tiers[x]", "tiers gold", "[0]x"])
def test_a_path_must_be_a_path(path: str) -> None:
    with pytest.raises(Invalid):
        parse_path(path)
