"""What can be done with agents, and with what accounts need of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.occasion import Journal
from tierline.calendars.business_hours import ALWAYS_OPEN, WEEKDAYS, BusinessHours, Window, week_of
from tierline.calendars.portable import to_jsonable
from tierline.calendars.reading import parse_hours
from tierline.kernel.durations import DAY_SECONDS
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.routing.agent import CAPACITY_LIMIT_CASES, LEVELS, Agent, plain_words
from tierline.routing.need import AccountNeed

if TYPE_CHECKING:
    from tierline.access.user import User
    from tierline.accounts.account import Account
    from tierline.actions.occasion import Occasion


class AgentRecords(Protocol):
    """The records of agents and needs."""

    def keep_agent(self, agent: Agent, *, at: datetime) -> None: ...
    def forget_agent(self, user: str) -> bool: ...
    def queue_unrouted(self, *, at: datetime) -> None: ...
    def keep_need(self, need: AccountNeed, *, at: datetime) -> None: ...


class Users(Protocol):
    """The users that there are."""

    def get(self, user: str) -> User: ...


class Accounts(Protocol):
    """The accounts that there are."""

    def get(self, account: str) -> Account: ...


class AgentBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def routing(self) -> AgentRecords: ...
    @property
    def users(self) -> Users: ...
    @property
    def accounts(self) -> Accounts: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDetails:
    """An agent as stated. `hours` and `quiet` as in business hours (`time_zone`, `week`); None:
    always at work, never quiet."""

    level: int = 1
    capacity: int = 10
    skills: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    clearances: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    pod: str = ""
    hours: Mapping[str, object] | None = None
    quiet: Mapping[str, object] | None = None
    absent_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDetails:
    """What an account's cases need, as stated; `cover` as hours of an agent."""

    residency: str = ""
    clearances: tuple[str, ...] = ()
    pod: str = ""
    engineers: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    cover: Mapping[str, object] | None = None
    language: str = ""


def keep_agent(books: AgentBooks, user: str, details: AgentDetails, occasion: Occasion) -> Agent:
    """A user of ours as one who works on cases; what was known before is replaced. Open cases
    that came before there was anybody go into the queue. Raises NotFound, and Invalid with every
    fault."""
    refuse_customer(books, user, "user")
    faults: list[Fault] = []
    agent = Agent(
        user=user,
        level=details.level,
        capacity=details.capacity,
        skills=_words(details.skills, "skills", faults),
        regions=_words(details.regions, "regions", faults),
        clearances=_words(details.clearances, "clearances", faults),
        languages=_words(details.languages, "languages", faults),
        pod=word_stated(details.pod, "pod", faults),
        hours=hours_stated(details.hours, "hours", faults) or ALWAYS_OPEN,
        quiet=hours_stated(details.quiet, "quiet", faults),
        absent_until=details.absent_until,
    )
    if agent.quiet is not None and agent.quiet.week == _ALWAYS_QUIET:
        message = "Quiet hours that never end would hold every notice back for ever."
        faults.append(Fault("always_quiet", message, "quiet"))
    if agent.level not in LEVELS:
        faults.append(Fault("bad_level", "A level is 1, 2 or 3 (senior).", "level"))
    if not 1 <= agent.capacity <= CAPACITY_LIMIT_CASES:
        message = f"Somebody has from 1 to {CAPACITY_LIMIT_CASES} cases at once."
        faults.append(Fault("bad_capacity", message, "capacity"))
    if faults:
        raise Invalid("The agent cannot be kept as stated.", faults)
    books.routing.keep_agent(agent, at=occasion.now)
    books.routing.queue_unrouted(at=occasion.now)
    body = {"level": agent.level, "capacity": agent.capacity, "skills": sorted(agent.skills)}
    books.append([occasion.fact("AgentChanged", user, body)])
    return agent


