"""Publishing the routing plan, and asking who is called when."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from tierline.actions.escalations import away_among
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.routing.chain import Chain, Node, chains_of, vacant, who
from tierline.routing.plan import Known, Plan, named_people, parse_plan, with_people

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.document import Document
    from tierline.routing.agent import Agent
    from tierline.routing.rota import Vacancy

DAYS_AHEAD = 14


class Catalogs(Protocol):
    """The published catalogs."""

    def newest(self) -> tuple[Catalog, ...]: ...


class KnownPlans(Protocol):
    """The plans and people that there are."""

    def plan(self) -> tuple[int, Plan]: ...
    def agents(self) -> tuple[Agent, ...]: ...
    def our_users(self, named: Collection[str]) -> dict[str, str]: ...


class PlanRecords(KnownPlans, Protocol):
    """The records of plans."""

    def publish_plan(self, plan: Plan, *, by: str, at: datetime) -> int: ...


class PlanReads(Protocol):
    """What asking needs."""

    @property
    def catalogs(self) -> Catalogs: ...
    @property
    def routing(self) -> KnownPlans: ...


class PlanBooks(PlanReads, Journal, Protocol):
    """What publishing needs."""

    @property
    def routing(self) -> PlanRecords: ...


def checked_plan(books: PlanReads, document: Document) -> Plan:
    """The plan of a document, with ids in the place of addresses. Raises Invalid with every fault:
    its form, roles and tiers that no catalog has, people who are not ours."""
    plan = parse_plan(document, _known(books))
    people = named_people(plan)
    ids = books.routing.our_users({person for _, person in people})
    if faults := unknown_people(document, people, ids):
        noun = "fault" if len(faults) == 1 else "faults"
        raise Invalid(f"{document.source} is no routing plan: {len(faults)} {noun}.", faults)
    return with_people(plan, ids)


def unknown_people(
    document: Document, people: Iterable[tuple[list[str | int], str]], known: Container[str]
) -> list[Fault]:
    """A fault for each of the people whom a document names, at its place, who is none of ours."""
    return [
        document.at(
            Fault(
                "unknown_user",
                f"None of our people is '{person}'.",
                write_instead="Write the address that they sign in with, or their id.",
            ),
            path,
        )
        for path, person in people
        if person not in known
    ]


def publish_plan(books: PlanBooks, document: Document, occasion: Occasion) -> tuple[int, Plan]:
    """The next version of the plan, in force from now on; the same again changes nothing. Raises
    Invalid with every fault."""
    plan = checked_plan(books, document)
    number, held = books.routing.plan()
    if number and held == plan:
        return number, held
    number = books.routing.publish_plan(plan, by=occasion.by, at=occasion.now)
    books.append([occasion.fact("RoutingPlanPublished", f"plan {number}", {"number": number})])
    return number, plan


def chains_there_are(reads: PlanReads) -> dict[tuple[str, str, str], Chain]:
    """The escalation of every tier and severity of the newest catalogs, by catalog, tier and
    severity."""
    return {
        (catalog.catalog, tier, severity): chain
        for catalog in reads.catalogs.newest()
        for (tier, severity), chain in chains_of(catalog).items()
    }


def who_is_called(
    reads: PlanReads, tier: str, severity: str, at: datetime, catalog: str | None = None
) -> tuple[Chain, tuple[Node, ...]]:
    """Who gets a severity of a tier at an instant, level by level. Raises NotFound."""
    for (its_catalog, its_tier, its_severity), chain in chains_there_are(reads).items():
        if (its_tier, its_severity) == (tier, severity) and catalog in (None, its_catalog):
            return chain, nodes_at(reads, chain, at)
    raise NotFound(f"No catalog has the severity '{severity}' on a tier '{tier}'.")


def nodes_at(
    reads: PlanReads, chain: Chain, at: datetime, owner: str | None = None
) -> tuple[Node, ...]:
    """Who holds each level of an escalation at an instant."""
    _, plan = reads.routing.plan()
    return who(chain, plan, at, is_away=away_among(reads.routing.agents()), owner=owner)


def vacancies_ahead(reads: PlanReads, now: datetime, days: int = DAYS_AHEAD) -> list[Vacancy]:
    """When nobody holds a role within the days to come, though a case may climb to it."""
    _, plan = reads.routing.plan()
    people = reads.routing.agents()
    returns = tuple(agent.absent_until for agent in people if agent.absent_until is not None)
    return vacant(
        chains_there_are(reads).values(),
        plan,
        start=now,
        end=now + timedelta(days=days),
        is_away=away_among(people),
        returns=returns,
    )


def _known(books: PlanReads) -> Known | None:
    """What a plan may name; None where no catalog is published yet."""
    catalogs = books.catalogs.newest()
    if not catalogs:
        return None
    chains = [chain for catalog in catalogs for chain in chains_of(catalog).values()]
    return Known(
        tiers=frozenset(tier for catalog in catalogs for tier in catalog.tiers),
        severities=frozenset(key for catalog in catalogs for key in catalog.severities),
        roles=frozenset(level.role for chain in chains for level in chain.levels),
    )
