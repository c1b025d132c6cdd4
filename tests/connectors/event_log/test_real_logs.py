"""Two real logs through their mapping files: every row and every case accounted for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tierline.cases.event import EventKind
from tierline.connectors.event_log.mapping_file import load_mapping
from tierline.connectors.event_log.reading import LogReading, read_log

EXAMPLES = Path(__file__).parents[3] / "examples"
Shared = Callable[[str], Path]


def counts(reading: LogReading) -> dict[str, int]:
    kinds, found = np.unique(reading.log.kind, return_counts=True)
    names = [EventKind(int(kind)).name for kind in kinds]
    return dict(zip(names, map(int, found), strict=True))


def test_the_servicenow_log(shared: Shared) -> None:
    path = shared("data/uci-incident-log/incident_event_log.csv.gz")
    reading = read_log(path, load_mapping(EXAMPLES / "servicenow/mapping.yaml"))
    assert reading.rows.read == 141_712
    assert reading.rows.reconcile
    assert (reading.cases_read, len(reading.log), reading.refused) == (24_918, 24_918, ())
    reasons = {reason: count for (_, reason), count in reading.rejected_rows.by_reason().items()}
    assert reasons == {
        "The mapping has no state for this value.": 5,
        "The row lies before the opening of its case.": 5,
    }
    assert {row.value for row in reading.rejected_rows if row.column == "incident_state"} == {
        "-100"
    }
    assert counts(reading)["opened"] == 24_918
    verdicts = reading.log.attributes["verdict_resolution"]
    assert np.bincount(verdicts.codes).tolist() == [15_803, 9_115]


def test_the_volvo_log(shared: Shared) -> None:
    path = shared("data/bpic2013-volvo-incidents/VINST-new.csv.gz")
    reading = read_log(path, load_mapping(EXAMPLES / "volvo/mapping.yaml"))
    assert reading.rows.read == 65_533
    assert reading.rows.reconcile
    assert (reading.cases_read, len(reading.log), reading.refused) == (7_554, 7_554, ())
    assert [row.value for row in reading.rejected_rows] == ["Unmatched / Unmatched"] * 5
    assert counts(reading)["paused"] == 6_215


def test_each_history_of_the_servicenow_log_is_in_order(shared: Shared) -> None:
    path = shared("data/uci-incident-log/incident_event_log.csv.gz")
    log = read_log(path, load_mapping(EXAMPLES / "servicenow/mapping.yaml")).log
    inside = np.ones(len(log.at), dtype=bool)
    inside[log.first_row[:-1]] = False
    assert (np.diff(log.at)[inside[1:]] >= 0).all()
    assert (log.kind[log.first_row[:-1]] == EventKind.opened).all()
    assert (log.kind == EventKind.opened).sum() == len(log)
