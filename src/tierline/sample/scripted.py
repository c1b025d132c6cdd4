"""Cases whose course is told, not drawn: the ones that the documentation speaks about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tierline.kernel.instants import SECOND_US, to_micros
from tierline.sample.case_life import MESSAGE, NOTE, REPLY, REVIEW, CaseLife, Step
from tierline.sample.case_story import CaseStory

Told = tuple[str, dict[str, str], str]
"""Time, fields that change, comment."""

_AT_WORK = {"incident_state": "In Progress"}
_ASKED = {"incident_state": "On Hold", "hold_reason": "Awaiting Caller"}
SCRIPTS: dict[tuple[str, str], tuple[int, str, str, int, tuple[Told, ...]]] = {
    # Taken after 47 minutes for 15 promised, two hourly updates missed, restored after 9 h 40.
    ("Farrow Energy", "2025-09-14T02:10:00"): (0, "Edge box", "Hardware", 12, (
        ("2025-09-14T02:57:00", _AT_WORK, REPLY),
        ("2025-09-14T03:49:00", {}, REPLY),
        ("2025-09-14T04:44:00", {}, REPLY),
        ("2025-09-14T06:31:00", {}, REPLY),
        ("2025-09-14T07:22:00", {"assignment_group": "Specialists"}, REPLY),
        ("2025-09-14T08:15:00", {}, REPLY),
        ("2025-09-14T10:02:00", {}, REPLY),
        ("2025-09-14T10:55:00", {}, REPLY),
        ("2025-09-14T11:50:00", {"incident_state": "Service Restored"}, REPLY),
        ("2025-09-14T12:41:00", {}, REPLY),
        ("2025-09-14T13:20:00", {"incident_state": "Resolved"}, REPLY),
        ("2025-09-18T15:05:00", {}, REVIEW),
        ("2025-09-19T13:20:00", {"incident_state": "Closed"}, ""),
    )),
    # Thursday 15:30 in Chicago, one business day, the fourth of July between.
    ("Gulfport Medical", "2025-07-03T20:30:00"): (2, "Camera", "Hardware", 10, (
        ("2025-07-07T16:00:00", _AT_WORK, REPLY),
        ("2025-07-07T18:20:00", {}, MESSAGE),
        ("2025-07-07T20:05:00", {"incident_state": "Resolved"}, REPLY),
        ("2025-07-12T20:05:00", {"incident_state": "Closed"}, ""),
    )),
    # Over the night in which Chicago's clocks go forward, and the one in which they go back.
    ("Evergreen Labs", "2025-03-07T22:15:00"): (1, "API", "Platform", 8, (
        ("2025-03-10T14:40:00", _AT_WORK, REPLY),
        ("2025-03-11T16:10:00", {}, NOTE),
        ("2025-03-12T19:30:00", {"incident_state": "Resolved"}, REPLY),
        ("2025-03-17T19:30:00", {"incident_state": "Closed"}, ""),
    )),
    ("Holloway Steel", "2025-10-31T20:45:00"): (1, "Integration", "Platform", 9, (
        ("2025-11-03T16:20:00", _AT_WORK, REPLY),
        ("2025-11-04T15:00:00", _ASKED, REPLY),
        ("2025-11-05T15:30:00", {"incident_state": "In Progress", "hold_reason": ""}, MESSAGE),
        ("2025-11-06T17:45:00", {"incident_state": "Resolved"}, REPLY),
        ("2025-11-11T17:45:00", {"incident_state": "Closed"}, ""),
    )),
}  # fmt: skip


def told(story: CaseStory) -> CaseLife | None:
    """The life of a case that has a script, by its account and opening; else None."""
    for (account, opened), (severity, category, queue, agent, lines) in SCRIPTS.items():
        if story.account.name == account and story.opened == _seconds(opened):
            scripted = replace(
                story,
                severity=severity,
                category=category,
                queue=queue,
                agent=agent,
                channel="Phone",
            )
            return _life(scripted, lines)
    return None


def scripted_openings(account: str) -> list[datetime]:
    """When the scripted cases of an account open."""
    return [_instant(opened) for name, opened in SCRIPTS if name == account]


def _life(story: CaseStory, lines: tuple[Told, ...]) -> CaseLife:
    agent = f"agent-{story.agent:02}"
    steps = [Step(story.opened + 20, 0, {"incident_state": "New"}, "", "caller")]
    for turn, (at, changes, comment) in enumerate(lines, start=1):
        by = "caller" if comment == MESSAGE else ""
        steps.append(Step(_seconds(at), turn, {"assigned_to": agent} | changes, comment, by))
    ends = {line[1].get("incident_state"): _seconds(line[0]) for line in lines}
    made_sla = "true" if story.severity < 2 else ""
    return CaseLife(story, steps, ends["Resolved"], ends["Closed"], made_sla)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _seconds(text: str) -> int:
    return to_micros(_instant(text)) // SECOND_US


def replace_opening(openings: list[datetime], scripted: list[datetime]) -> list[datetime]:
    """The openings with the nearest one moved to each scripted instant; with few of them, those."""
    if len(openings) <= len(scripted):
        return sorted(scripted)
    moved = list(openings)
    for instant in scripted:
        nearest = min(range(len(moved)), key=lambda place: abs(moved[place] - instant))
        moved[nearest] = instant
    return sorted(moved)
