"""Lives of cases that are told otherwise than chance had them. The log of the older generator keeps
them as they were: a plant changes what the company lives through, and no byte of that log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tierline.calendars.local_time import zone_named
from tierline.kernel.instants import SECOND_US, from_micros
from tierline.sample.case_life import AUTOMATIC, MESSAGE, NOTE, REPLY, CaseLife, Step
from tierline.sample.case_story import CELLS
from tierline.sample.story import HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tierline.sample.company import Company, RaisedCase
    from tierline.sample.customers import Customer

CLOSES_AFTER = 5 * 24 * HOUR
_ON_HOLD = {"incident_state": "On Hold", "hold_reason": "Awaiting Caller"}
_WORKING = {"incident_state": "In Progress", "hold_reason": ""}


def opened_at(each: RaisedCase) -> datetime:
    """When a case was raised."""
    return from_micros(each.life.story.opened * SECOND_US)


def plan_of(customer: Customer, each: RaisedCase) -> str:
    """The tier that a customer holds when it raises a case; empty once it has left."""
    day = opened_at(each).astimezone(zone_named(customer.time_zone)).date()
    return customer.tier_on(day) if customer.is_active_on(day) else ""


def cases_of(company: Company, part: str) -> list[int]:
    """The places of the cases of a part, as they were raised."""
    name = company.cast.name(part)
    return [place for place, each in enumerate(company.cases) if each.who == name]


def retold(company: Company, place: int, tell: Callable[[CaseLife], CaseLife]) -> None:
    """Let a case have another life."""
    each = company.cases[place]
    company.cases[place] = replace(each, life=tell(each.life))


def by_channel(life: CaseLife, channel: str) -> CaseLife:
    """The same, raised by another channel; nothing answers a call by itself."""
    steps = [step for step in life.steps if step.comment != AUTOMATIC]
    return replace(life, story=replace(life.story, channel=channel), steps=steps)


def taken_after(life: CaseLife, open_seconds: int) -> CaseLife:
    """The same, taken up after so much open time; at most up to what follows."""
    (place,) = [at for at, step in enumerate(life.steps) if "assigned_to" in step.changes][:1]
    hours = life.story.tier.hours
    at = hours.add_micros(life.story.opened * SECOND_US, open_seconds * SECOND_US) // SECOND_US
    later = [step.at for step in life.steps[place + 1 :]]
    steps = list(life.steps)
    steps[place] = replace(steps[place], at=min([at, *(each - 30 for each in later)]))
    return replace(life, steps=sorted(steps))


def worst_of_all(life: CaseLife, taken_minutes: int) -> CaseLife:
    """A severity-1 matter that is taken after so many minutes, restored in five hours, and solved
    in seven, with word to the customer every three."""
    start, agent = life.story.opened, f"agent-{life.story.agent:02}"
    told: tuple[tuple[int, dict[str, str], str], ...] = (
        (taken_minutes * 60, {"incident_state": "In Progress", "assigned_to": agent}, REPLY),
        (3 * HOUR, {}, REPLY),
        (5 * HOUR, {"incident_state": "Service Restored"}, REPLY),
        (7 * HOUR, {"incident_state": "Resolved", "hold_reason": ""}, REPLY),
        (7 * HOUR + CLOSES_AFTER, {"incident_state": "Closed"}, ""),
    )
    steps = [Step(start + 20, 0, {"incident_state": "New"}, "", "caller")]
    steps += [Step(start + after, turn, changes, comment)
              for turn, (after, changes, comment) in enumerate(told, start=1)]  # fmt: skip
    story = replace(life.story, severity=0)
    return replace(life, story=story, steps=steps, resolved=start + 7 * HOUR)


def with_wait(life: CaseLife, left_seconds: int, *, asks: bool, lasts: int) -> CaseLife:
    """The same, set waiting so many seconds before its resolution would be late, and solved in half
    of them after the wait."""
    story, hours = life.story, life.story.tier.hours
    target = story.tier.resolution[story.severity]

    def after(start: int, open_seconds: int) -> int:
        return hours.add_micros(start * SECOND_US, open_seconds * SECOND_US) // SECOND_US

    start = after(story.opened, target - left_seconds)
    until = start + lasts
    end = after(until, left_seconds // 2)
    kept = [step for step in life.steps if step.at < start and not _is_about_the_end(step)]
    turn = len(life.steps)
    kept += [
        Step(start, turn, dict(_ON_HOLD), REPLY if asks else ""),
        Step(until, turn + 1, dict(_WORKING), MESSAGE if asks else NOTE,
             "caller" if asks else ""),
        Step(end, turn + 2, {"incident_state": "Resolved", "hold_reason": ""}, REPLY),
        Step(end + CLOSES_AFTER, turn + 3, {"incident_state": "Closed"}, "", "system"),
    ]  # fmt: skip
    return replace(life, steps=sorted(kept), resolved=end, closed=end + CLOSES_AFTER)


def reopened(life: CaseLife) -> CaseLife:
    """The same, back a day after it was resolved, answered in two open hours and solved in five."""
    hours, at = life.story.tier.hours, life.resolved + 24 * HOUR
    answered, end = (
        hours.add_micros(at * SECOND_US, after * HOUR * SECOND_US) // SECOND_US for after in (2, 5)
    )
    steps = [step for step in life.steps if step.changes.get("incident_state") != "Closed"]
    again = {"incident_state": "In Progress", "reopen_count": "1"}
    turn = len(life.steps)
    steps += [
        Step(at, turn, again, MESSAGE, "caller"),
        Step(answered, turn + 1, {}, REPLY),
        Step(end, turn + 2, {"incident_state": "Resolved", "hold_reason": ""}, REPLY),
        Step(end + CLOSES_AFTER, turn + 3, {"incident_state": "Closed"}, "", "system"),
    ]
    return replace(life, steps=sorted(steps), resolved=end, closed=end + CLOSES_AFTER)


def asked(life: CaseLife) -> CaseLife:
    """The same, where whoever set it waiting asks the customer."""
    steps = [
        replace(step, comment=REPLY)
        if step.changes.get("hold_reason") == "Awaiting Caller"
        else step
        for step in life.steps
    ]
    return replace(life, steps=steps)


def is_plain(life: CaseLife) -> bool:
    """Whether it was neither reopened nor judged another severity, and has ended."""
    changes = [step.changes for step in life.steps]
    is_changed = any("impact" in each or "reopen_count" in each for each in changes)
    return not is_changed and bool(life.resolved) and bool(life.closed)


def waits(life: CaseLife) -> bool:
    """Whether it was ever set waiting."""
    return any(step.changes.get("incident_state") == "On Hold" for step in life.steps)


def severity_when_waiting(life: CaseLife) -> int | None:
    """The severity (0 to 3) that it had when it was set waiting; None where it never was."""
    for severity, step in _with_severity(life):
        if step.changes.get("incident_state") == "On Hold":
            return severity
    return None


def severity_in_the_end(life: CaseLife) -> int:
    """The severity (0 to 3) that it was last judged to have."""
    return max(_with_severity(life), key=lambda each: each[1])[0]


def _with_severity(life: CaseLife) -> Iterator[tuple[int, Step]]:
    """Its steps in order, each with the severity that it has from then on."""
    severity = life.story.severity
    for step in sorted(life.steps):
        if "impact" in step.changes:
            cells = step.changes["impact"], step.changes["urgency"]
            severity = next(place for place, of in enumerate(CELLS) if cells in of)
        yield severity, step


def _is_about_the_end(step: Step) -> bool:
    return step.changes.get("incident_state") in ("On Hold", "Resolved", "Closed") or (
        "hold_reason" in step.changes
    )