def forget_agent(books: AgentBooks, user: str, occasion: Occasion) -> None:
    """The user as one who works on no cases; what they have stays with them until it is handed
    over. Raises NotFound."""
    if not books.routing.forget_agent(user):
        raise NotFound(f"There is no agent '{user}'.")
    books.append([occasion.fact("AgentRemoved", user, {})])


def keep_need(
    books: AgentBooks, account: str, details: NeedDetails, occasion: Occasion
) -> AccountNeed:
    """What an account's cases need from now on. Raises NotFound, and Invalid with every fault."""
    books.accounts.get(account)
    faults: list[Fault] = []
    need = AccountNeed(
        account=account,
        residency=word_stated(details.residency, "residency", faults),
        clearances=_words(details.clearances, "clearances", faults),
        pod=word_stated(details.pod, "pod", faults),
        engineers=frozenset(details.engineers),
        deputies=frozenset(details.deputies),
        cover=hours_stated(details.cover, "cover", faults),
        language=word_stated(details.language, "language", faults),
    )
    return keep_checked_need(books, need, faults, occasion)


def keep_checked_need(
    books: AgentBooks, need: AccountNeed, faults: list[Fault], occasion: Occasion
) -> AccountNeed:
    """The same, once its people are looked at. Raises Invalid with these and all other faults."""
    faults += [
        fault
        for users, path in ((need.engineers, "engineers"), (need.deputies, "deputies"))
        for user in sorted(users)
        for fault in _not_ours(books, user, path)
    ]
    faults += _faults_of_people(need)
    if faults:
        raise Invalid("What the account needs cannot be kept as stated.", faults)
    books.routing.keep_need(need, at=occasion.now)
    body = {
        "residency": need.residency,
        "pod": need.pod,
        "engineers": sorted(need.engineers),
        "deputies": sorted(need.deputies),
        "cover": None if need.cover is None else to_jsonable(need.cover),
    }
    books.append([occasion.fact("AccountNeedChanged", need.account, body)])
    return need


def _not_ours(books: AgentBooks, user: str, path: str) -> tuple[Fault, ...]:
    try:
        refuse_customer(books, user, path)
    except NotFound as error:
        return (Fault("unknown_user", error.message, path),)
    except Invalid as error:
        return error.faults
    return ()


def _faults_of_people(need: AccountNeed) -> Iterator[Fault]:
    if need.deputies & need.engineers:
        message = "Somebody is the named engineer or stands in for them: not both."
        yield Fault("own_deputy", message, "deputies")
    if need.deputies and not need.has_people:
        message = "Deputies stand in for named engineers or a pod. State one of them too."
        yield Fault("nobody_to_stand_in_for", message, "deputies")
    if need.cover is not None and not need.has_people:
        message = "Cover hours are those of named engineers or a pod. State one of them too."
        yield Fault("nobody_to_cover", message, "cover")


def refuse_customer(books: AgentBooks, user: str, path: str) -> None:
    """Raise Invalid for a customer's user: cases are worked by our own people. Raises NotFound."""
    if books.users.get(user).account is not None:
        message = "This user belongs to a customer; our own people work on cases."
        raise Invalid("That is nobody of ours.", [Fault("not_ours", message, path)])


_ALWAYS_QUIET = week_of({day: (Window(0, DAY_SECONDS),) for day in WEEKDAYS})


def _words(stated: tuple[str, ...], path: str, faults: list[Fault]) -> frozenset[str]:
    try:
        return plain_words(stated, path)
    except Invalid as error:
        faults += error.faults
        return frozenset()


def word_stated(stated: str, path: str, faults: list[Fault]) -> str:
    return next(iter(_words((stated,), path, faults)), "")


def hours_stated(
    stated: Mapping[str, object] | None, path: str, faults: list[Fault]
) -> BusinessHours | None:
    if stated is None:
        return None
    try:
        return parse_hours(stated, path=path)
    except Invalid as error:
        faults += error.faults or (Fault(error.code, error.message, path),)
        return None
