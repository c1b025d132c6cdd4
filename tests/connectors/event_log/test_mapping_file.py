"""A mapping file: every fault at once, and a schema that says the same as the reader."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from tierline.catalog.document import parse_document, read_document
from tierline.connectors.event_log.mapping import RuleEvent
from tierline.connectors.event_log.mapping_file import (
    load_mapping,
    mapping_schema,
    names_not_in_catalog,
    parse_mapping,
)
from tierline.kernel.errors import Invalid

from .conftest import Mapped

ROOT = Path(__file__).parents[3]
SHIPPED = (
    "examples/servicenow/mapping.yaml",
    "examples/volvo/mapping.yaml",
    "src/tierline/sample/mapping.yaml",
)
WRONG = """
format: tierline/event-log-mapping/1
case_id: n
times: {time_zon: x, time_zone: Europ/Berlin}
severity: {column: a, valus: {a: S1}}
tier: {alway: standard}
states: {column: s, values: {A: openn, B: {pause: w}, C: {state: resolved, pause: y}}}
events: [{event: ack, column: x, known: true}, {event: acknowledged, column: x}]
as_of: yesterday
"""


def test_every_fault_is_told_at_once_with_line_and_remedy() -> None:
    with pytest.raises(Invalid) as caught:
        parse_mapping(parse_document(WRONG, "m.yaml"))
    events = ", ".join(RuleEvent)
    form = "A state is one of open, restored, resolved, closed, or 'pause: reason'."
    assert [str(fault) for fault in caught.value.faults] == [
        "m.yaml:4:9 times.time_zon: 'time_zon' is not known here. Write 'time_zone'.",
        "m.yaml:4:22 times.time_zone: 'Europ/Berlin' is not a time zone. Write 'Europe/Berlin'.",
        "m.yaml:5:23 severity.valus: 'valus' is not known here. Write 'values'.",
        "m.yaml:6:8 tier.alway: 'alway' is not known here. Write 'always'.",
        "m.yaml:7:30 states.values.A: 'openn' is not known for 'A'. Write 'open'.",
        f"m.yaml:7:55 states.values.C: {form}",
        f"m.yaml:8:11 events[0].event: 'ack' is not known for 'event'. Write one of: {events}.",
        "m.yaml:8:48 events[1]: State one of 'is', 'becomes', 'known: true', 'changes: true'.",
        "m.yaml:9:1 as_of: 'yesterday' is not an instant; write 2026-01-05T09:00:00Z.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("event_at: at\n    severity", "severity", None),
        (
            "case_id: case\n    opened_at: opened\n    event_at: at\n",
            "case_id: case\n",
            "state 'event_at'",
        ),
        ("{always: gold}", "{always: gold, column: x, values: {a: b}}", "state tier in one way"),
        ("{column: grade, values: {high: S1, low: S2}}", "{column: grade}", "severity in one way"),
        (
            "Done: resolved",
            "Done: {state: resolved, question: {column: a, is: [b]}}",
            "only a pause",
        ),
        ("column: state\n", "column: state\n      columns: [a]\n", "state either"),
        ("attributes: {account: company}", "attributes: {verdict_resolution: x}", "is reserved"),
        ('{unknown: ["?"]}', "{encoding: klingon}", "is not an encoding"),
        ('{unknown: ["?"]}', "{delimiter: ab}", "at most 1"),
        ('{unknown: ["?"]}', "{delimiter: ¦}", "one ASCII character"),
        ('{unknown: ["?"]}', "{delimiter: '|', quote: '|'}", "must differ"),
    ],
)
def test_what_contradicts_itself_is_refused(
    mapped: Mapped, old: str, new: str, words: str | None
) -> None:
    if words is None:
        assert mapped((old, new)).event_at is None
        return
    with pytest.raises(Invalid) as caught:
        mapped((old, new))
    assert words.lower() in " ".join(map(str, caught.value.faults)).lower()


def test_a_list_is_not_a_mapping() -> None:
    with pytest.raises(Invalid, match="1 fault") as caught:
        parse_mapping(parse_document("[1]", "m.yaml"))
    assert "tierline/event-log-mapping/1" in caught.value.faults[0].write_instead


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_mappings_hold_by_reader_and_by_schema(name: str) -> None:
    load_mapping(ROOT / name)
    jsonschema.validate(read_document(ROOT / name).value, mapping_schema())


def test_the_schema_refuses_what_the_reader_refuses() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(parse_document(WRONG, "m.yaml").value, mapping_schema())


def test_names_that_the_catalog_lacks_are_listed(mapped: Mapped) -> None:
    faults = names_not_in_catalog(
        mapped(), tiers=["gold"], severities=["S1"], pause_reasons=["waiting_on_customer"]
    )
    assert [(fault.path, fault.message) for fault in faults] == [
        ("severity.values.low", "The catalog has no severity 'S2'."),
        ("states.values.Vendor.pause", "The catalog has no pause reason 'waiting_on_vendor'."),
    ]
