"""A call-in: the lead of a subject is called to a case of the worst severity, and comes.

All of it is facts: who was called when, who was asked, that somebody has acknowledged and has
arrived. How long it took is a difference of their instants.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.calendars.calendar import calendar_for
from tierline.routing.subject_leads import lead_hours

if TYPE_CHECKING:
    from tierline.routing.agent import Agent
    from tierline.routing.subject_leads import TierLeads

ASK_AGAIN_AFTER = timedelta(minutes=10)
"""So long somebody has to acknowledge before the next one is asked."""


class CallInKind(StrEnum):
    """What happened with a call-in."""

    called = auto()
    """Somebody called; nobody is named by it."""
    asked = auto()
    """Somebody was written to."""
    acknowledged = auto()
    """Somebody who was asked comes."""
    arrived = auto()
    """They are there."""
    called_off = auto()
    """Nobody is needed any more."""


class Part(StrEnum):
    """As what somebody is asked."""

    lead = auto()
    deputy = auto()
    desk = auto()
    """Who leads the desk, in the place of the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInEvent:
    """One fact of the call-in of this number on its case."""

    number: int
    kind: CallInKind
    domain: str
    tier: str
    at: datetime
    by: str
    user: str | None = None
    part: Part | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallIn:
    """A call-in as its facts make it; the instants are None where nothing of the kind happened."""

    number: int
    domain: str
    tier: str
    called_at: datetime
    by: str
    asked: tuple[CallInEvent, ...] = ()
    acknowledged: CallInEvent | None = None
    arrived: CallInEvent | None = None
    called_off_at: datetime | None = None

    @property
    def acknowledged_at(self) -> datetime | None:
        """When somebody said that they come; whoever arrived without saying so has said it then."""
        found = self.acknowledged or self.arrived
        return None if found is None else found.at

    @property
    def is_waiting(self) -> bool:
        """Whether somebody is to be asked who has not answered yet."""
        return self.acknowledged_at is None and self.called_off_at is None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come of it."""
        return self.arrived is not None or self.called_off_at is not None

    @property
    def rounds(self) -> int:
        """How often somebody was asked; those who lead the desk are asked at once."""
        return len({each.at for each in self.asked})

    @property
    def is_exhausted(self) -> bool:
        """Whether there is nobody left to be asked: who leads the desk knows of it."""
        return any(each.part is Part.desk for each in self.asked)


def call_ins_of(events: Sequence[CallInEvent]) -> tuple[CallIn, ...]:
    """The call-ins of a case, by their facts in order."""
    found: dict[int, list[CallInEvent]] = {}
    for each in events:
        found.setdefault(each.number, []).append(each)
    return tuple(_call_in(of_one) for of_one in found.values())


def _call_in(events: Sequence[CallInEvent]) -> CallIn:
    first = events[0]

    def one(kind: CallInKind) -> CallInEvent | None:
        return next((each for each in events if each.kind is kind), None)

    called_off = one(CallInKind.called_off)
    return CallIn(
        number=first.number,
        domain=first.domain,
        tier=first.tier,
        called_at=first.at,
        by=first.by,
        asked=tuple(each for each in events if each.kind is CallInKind.asked),
        acknowledged=one(CallInKind.acknowledged),
        arrived=one(CallInKind.arrived),
        called_off_at=None if called_off is None else called_off.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """Who may be asked at an instant: `people` by user, `there` who may sign in, and whether
    somebody may see the data of the case. Whoever calls (`by`) is not asked."""

    at: datetime
    people: dict[str, Agent]
    there: Collection[str]
    may_see: Callable[[str], bool]
    by: str = ""

    def is_there(self, user: str | None) -> bool:
        """Whether somebody may be asked, at whatever hour it is for them."""
        if user is None or user == self.by or user not in self.there or not self.may_see(user):
            return False
        agent = self.people.get(user)
        return agent is None or not agent.is_absent(self.at)

    def is_in_hours(self, leads: TierLeads) -> bool:
        """Whether the lead is called at this hour: by the hours that are stated for it, else by
        their working hours."""
        hours = lead_hours(leads)
        if hours is not None:
            return calendar_for(hours).is_open(self.at)
        agent = self.people.get(leads.lead or "")
        return agent is None or agent.is_at_work(self.at)


Named = tuple[str, Part]


def reached(leads: TierLeads, reachable: Reachable) -> tuple[Named, ...]:
    """Who may be asked now, in this order: the lead in their hours, the deputy, and the lead beyond
    their hours; quiet hours hold nothing back, and nobody away is asked."""
    return tuple(_reached(leads, reachable))


def _reached(leads: TierLeads, reachable: Reachable) -> Iterator[Named]:
    lead, deputy = leads.lead, leads.deputy
    is_lead_there = lead is not None and reachable.is_there(lead)
    is_first = is_lead_there and reachable.is_in_hours(leads)
    if lead is not None and is_first:
        yield lead, Part.lead
    if deputy is not None and reachable.is_there(deputy):
        yield deputy, Part.deputy
    if lead is not None and is_lead_there and not is_first:
        yield lead, Part.lead


def next_asked(among: Sequence[Named], call_in: CallIn | None = None) -> Named | None:
    """Who is asked next: somebody who was not asked yet, else the first of them once more; None
    where it is for those who lead the desk. Two are asked, and then the desk."""
    rounds = 0 if call_in is None else call_in.rounds
    if not among or rounds >= _ROUNDS_BEFORE_DESK:
        return None
    asked = {each.user for each in call_in.asked} if call_in else set()
    return next((each for each in among if each[0] not in asked), among[0])


_ROUNDS_BEFORE_DESK = 2
