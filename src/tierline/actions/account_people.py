"""Naming the people of an account, and taking that back; what else its cases need stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.agents import (
    AgentBooks,
    AgentRecords,
    hours_stated,
    keep_checked_need,
    word_stated,
)
from tierline.calendars.portable import to_jsonable
from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Conflict
from tierline.routing.need import AccountNeed, OwnPeople

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.kernel.errors import Fault


class PeopleRecords(AgentRecords, Protocol):
    """The records of needs, to be read as well."""

    def need_of(self, account: str) -> AccountNeed | None: ...


class PeopleBooks(AgentBooks, Protocol):
    """What the actions of this module need."""

    @property
    def routing(self) -> PeopleRecords: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleDetails:
    """The people of an account as stated; `cover` as hours of an agent."""

    engineers: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    pod: str = ""
    cover: Mapping[str, object] | None = None


def name_people(
    books: PeopleBooks, account: str, details: PeopleDetails, occasion: Occasion, *, seen: str
) -> AccountNeed:
    """Who is there for an account from the next case on. `seen` is the mark of those that its
    sender saw. Raises NotFound, Conflict where there are others by now, and Invalid with every
    fault."""
    faults: list[Fault] = []
    people = OwnPeople(
        engineers=frozenset(details.engineers),
        deputies=frozenset(details.deputies),
        pod=word_stated(details.pod, "pod", faults),
        cover=hours_stated(details.cover, "cover", faults),
    )
    return _keep(books, account, people, faults, occasion, seen)


def bring_back_people(
    books: PeopleBooks, account: str, people: OwnPeople, occasion: Occasion, *, seen: str
) -> AccountNeed:
    """Those who were named earlier are named again, or nobody is. Raises as `name_people` does."""
    return _keep(books, account, people, [], occasion, seen)


def mark_of(people: OwnPeople) -> str:
    """What tells whether somebody else has named others meanwhile."""
    return digest_of(
        {
            "engineers": sorted(people.engineers),
            "deputies": sorted(people.deputies),
            "pod": people.pod,
            "cover": None if people.cover is None else to_jsonable(people.cover),
        }
    )


def _keep(
    books: PeopleBooks,
    account: str,
    people: OwnPeople,
    faults: list[Fault],
    occasion: Occasion,
    seen: str,
) -> AccountNeed:
    books.accounts.get(account)
    current = books.routing.need_of(account) or AccountNeed(account=account)
    if mark_of(current.people) != seen:
        raise Conflict(
            "Others were named meanwhile. Look at them, and send it again if it still holds.",
            code="named_meanwhile",
        )
    need = replace(
        current,
        engineers=people.engineers,
        deputies=people.deputies,
        pod=people.pod,
        cover=people.cover,
    )
    return keep_checked_need(books, need, faults, occasion)
