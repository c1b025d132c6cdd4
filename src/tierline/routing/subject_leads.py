"""Who leads what: the domains of a team, in its own words, each with a lead and a deputy for every
tier.

A domain is no second taxonomy: it names the topics of the guide and the skills of agents that it
stands for, and a case belongs to it by these. Like the routing plan it is ours alone, and has
versions of its own (decision 0169).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from tierline.calendars.business_hours import BusinessHours
from tierline.calendars.reading import parse_hours
from tierline.catalog.document import Document
from tierline.catalog.faults import faults_of
from tierline.catalog.statement import Key, Statement
from tierline.kernel.errors import Fault, Invalid
from tierline.routing.agent import WORD_LIMIT_CHARACTERS
from tierline.routing.plan import Person

FORMAT: Final = "tierline/subject-leads/1"
DOMAINS_LIMIT = 50
NAME_LIMIT_CHARACTERS = 60
Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT_CHARACTERS)]
Skill = Annotated[str, Field(min_length=1, max_length=WORD_LIMIT_CHARACTERS)]


class TierLeads(Statement):
    """Who leads a domain for a tier. The lead is called within `hours`, as in business hours
    (nothing: their working hours as an agent), and the deputy at every other time."""

    lead: Person | None = None
    deputy: Person | None = None
    hours: dict[str, Any] | None = None

    @property
    def is_red(self) -> bool:
        """Whether one of the two is missing."""
        return self.lead is None or self.deputy is None


class Domain(Statement):
    """A subject in the team's own words. A case belongs to it that needs one of its `skills`, or is
    about one of its `topics`."""

    key: Key
    name: Name
    topics: tuple[Key, ...] = Field(default=(), max_length=100)
    skills: tuple[Skill, ...] = Field(default=(), max_length=100)
    tiers: dict[Key, TierLeads] = Field(default_factory=dict, max_length=100)

    def of_tier(self, tier: str) -> TierLeads:
        """Who leads it for a tier; nobody where nothing is said."""
        return self.tiers.get(tier, NOBODY)


class SubjectLeads(Statement):
    """All domains, in the order in which they are asked."""

    format: Literal["tierline/subject-leads/1"] = FORMAT
    domains: tuple[Domain, ...] = Field(default=(), max_length=DOMAINS_LIMIT)

    def domain(self, key: str) -> Domain | None:
        """The domain of a key."""
        return next((each for each in self.domains if each.key == key), None)


NOBODY = TierLeads()
NO_SUBJECT_LEADS = SubjectLeads()


def domains_of(leads: SubjectLeads, topic: str, skills: Collection[str]) -> tuple[Domain, ...]:
    """The domains that a case belongs to: by what it needs, then by what it is about."""
    by_skill = [each for each in leads.domains if not set(each.skills).isdisjoint(skills)]
    by_topic = [each for each in leads.domains if topic in each.topics and each not in by_skill]
    return (*by_skill, *by_topic)


def lead_hours(leads: TierLeads) -> BusinessHours | None:
    """Within which hours the lead is called; None where nothing is said. Raises Invalid."""
    return None if leads.hours is None else parse_hours(leads.hours)


@dataclass(frozen=True, slots=True)
class Known:
    """What domains may name: tiers of the catalogs, topics of the guide, skills of agents."""

    tiers: frozenset[str]
    topics: frozenset[str]
    skills: frozenset[str]


def parse_subject_leads(document: Document, known: Known | None = None) -> SubjectLeads:
    """The domains in a document. Raises Invalid with every fault, each with its line."""
    faults: list[Fault] = []
    leads: SubjectLeads | None = None
    try:
        leads = SubjectLeads.model_validate(document.value)
    except ValidationError as error:
        faults = faults_of(error, document, SubjectLeads)
    if leads is not None:
        faults = [document.at(fault, path) for path, fault in _faults(leads, known)]
    if faults or leads is None:
        raise _refused(document, faults)
    return leads


def _refused(document: Document, faults: list[Fault]) -> Invalid:
    noun = "fault" if len(faults) == 1 else "faults"
    return Invalid(f"{document.source} names no subject leads: {len(faults)} {noun}.", faults)


Placed = tuple[list[str | int], Fault]


def people_of(leads: SubjectLeads) -> list[tuple[list[str | int], str]]:
    """Everybody who leads or stands in, with the place in the document."""
    return [
        (["domains", place, "tiers", tier, part], person)
        for place, domain in enumerate(leads.domains)
        for tier, cell in domain.tiers.items()
        for part, person in (("lead", cell.lead), ("deputy", cell.deputy))
        if person is not None
    ]


def with_ids(leads: SubjectLeads, ids: Mapping[str, str]) -> SubjectLeads:
    """The same with ids in the place of addresses."""
    stated = leads.model_dump(mode="json")
    for domain in stated["domains"]:
        for cell in domain["tiers"].values():
            for part in ("lead", "deputy"):
                cell[part] = ids.get(cell[part], cell[part])
    return SubjectLeads.model_validate(stated)


def _faults(leads: SubjectLeads, known: Known | None) -> Iterator[Placed]:
    keys = [each.key for each in leads.domains]
    for place, domain in enumerate(leads.domains):
        path: list[str | int] = ["domains", place]
        if domain.key in keys[:place]:
            message = f"There is another domain '{domain.key}' above."
            yield [*path, "key"], Fault("named_twice", message)
        if known is not None:
            yield from _unknown([*path, "topics"], domain.topics, known.topics, "topic", _GUIDE)
            yield from _unknown([*path, "skills"], domain.skills, known.skills, "skill", _AGENTS)
        for tier, cell in domain.tiers.items():
            at = [*path, "tiers", tier]
            if known is not None and tier not in known.tiers:
                yield at, Fault("unknown_tier", f"No catalog has the tier '{tier}'.")
            yield from _faults_of_cell(at, cell)


_GUIDE = "The guide of playbooks has no topic '{}'."
_AGENTS = "No agent has the skill '{}'."


def _unknown(
    path: list[str | int],
    named: Collection[str],
    known: frozenset[str],
    what: str,
    words: str,
) -> Iterator[Placed]:
    told = ", ".join(sorted(known)) or "none"
    for place, key in enumerate(named):
        if key not in known:
            fault = Fault(f"unknown_{what}", words.format(key), write_instead=f"Of: {told}.")
            yield [*path, place], fault


def _faults_of_cell(path: list[str | int], cell: TierLeads) -> Iterator[Placed]:
    if cell.lead is not None and cell.lead == cell.deputy:
        message = "Whoever leads is no deputy of their own."
        yield [*path, "deputy"], Fault("one_person", message, write_instead="Name somebody else.")
    try:
        lead_hours(cell)
    except Invalid as error:
        for fault in error.faults or (Fault(error.code, error.message),):
            yield [*path, "hours", *filter(None, fault.path.split("."))], fault
