"""The export of Halyard's year, in the form of a ServiceNow incident log.

    python -m tierline.sample.export

writes `incidents-2025.csv.gz` beside this module: one row for each change of a case, the newest
value of every field on each row, and a few dirty rows as every export has them.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tierline.kernel.instants import SECOND_US, from_micros
from tierline.sample.case_life import CaseLife
from tierline.sample.case_story import first_cells
from tierline.sample.case_year import lived_year
from tierline.sample.chance import Chance
from tierline.sample.shape import STANDARD
from tierline.sample.story import SEED

COLUMNS = (
    "number", "incident_state", "hold_reason", "reassignment_count", "reopen_count",
    "sys_mod_count", "made_sla", "caller_id", "opened_at", "sys_updated_by", "sys_updated_at",
    "contact_type", "location", "company", "u_support_tier", "category", "impact", "urgency",
    "priority", "assignment_group", "assigned_to", "comment_type", "resolved_at", "closed_at",
)  # fmt: skip
FILE_NAME = "incidents-2025.csv.gz"
_PRIORITY = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")
_CALLERS = 10
_CELL = {"1 - High": 0, "2 - Medium": 1, "3 - Low": 2}
_GRADE = ((0, 1, 2), (1, 2, 3), (2, 3, 3))
_UNREADABLE = 9
_TIMELESS = 6
_BROKEN_TIME = 3
_REPEATED = 24
_WITHOUT_SEVERITY = 4
_CLOSED_BEFORE_OPENED = 2

Row = dict[str, str]


def export_text() -> str:
    """The whole export as CSV; the same text for the same seed, on every platform."""
    rows = _with_dirt([list(_rows_of(life)) for life in lived_year(SEED, STANDARD)])
    lines = [",".join(COLUMNS)]
    lines += [",".join(row[column] for column in COLUMNS) for row in rows]
    return "\n".join(lines) + "\n"


def write_export(folder: Path) -> Path:
    """Write the export, packed."""
    path = folder / FILE_NAME
    path.write_bytes(packed(export_text().encode()))
    return path


def packed(text: bytes) -> bytes:
    """Packed without a time or a name, so that the same text packs alike."""
    held = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, held, mtime=0) as target:
        target.write(text)
    return held.getvalue()


def _rows_of(life: CaseLife) -> Iterator[Row]:
    story = life.story
    impact, urgency = first_cells(story)
    caller = (
        f"Caller {abs(_digits(story.account.name)) % 900 + 100}-{_digits(story.number) % _CALLERS}"
    )
    row = {
        "number": story.number,
        "incident_state": "New",
        "hold_reason": "",
        "reopen_count": "0",
        "caller_id": caller,
        "opened_at": _shown(story.opened),
        "contact_type": story.channel,
        "location": story.account.region,
        "company": story.account.name,
        "category": story.category,
        "impact": impact,
        "urgency": urgency,
        "assignment_group": story.queue,
        "assigned_to": "",
        "resolved_at": _shown(life.resolved),
        "closed_at": _shown(life.closed),
    }
    groups = {story.queue}
    for count, step in enumerate(life.steps):
        row |= step.changes
        groups.add(row["assignment_group"])
        is_over = row["incident_state"] == "Closed"
        day = from_micros(step.at * SECOND_US).date()
        writer = {"caller": caller, "system": "system"}.get(step.by, row["assigned_to"])
        severity = _GRADE[_CELL[row["impact"]]][_CELL[row["urgency"]]]
        yield row | {
            "reassignment_count": str(len(groups) - 1),
            "sys_mod_count": str(count),
            "made_sla": life.made_sla if is_over else "true" if story.severity < 2 else "",
            "sys_updated_by": writer,
            "sys_updated_at": _shown(step.at),
            "u_support_tier": story.account.plan_on(day),
            "priority": _PRIORITY[severity],
            "comment_type": step.comment,
        }


def _with_dirt(cases: list[list[Row]]) -> list[Row]:
    """What no export is without: states from nowhere, missing times, rows twice, cases that nobody
    graded, and an end before its beginning."""
    chance = Chance(SEED, "dirt")
    places = chance.shuffled(range(len(cases)))
    middle = [place for place in places if len(cases[place]) > 5]
    for place in middle[:_UNREADABLE]:
        cases[place][-3]["incident_state"] = "-7"
    for place in middle[_UNREADABLE : _UNREADABLE + _TIMELESS]:
        cases[place][2]["sys_updated_at"] = ""
    for place in middle[20 : 20 + _BROKEN_TIME]:
        cases[place][2]["sys_updated_at"] = "2025-13-07 24:61:00"
    for place in middle[40 : 40 + _WITHOUT_SEVERITY]:
        for row in cases[place]:
            row |= {"impact": "", "urgency": "", "priority": ""}
    for place in [p for p in places if _is_plain(cases[p])][:_CLOSED_BEFORE_OPENED]:
        for row in cases[place]:
            row |= {"resolved_at": "2024-12-30 11:00:00", "closed_at": "2024-12-31 11:00:00"}
    for place in middle[60 : 60 + _REPEATED]:
        cases[place].append(cases[place][-1])
    return [row for case in cases for row in case]


def _is_plain(rows: list[Row]) -> bool:
    """Closed once and for all."""
    return rows[-1]["incident_state"] == "Closed" and rows[-1]["reopen_count"] == "0"


def _shown(seconds: int) -> str:
    if not seconds:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _digits(text: str) -> int:
    return sum(place * ord(letter) for place, letter in enumerate(text, start=1))


if __name__ == "__main__":
    write_export(Path(__file__).parent)
