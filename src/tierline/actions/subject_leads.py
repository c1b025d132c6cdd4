"""Publishing who leads which subject, and where nobody does."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from tierline.actions.occasion import Journal
from tierline.actions.routing_plans import unknown_people
from tierline.catalog.document import parse_document
from tierline.kernel.errors import Conflict, Invalid
from tierline.routing.subject_leads import (
    Known,
    SubjectLeads,
    parse_subject_leads,
    people_of,
    with_ids,
)

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.cases.playbook import Guide
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.document import Document
    from tierline.routing.agent import Agent

SOURCE = "What was stated"


class KnownSubjectLeads(Protocol):
    """Who leads what."""

    def newest(self) -> tuple[int, SubjectLeads]: ...
    def get(self, number: int) -> SubjectLeads: ...


class SubjectLeadsBook(KnownSubjectLeads, Protocol):
    """The records of who leads what."""

    def publish(self, leads: SubjectLeads, *, by: str, at: datetime) -> int: ...


class Catalogs(Protocol):
    """The published catalogs."""

    def newest(self) -> tuple[Catalog, ...]: ...


class Guides(Protocol):
    """The published guides."""

    def newest(self) -> tuple[int, Guide]: ...


class OurPeople(Protocol):
    """Our own people."""

    def agents(self) -> tuple[Agent, ...]: ...
    def our_users(self, named: Collection[str]) -> dict[str, str]: ...


class LeadsReads(Protocol):
    """What asking needs."""

    @property
    def catalogs(self) -> Catalogs: ...
    @property
    def guides(self) -> Guides: ...
    @property
    def routing(self) -> OurPeople: ...
    @property
    def subject_leads(self) -> KnownSubjectLeads: ...


class LeadsBooks(LeadsReads, Journal, Protocol):
    """What publishing needs."""

    @property
    def subject_leads(self) -> SubjectLeadsBook: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A domain that lacks somebody for a tier: `missing` are of lead and deputy those that are not
    named, or may sign in no more."""

    domain: str
    tier: str
    missing: tuple[str, ...]


def checked_leads(books: LeadsReads, document: Document) -> SubjectLeads:
    """What a document says, with ids in the place of addresses. Raises Invalid with every fault:
    its form, topics, skills and tiers that there are not, people who are not ours. What is in force
    already may stay, so that a skill that went with somebody bars no other change."""
    held = books.subject_leads.newest()[1]
    leads = parse_subject_leads(document, _known(books, held))
    people = people_of(leads)
    there = {person for _, person in people_of(held)}
    ids = books.routing.our_users({person for _, person in people}) | {each: each for each in there}
    if faults := unknown_people(document, people, ids):
        raise Invalid(f"{document.source}: somebody is not known.", faults)
    return parse_subject_leads(_document(with_ids(leads, ids).model_dump(mode="json")))


def publish_leads(
    books: LeadsBooks, document: Document, occasion: Occasion
) -> tuple[int, SubjectLeads]:
    """The next version, in force at once; the same again changes nothing. Raises Invalid with every
    fault."""
    return _put_in_force(books, checked_leads(books, document), occasion)


def change_leads(
    books: LeadsBooks, stated: Mapping[str, Any], occasion: Occasion, *, seen: int
) -> int:
    """The same for one who changed the version that they had `seen`. Raises Conflict where somebody
    else published meanwhile, and Invalid."""
    _refuse_unseen(books, seen)
    return publish_leads(books, _document(stated), occasion)[0]


def bring_back(books: LeadsBooks, number: int, occasion: Occasion, *, seen: int) -> int:
    """An earlier version in force again, as the next one: nothing is unsaid. It was checked when it
    was published, and who is there no more is shown as missing. Raises NotFound, and Conflict."""
    leads = books.subject_leads.get(number)
    _refuse_unseen(books, seen)
    return _put_in_force(books, leads, occasion)[0]


def tiers_there_are(books: LeadsReads) -> tuple[str, ...]:
    """The tiers of the newest catalogs, in their order."""
    return tuple(
        dict.fromkeys(tier for catalog in books.catalogs.newest() for tier in catalog.tiers)
    )


def gaps_of(books: LeadsReads) -> list[Gap]:
    """Where a domain has no lead or no deputy for a tier."""
    leads = books.subject_leads.newest()[1]
    there = books.routing.our_users({person for _, person in people_of(leads)})
    found = []
    for domain in leads.domains:
        for tier in tiers_there_are(books):
            cell = domain.of_tier(tier)
            parts = (("lead", cell.lead), ("deputy", cell.deputy))
            missing = tuple(part for part, person in parts if person not in there)
            if missing:
                found.append(Gap(domain=domain.key, tier=tier, missing=missing))
    return found


def _refuse_unseen(books: LeadsBooks, seen: int) -> None:
    if books.subject_leads.newest()[0] != seen:
        message = "Somebody has changed who leads what meanwhile. Look again, and change it there."
        raise Conflict(message, code="changed_meanwhile")


def _put_in_force(
    books: LeadsBooks, leads: SubjectLeads, occasion: Occasion
) -> tuple[int, SubjectLeads]:
    number, held = books.subject_leads.newest()
    if number and held == leads:
        return number, held
    number = books.subject_leads.publish(leads, by=occasion.by, at=occasion.now)
    books.append([occasion.fact("SubjectLeadsPublished", f"leads {number}", {"number": number})])
    return number, leads


def _known(books: LeadsReads, held: SubjectLeads) -> Known:
    """What domains may name, with what they name already."""
    skills = {skill for agent in books.routing.agents() for skill in agent.skills}
    topics = set(books.guides.newest()[1].topics)
    tiers = set(tiers_there_are(books))
    for domain in held.domains:
        skills.update(domain.skills)
        topics.update(domain.topics)
        tiers.update(domain.tiers)
    return Known(frozenset(tiers), frozenset(topics), frozenset(skills))


def _document(stated: Mapping[str, Any]) -> Document:
    return parse_document(json.dumps(stated), SOURCE)
