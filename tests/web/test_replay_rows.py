"""The lists behind a report as CSV."""

from __future__ import annotations

import csv
import io

from small_world import HOUR, INTAKE, RESOLVED, case, log, terms, week

from tierline.actions.intake import Intake, RowsRead
from tierline.actions.replay import Draft, replay
from tierline.kernel.instants import SECOND_US
from tierline.web import replay_rows as rows


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_one_row_for_each_milestone_with_seconds_and_instants() -> None:
    done = replay(week(), terms())
    found = read(rows.csv_bytes(rows.milestone_rows(done)))
    assert len(found) == len(done.table)
    waited = next(
        row for row in found if (row["case"], row["milestone"]) == ("waited", "resolution")
    )
    assert waited == {
        "case": "waited",
        "account": "Beta",
        "tier": "silver",
        "severity": "S1",
        "milestone": "resolution",
        "cycle": "1",
        "started": "2025-03-03T08:00:00Z",
        "stopped": "2025-03-03T23:00:00Z",
        "due": "2025-03-03T20:00:00Z",
        "used_seconds": str(11 * HOUR // SECOND_US),
        "allowance_seconds": "28800",
        "over_seconds": "10800",
        "verdict": "missed",
        "promise": "x/silver/S1.resolution",
        "month": "2025-03",
        "old_tool": "missed",
    }


def test_a_milestone_that_has_not_stopped_has_no_stop() -> None:
    found = read(rows.csv_bytes(rows.milestone_rows(replay(week(), terms()))))
    (row,) = (row for row in found if row["case"] == "open")
    assert (row["stopped"], row["verdict"]) == ("", "running")


def test_parts_of_a_second_are_kept() -> None:
    history = case("c", "bronze", "S1", (1.00001, RESOLVED))
    found = read(rows.csv_bytes(rows.milestone_rows(replay(log(history), terms()))))
    assert found[0]["used_seconds"] == "3600.036"
    assert found[0]["stopped"] == "2025-03-03T09:00:00.036000Z"


def test_misses_are_listed_the_worst_first() -> None:
    found = read(rows.csv_bytes(rows.miss_rows(replay(week(), terms()))))
    over = [int(row["over_seconds"]) for row in found]
    assert over == sorted(over, reverse=True)
    assert {row["verdict"] for row in found} == {"missed"}


def test_flips_and_disagreements_have_a_row_each() -> None:
    done = replay(week(), terms(), [Draft("d.yaml", terms(bronze_S1_resolution=5))])
    flips = read(rows.csv_bytes(rows.flip_rows(done)))
    assert [(row["draft"], row["case"], row["change"]) for row in flips] == [
        ("d.yaml", "kept", "met_to_missed"),
        ("d.yaml", "late answer", "met_to_missed"),
    ]
    (differs,) = read(rows.csv_bytes(rows.disagreement_rows(done)))
    assert differs == {
        "case": "late answer",
        "milestone": "resolution",
        "here": "met",
        "old_tool": "missed",
    }


def test_a_value_with_commas_quotes_and_lines_survives() -> None:
    name = 'a "b", c\nd'
    found = read(rows.csv_bytes(rows.listed_rows(replay(log(case(name, "gold", "S1")), terms()))))
    assert found[0]["case"] == name


def test_rejected_rows_are_listed_in_full() -> None:
    class One:
        line, column, value, reason = 7, "opened", "29/13/2016", "This is not a date."

    intake = Intake("x.csv", RowsRead(1, 0, 0, 1, 0), [One()])
    (row,) = read(rows.csv_bytes(rows.reject_rows(intake)))
    assert row == {"line": "7", "column": "opened", "reason": One.reason, "value": One.value}
    assert read(rows.csv_bytes(rows.reject_rows(INTAKE))) == []
