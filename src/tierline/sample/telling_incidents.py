"""Telling incidents: what was said on the status page, and which cases it was about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from tierline.actions.components import ComponentBook, ComponentBooks, ComponentOrder, add_component
from tierline.actions.incidents import (
    IncidentBook,
    IncidentBooks,
    IncidentOrder,
    UpdateOrder,
    declare_incident,
    draft_update,
    link_case,
    publish_update,
)
from tierline.actions.post_mortems import PostMortemBooks, begin_incident_post_mortem
from tierline.kernel.instants import SECOND_US, from_micros
from tierline.sample.incidents import COMPONENTS, StoryIncident
from tierline.sample.telling_reviews import CERTIFICATE_CATEGORY, CERTIFICATES, tell_review
from tierline.status.incident import Incident, IncidentKind, Window
from tierline.status.scope import Scope

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.sample.company import Company
    from tierline.sample.telling_cases import ToldCase

Moment = Callable[[datetime, str], "Occasion"]
_WATCHED_FROM = datetime(2025, 1, 1, tzinfo=UTC)
_LEADS = (20, 21)
_CERTIFICATE_CASES = 31
_REVIEWED_AT = datetime(2025, 9, 30, 13, tzinfo=UTC)
_LOOKED_BACK = timedelta(days=85)


class _Incidents(IncidentBook, Protocol):
    def of_case(self, case: str) -> list[Incident]: ...


class StatusBooks(IncidentBooks, PostMortemBooks, ComponentBooks, Protocol):
    """What the telling of incidents needs."""

    @property
    def components(self) -> ComponentBook: ...
    @property
    def incidents(self) -> _Incidents: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The company around its incidents: users by number, and its told cases."""

    made: Company
    agents: Mapping[int, str]
    cases: Sequence[ToldCase]
    moment: Moment


def tell_incidents(books: StatusBooks, around: Around) -> None:
    """Components, and everything that was wrong or planned with them."""
    lead = around.agents[_LEADS[0]]
    components = {}
    for place, (name, about) in enumerate(COMPONENTS.items()):
        order = ComponentOrder(name=name, about=about, place=place, watched_from=_WATCHED_FROM)
        occasion = around.moment(_WATCHED_FROM, lead)
        components[name] = add_component(books, order, occasion).id
    for number, each in enumerate(sorted(around.made.incidents, key=lambda each: each.at)):
        writer = around.agents[_LEADS[number % len(_LEADS)]]
        _tell(books, around, each, components, writer)


def _tell(
    books: StatusBooks,
    around: Around,
    story: StoryIncident,
    components: Mapping[str, str],
    writer: str,
) -> None:
    order = IncidentOrder(
        kind=IncidentKind.disruption if story.window is None else IncidentKind.maintenance,
        title=story.title,
        scope=_scope(around.made, story),
        window=None if story.window is None else Window(*story.window),
    )
    incident = declare_incident(books, order, around.moment(story.at, writer))
    for update in story.updates:
        occasion = around.moment(story.at + update.after, writer)
        stated = UpdateOrder(
            text=update.text,
            phase=update.phase,
            effects={components[name]: each for name, each in update.effects.items()},
            since=None if update.since is None else story.at + update.since,
        )
        _, draft = draft_update(books, incident.id, stated, occasion)
        publish_update(books, incident.id, draft, occasion)
    cases = _cases_of(around, story)
    linked_at = (
        max(_REVIEWED_AT - timedelta(hours=4), story.at) if story.is_of_certificates else None
    )
    for case in cases:
        occasion = around.moment(linked_at or story.at + timedelta(minutes=50), writer)
        link_case(books, incident.id, case.id, occasion)
    if story.is_of_certificates and cases:
        occasion = around.moment(_REVIEWED_AT, around.agents[_LEADS[1]])
        begun = begin_incident_post_mortem(books, incident.id, occasion)
        tell_review(books, begun, CERTIFICATES, around.agents, occasion, around.moment)


def _scope(made: Company, story: StoryIncident) -> Scope:
    if not story.region_of:
        return Scope()
    region = made.customer(story.region_of).region
    return Scope(is_public=story.is_public, regions=frozenset({region}))


def _cases_of(around: Around, story: StoryIncident) -> list[ToldCase]:
    """The case that it is about; of certificates the last ones that were over by then, but for
    those that have a post-mortem of their own. Where nothing is planted they are about none."""
    if around.made.truth.is_control:
        return []
    if story.is_of_certificates:
        found = [
            case
            for case in around.cases
            if case.life.story.category == CERTIFICATE_CATEGORY
            and case.account is not None
            and not (case.tier == "enterprise" and case.life.story.severity == 0)
            and _at(case.life.story.opened) > _REVIEWED_AT - _LOOKED_BACK
            and case.life.resolved > 0
            and _at(case.life.resolved) < _REVIEWED_AT - timedelta(hours=4)
        ]
        return found[-_CERTIFICATE_CASES:]
    if story.raised_at is None:
        return []
    return [
        case
        for case in around.cases
        if case.life.story.account.name == story.region_of
        and _at(case.life.story.opened) == story.raised_at
    ]


def _at(seconds: int) -> datetime:
    return from_micros(seconds * SECOND_US)
