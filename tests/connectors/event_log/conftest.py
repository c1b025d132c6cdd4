"""A small helpdesk whose export fits on a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tierline.cases.history import CaseHistory
from tierline.catalog.document import parse_document
from tierline.connectors.event_log.mapping import EventLogMapping
from tierline.connectors.event_log.mapping_file import parse_mapping
from tierline.connectors.event_log.reading import LogReading, read_log

MAPPING = """
    format: tierline/event-log-mapping/1
    file: {unknown: ["?"]}
    times: {time_zone: UTC}
    case_id: case
    opened_at: opened
    event_at: at
    severity: {column: grade, values: {high: S1, low: S2}}
    tier: {always: gold}
    states:
      column: state
      values:
        New: open
        Work: open
        Ask: {pause: waiting_on_customer}
        Vendor: {pause: waiting_on_vendor}
        Works again: restored
        Done: resolved
        Closed: {state: closed, at: closed}
    events:
      - {event: acknowledged, column: agent, known: true}
      - {event: public_reply, column: note, is: [reply]}
    attributes: {account: company}
    """
HEADER = "case,opened,at,grade,state,agent,note,company,closed,extra"

Mapped = Callable[..., EventLogMapping]
Read = Callable[..., LogReading]


@pytest.fixture
def mapped() -> Mapped:
    """The mapping above with texts replaced."""

    def mapped(*changes: tuple[str, str]) -> EventLogMapping:
        text = MAPPING
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        return parse_mapping(parse_document(dedent(text), "mapping.yaml"))

    return mapped


@pytest.fixture
def read(tmp_path: Path, mapped: Mapped) -> Read:
    """Read rows (or whole content) under the mapping above, changed."""

    def read(content: str | bytes, *changes: tuple[str, str], header: str = HEADER) -> LogReading:
        path = tmp_path / "log.csv"
        if isinstance(content, str):
            rows = "\n".join(line.strip() for line in content.strip().splitlines())
            content = f"{header}\n{rows}\n".encode()
        path.write_bytes(content)
        reading = read_log(path, mapped(*changes))
        assert reading.rows.reconcile
        assert reading.cases_read == len(reading.log) + len(reading.refused)
        return reading

    return read


def told(history: CaseHistory) -> list[str]:
    """A history as short texts: `09:00 paused waiting_on_customer`."""
    return [f"{event.at:%H:%M} {event.kind.name} {event.value}".strip() for event in history.events]
