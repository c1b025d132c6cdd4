"""What our own people choose of notices, and the digest that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.occasion import Journal
from tierline.calendars.local_time import zone_fault, zone_named
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.routing.notice_choice import (
    HOURS,
    USUAL_HOUR,
    NoticeChoice,
    NoticeKind,
    Way,
    digest_comes_at,
    next_digest_at,
)

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.access.user import User
    from tierline.actions.occasion import Occasion
    from tierline.routing.agent import Agent
    from tierline.routing.digest import DigestEntry

LANE = "digests"
KIND = "digest"


class KnownChoices(Protocol):
    """What was chosen, and what waits for digests."""

    def of_user(self, user: str) -> NoticeChoice | None: ...
    def entries(self, user: str) -> tuple[DigestEntry, ...]: ...


class Choices(KnownChoices, Protocol):
    """The same, to write."""

    def keep(self, choice: NoticeChoice) -> None: ...
    def add_entries(self, entries: Iterable[DigestEntry]) -> None: ...


class Agents(Protocol):
    """Who works on cases."""

    def agents(self) -> tuple[Agent, ...]: ...


class Users(Protocol):
    """Who signs in."""

    def get(self, user: str) -> User: ...


class KnownRows(Protocol):
    """What waits for its hour, to look at."""

    def run_at(self, id_: str) -> datetime | None: ...


class DigestRows(KnownRows, DueWorkBook, Protocol):
    """The same, to write."""

    def ensure(self, rows: Iterable[DueWork], *, now: datetime) -> None:
        """As `add`, and a row whose id waits already is left as it is."""


class ChoiceReads(Protocol):
    """What looking at a choice needs."""

    @property
    def notice_choices(self) -> KnownChoices: ...
    @property
    def routing(self) -> Agents: ...
    @property
    def users(self) -> Users: ...
    @property
    def due_work(self) -> KnownRows: ...


class ChoiceBooks(Journal, Protocol):
    """What choosing needs."""

    @property
    def notice_choices(self) -> Choices: ...
    @property
    def routing(self) -> Agents: ...
    @property
    def users(self) -> Users: ...
    @property
    def due_work(self) -> DigestRows: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceOrder:
    """What somebody wants; what is not stated is told at once."""

    ways: Mapping[str, str] = field(default_factory=dict)
    hour: int = USUAL_HOUR
    time_zone: str = ""


def agent_among(agents: Sequence[Agent], user: str) -> Agent | None:
    """Somebody as one who works on cases; None where they do not."""
    return next((each for each in agents if each.user == user), None)


def chosen_by(reads: ChoiceReads | ChoiceBooks, user: str) -> NoticeChoice:
    """What one of our own people chose; where they never did, all at once, and the zone of their
    working hours. Raises NotFound."""
    if reads.users.get(user).account is not None:
        raise NotFound(f"There is nobody of ours with the id '{user}'.")
    known = reads.notice_choices.of_user(user)
    if known is not None:
        return known
    agent = agent_among(reads.routing.agents(), user)
    return NoticeChoice(user=user, time_zone=_zone_of(agent))


def next_digest_of(
    reads: ChoiceReads | ChoiceBooks, choice: NoticeChoice, now: datetime
) -> datetime | None:
    """When the next digest of a choice is drawn up; None where nothing is told in one."""
    if not choice.has_digest:
        return None
    agent = agent_among(reads.routing.agents(), choice.user)
    asked_at = reads.due_work.run_at(_row_of(choice.user)) or next_digest_at(choice, agent, now)
    return digest_comes_at(choice, agent, max(asked_at, now))


def choose_notices(
    books: ChoiceBooks, user: str, order: ChoiceOrder, occasion: Occasion
) -> NoticeChoice:
    """Write to one of our own people like this from now on. Raises NotFound, and Invalid with
    every fault."""
    before = chosen_by(books, user)
    zone = order.time_zone.strip() or before.time_zone
    _refuse_faults(order, zone)
    ways = {NoticeKind(kind): Way(way) for kind, way in order.ways.items()}
    told = {kind: way for kind, way in ways.items() if way is not Way.at_once}
    choice = replace(before, ways=told, hour=order.hour).in_zone(zone, occasion.now)
    books.notice_choices.keep(choice)
    if choice != before:
        body = {
            "ways": {kind.value: way.value for kind, way in told.items()},
            "hour": choice.hour,
            "time_zone": zone,
        }
        books.append([occasion.fact("NoticeChoiceChanged", user, body)])
    _plan_digest(books, before, choice, occasion.now)
    return choice


def see_to_digests(books: ChoiceBooks, choices: Iterable[NoticeChoice], now: datetime) -> None:
    """Have the next digest of each of these drawn up, where none waits for its hour. Whoever keeps
    something for a digest says so: its reader may have chosen none at the same moment, before
    anything waited."""
    agents = {agent.user: agent for agent in books.routing.agents()}
    rows = [
        DueWork(
            id=_row_of(each.user),
            kind=KIND,
            lane=LANE,
            body={"user": each.user},
            run_at=next_digest_at(each, agents.get(each.user), now),
        )
        for each in choices
    ]
    books.due_work.ensure(rows, now=now)


def _plan_digest(
    books: ChoiceBooks, before: NoticeChoice, choice: NoticeChoice, now: datetime
) -> None:
    """Have the next digest drawn up, where there is one: for who wants no more of them, what waits
    still. One of the same hour stays as it is: it may be due, and wait for the end of quiet hours
    or for a worker."""
    is_wanted = choice.has_digest or bool(books.notice_choices.entries(choice.user))
    is_moved = (choice.hour, choice.time_zone) != (before.hour, before.time_zone)
    if is_moved or not is_wanted:
        books.due_work.remove([_row_of(choice.user)])
    if is_wanted:
        see_to_digests(books, [choice], now)


def _row_of(user: str) -> str:
    return f"digest of {user}"


def _refuse_faults(order: ChoiceOrder, zone: str) -> None:
    faults = [
        Fault("unknown_kind", f"'{kind}' is no kind of notice.", f"ways.{kind}",
              f"Write one of: {', '.join(NoticeKind)}.")
        for kind in order.ways
        if kind not in set(NoticeKind)
    ]  # fmt: skip
    faults += [
        Fault("unknown_way", f"'{way}' is no way to be told.", f"ways.{kind}",
              f"Write one of: {', '.join(Way)}.")
        for kind, way in order.ways.items()
        if kind in set(NoticeKind) and way not in set(Way)
    ]  # fmt: skip
    if order.hour not in HOURS:
        words = "A digest comes at a full hour of the day."
        faults.append(Fault("bad_hour", words, "hour", "Write a number from 0 to 23."))
    try:
        zone_named(zone)
    except Invalid:
        faults.append(zone_fault(zone))
    if faults:
        raise Invalid("This cannot be kept as stated.", faults)


def _zone_of(agent: Agent | None) -> str:
    if agent is None:
        return "UTC"
    is_said_by_quiet = agent.hours.always_open and agent.quiet is not None
    hours = agent.quiet if is_said_by_quiet and agent.quiet is not None else agent.hours
    return hours.time_zone
