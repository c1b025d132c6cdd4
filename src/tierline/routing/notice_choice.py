"""How one of our own people wants to be written to: each kind of notice at once, once a day, or not
at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tierline.calendars.calendar import calendar_for
from tierline.calendars.local_time import local_date, resolve_local, zone_named
from tierline.routing.notice import (
    AT_NO_LEVEL,
    BREACH,
    OF_HOLDER,
    UNASSIGNED,
    UNSKILLED,
    Notice,
)

if TYPE_CHECKING:
    from tierline.routing.agent import Agent

USUAL_HOUR = 8
HOURS = range(24)
AFTER_THE_HOUR = timedelta(minutes=1)
"""What was held back to the hour, by the end of quiet hours, is in the digest of that hour."""
_DAY = timedelta(days=1)
_LONGEST_WAIT_DAYS = 366
_MONDAY_TO_FRIDAY = range(5)


class NoticeKind(StrEnum):
    """What somebody may be written to about, as they choose."""

    warnings = "warnings"
    """A case has climbed to them: so much of a target is used, or nobody has acknowledged."""
    breaches = "breaches"
    assignments = "assignments"
    skills = "skills"
    follows = "follows"
    care = "care"
    cover = "cover"
    advice = "advice"


KINDS: Mapping[NoticeKind, str] = {
    NoticeKind.warnings: "A case climbs to you before a target is missed",
    NoticeKind.breaches: "A target was missed",
    NoticeKind.assignments: "A case is given to you",
    NoticeKind.skills: "A case needs a skill that nobody has",
    NoticeKind.follows: "Something happens in a case that you follow",
    NoticeKind.care: "Care is due within a week",
    NoticeKind.cover: "Nobody would be there in the days to come",
    NoticeKind.advice: "A customer says something of advice, or a review yielded none",
}
"""In words, for who chooses."""


class Way(StrEnum):
    """How somebody is told."""

    at_once = "at_once"
    digest = "digest"
    off = "off"


WAYS: Mapping[Way, str] = {
    Way.at_once: "At once",
    Way.digest: "In a daily digest",
    Way.off: "Not at all",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeChoice:
    """What one person chose; what stands not in `ways` is told at once. The digest comes at `hour`
    of `time_zone`; `last_on` is the last day of there that had its own."""

    user: str
    ways: Mapping[NoticeKind, Way] = field(default_factory=dict)
    hour: int = USUAL_HOUR
    time_zone: str = "UTC"
    last_on: date | None = None

    def way(self, kind: NoticeKind) -> Way:
        """How they want to be told of a kind."""
        return self.ways.get(kind, Way.at_once)

    @property
    def has_digest(self) -> bool:
        """Whether anything is told once a day."""
        return Way.digest in self.ways.values()

    def digest_at(self, day: date) -> datetime:
        """When the digest of a day is drawn up."""
        return resolve_local(day, self.hour * 3600, zone_named(self.time_zone)) + AFTER_THE_HOUR

    def day_at(self, now: datetime) -> date:
        """The last day whose hour has come."""
        today = local_date(now, zone_named(self.time_zone))
        return today if self.digest_at(today) <= now else today - _DAY

    def in_zone(self, time_zone: str, now: datetime) -> NoticeChoice:
        """The same by the clocks of another zone, where it may be the day before still."""
        today = local_date(now, zone_named(time_zone))
        last_on = None if self.last_on is None else min(self.last_on, today)
        return replace(self, time_zone=time_zone, last_on=last_on)

    def end_of_day(self, now: datetime) -> datetime:
        """When the day ends that it is for them."""
        zone = zone_named(self.time_zone)
        return resolve_local(local_date(now, zone) + _DAY, 0, zone)


def kind_of(notice: Notice) -> NoticeKind | None:
    """Of which kind a notice is; None where nobody chooses, because somebody waits for them: who is
    called in, who decides a dispute, and the leads where nobody may have a case."""
    if notice.what == BREACH:
        return NoticeKind.breaches
    if notice.what in OF_HOLDER:
        return NoticeKind.assignments
    if notice.what == UNSKILLED:
        return NoticeKind.skills
    if notice.what in AT_NO_LEVEL or notice.what == UNASSIGNED:
        return None
    return NoticeKind.warnings


def way_of(choice: NoticeChoice, notice: Notice, *, is_worst: bool, is_owners: bool) -> Way:
    """How somebody is told of a notice. The worst severity is always told at once. What nobody else
    would hear of is never off: a missed target of whoever has the case, what came to somebody in
    the place of who is not there, and that something which they were told is not so."""
    kind = kind_of(notice)
    if kind is None or is_worst:
        return Way.at_once
    chosen = choice.way(kind)
    is_owed = (kind is NoticeKind.breaches and is_owners) or notice.is_instead
    is_correction = notice.corrected_at is not None
    return Way.at_once if chosen is Way.off and (is_owed or is_correction) else chosen


def works_on(agent: Agent | None, day: date) -> bool:
    """Whether a day is a working day of somebody: by their hours, holidays included; where none are
    stated, Monday to Friday."""
    if agent is None or agent.hours.always_open:
        return day.weekday() in _MONDAY_TO_FRIDAY
    return calendar_for(agent.hours).opens_on(day)


def next_digest_at(choice: NoticeChoice, agent: Agent | None, now: datetime) -> datetime:
    """When it is to be asked next whether a digest is due: on the first working day after the last
    one that had its own whose hour is still to come."""
    day = max(choice.day_at(now), choice.last_on or date.min) + _DAY
    for _ in range(_LONGEST_WAIT_DAYS):
        if works_on(agent, day):
            break
        day += _DAY
    return choice.digest_at(day)


def digest_comes_at(choice: NoticeChoice, agent: Agent | None, asked_at: datetime) -> datetime:
    """When the digest comes that is asked for at an instant: after quiet hours, on a working day
    that had none yet, once its reader is there."""
    at = asked_at
    for _ in range(_LONGEST_WAIT_DAYS):
        told_at = at if agent is None else agent.may_be_told_at(at)
        if told_at > at:
            at = told_at + AFTER_THE_HOUR
        elif digest_due_on(choice, agent, at) is None:
            at = next_digest_at(choice, agent, at)
        else:
            break
    return at


def digest_due_on(choice: NoticeChoice, agent: Agent | None, now: datetime) -> date | None:
    """The day whose digest is due now; None where it had its own, is no working day, or its reader
    is away: what waits goes into the next one."""
    day = choice.day_at(now)
    had_its_own = choice.last_on is not None and day <= choice.last_on
    is_away = agent is not None and agent.is_absent(now)
    return None if had_its_own or is_away or not works_on(agent, day) else day
