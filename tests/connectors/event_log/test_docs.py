"""docs/mapping.md says what the code does: its keys are the schema's, its examples can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tierline.catalog.document import parse_document
from tierline.connectors.event_log.mapping_file import mapping_schema, parse_mapping

ROOT = Path(__file__).parents[3]
MANUAL = (ROOT / "docs/mapping.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)
SECTIONS = {
    "Keys": "EventLogMapping",
    "file": "FileStatement",
    "times": "TimesStatement",
    "severity": "SeverityStatement",
    "tier": "TierStatement",
    "states": "StateStatement",
    "events": "EventRule",
    "verdicts": "VerdictStatement",
    "records": "RecordsStatement",
}


def described(section: str) -> set[str]:
    """The keys in the first column of a section's table."""
    heading = f"## {section}\n" if section == "Keys" else f"### `{section}`\n"
    body = MANUAL.split(heading, 1)[1].split("\n##", 1)[0]
    rows = [line.split("|")[1] for line in body.splitlines() if line.startswith("| `")]
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


@pytest.mark.parametrize(("section", "statement"), SECTIONS.items())
def test_every_key_is_described_and_no_other(section: str, statement: str) -> None:
    schema = mapping_schema()
    keys = set((schema if section == "Keys" else schema["$defs"][statement])["properties"])
    assert described(section) == keys


def test_every_event_is_named() -> None:
    for event in mapping_schema()["$defs"]["RuleEvent"]["enum"]:
        assert f"`{event}`" in MANUAL


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_can_be_read(example: str) -> None:
    assert parse_mapping(parse_document(example, "docs/mapping.md")).case_id


def test_the_limits_are_the_ones_in_the_code() -> None:
    from tierline.connectors.event_log import coded_rows, source_file

    assert f"{coded_rows.MAX_CELL_CHARACTERS:,} characters" in MANUAL
    assert f"{source_file.MAX_BYTES // 1024**3} GiB" in MANUAL
