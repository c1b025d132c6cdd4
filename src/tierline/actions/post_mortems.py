"""What can be done with post-mortems: begin, write versions, publish, follow the actions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_mails import post
from tierline.actions.cases import CaseBooks, with_facts
from tierline.actions.post_mortem_debts import DebtBook
from tierline.actions.post_mortem_facts import FactBooks, Trails, facts_of_cases
from tierline.actions.routing import Routing
from tierline.cases.case import CaseMessage
from tierline.cases.customer_version import faults_of_told
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.post_mortem import (
    TOLD,
    ActionState,
    Part,
    PostMortem,
    PostMortemAction,
    PostMortemDebt,
    PostMortemVersion,
    Publication,
    ToldAction,
    failure_mode_of,
    lacks,
)
from tierline.cases.post_mortem_draft import PostMortemDraft
from tierline.cases.standing import ENDED
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.ids import ACTION, MESSAGE, POST_MORTEM
from tierline.status.incident import linked_cases

if TYPE_CHECKING:
    from tierline.access.user import User
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.status.incident import Incident

VERSIONS_LIMIT_COUNT = 200
ACTIONS_LIMIT_COUNT = 100
CASES_LIMIT_COUNT = 100
"""So many cases one post-mortem is about: they are all read to publish it."""
_NOTHING = PostMortemDraft()


class PostMortemBook(DebtBook, Protocol):
    """The post-mortems that there are."""

    def get(self, post_mortem: str) -> PostMortem: ...
    def action(self, action: str) -> PostMortemAction: ...
    def add(self, post_mortem: PostMortem) -> None: ...
    def write(self, post_mortem: str, version: PostMortemVersion) -> None: ...
    def publish(self, post_mortem: str, number: int, publication: Publication) -> None: ...
    def add_action(self, action: PostMortemAction) -> None: ...
    def close_action(self, action: PostMortemAction) -> None: ...
    def notes(self, cases: Collection[str]) -> tuple[str, ...]: ...
    def names_not_told(self, cases: Collection[str]) -> tuple[str, ...]: ...


class _Incidents(Protocol):
    def get(self, incident: str) -> Incident: ...
    def open_at(self, instant: datetime) -> list[Incident]: ...
    def of_case(self, case: str) -> list[Incident]: ...


class _Users(Protocol):
    def get(self, user: str) -> User: ...


class _Routing(Routing, Trails, Protocol):
    """Who has a case, and who had it."""


class PostMortemBooks(CaseBooks, FactBooks, Protocol):
    """What the actions of this module need."""

    @property
    def routing(self) -> _Routing: ...
    @property
    def post_mortems(self) -> PostMortemBook: ...
    @property
    def incidents(self) -> _Incidents: ...
    @property
    def users(self) -> _Users: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOrder:
    """An action as somebody states it."""

    title: str
    owner: str
    due_on: date
    is_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOrder:
    """The texts of a new version: all of them, because a version is whole."""

    texts: Mapping[Part, str] = field(default_factory=dict)
    failure_mode: str = ""


def begin_post_mortem(
    books: PostMortemBooks,
    case_id: str,
    occasion: Occasion,
    *,
    draft: PostMortemDraft = _NOTHING,
) -> PostMortem:
    """A post-mortem of one case, which begins with a draft. Raises NotFound, and Conflict where the
    case has one."""
    books.cases.get(case_id)
    return _begin(books, ((case_id,), None), draft, occasion)


def begin_incident_post_mortem(
    books: PostMortemBooks,
    incident_id: str,
    occasion: Occasion,
    *,
    draft: PostMortemDraft = _NOTHING,
) -> PostMortem:
    """A post-mortem of the cases that an incident causes. Raises NotFound, and Conflict where there
    are none, or one of them has a post-mortem."""
    cases = linked_cases(books.incidents.get(incident_id))
    if not cases or len(cases) > CASES_LIMIT_COUNT:
        message = f"A post-mortem is about 1 to {CASES_LIMIT_COUNT} cases; here are {len(cases)}."
        raise Conflict(message, code="no_cases" if not cases else "too_many")
    return _begin(books, (cases, incident_id), draft, occasion)


def write_version(
    books: PostMortemBooks, post_mortem_id: str, order: TextOrder, occasion: Occasion
) -> PostMortem:
    """The post-mortem with a new version; the ones before it stay. Raises NotFound, Conflict and
    Invalid."""
    known = books.post_mortems.get(post_mortem_id)
    if len(known.versions) >= VERSIONS_LIMIT_COUNT:
        message = f"A post-mortem has at most {VERSIONS_LIMIT_COUNT} versions."
        raise Conflict(message, code="too_many")
    version = PostMortemVersion(
        number=known.latest.number + 1,
        at=occasion.now,
        by=occasion.by,
        texts={part: text for part, text in order.texts.items() if text.strip()},
        failure_mode=failure_mode_of(order.failure_mode),
    )
    books.post_mortems.write(known.id, version)
    _tell(books, "PostMortemWritten", known, {"version": version.number}, occasion)
    return replace(known, versions=(*known.versions, version))


def publish_post_mortem(
    books: PostMortemBooks, post_mortem_id: str, occasion: Occasion, *, address: str = ""
) -> PostMortem:
    """The post-mortem once its latest version has gone out: each of its cases says so, and where it
    stands (`address` is where our pages are). Raises NotFound; Conflict where it is published or a
    case has not ended; Invalid with every part that lacks, quotes a note or names somebody."""
    known = books.post_mortems.get(post_mortem_id)
    version = known.latest
    if version.publication is not None:
        raise Conflict("This version is published. Write a new one.", code="version_published")
    cases = [books.cases.get(case) for case in known.cases]
    _refuse_open(cases)
    _refuse_unfit(books, known)
    publication = Publication(
        at=occasion.now,
        by=occasion.by,
        facts=facts_of_cases(books, known.cases, occasion.now),
        actions=tuple(
            ToldAction(id=each.id, title=each.title, due_on=each.due_on)
            for each in known.actions
            if each.is_told
        ),
    )
    books.post_mortems.publish(known.id, version.number, publication)
    is_first = known.published is None
    for case in cases:
        _say(books, case, _message(case, address, is_first=is_first), occasion)
        debt = books.post_mortems.debt(case.id) or PostMortemDebt(case=case.id)
        books.post_mortems.keep_debt(replace(debt, post_mortem=known.id, published_at=occasion.now))
    _tell(books, "PostMortemPublished", known, {"version": version.number}, occasion)
    published = replace(version, publication=publication)
    return replace(known, versions=(*known.versions[:-1], published))


def add_action(
    books: PostMortemBooks, post_mortem_id: str, order: ActionOrder, occasion: Occasion
) -> PostMortemAction:
    """A new action. Raises NotFound, Conflict, and Invalid where the owner is not one of us."""
    known = books.post_mortems.get(post_mortem_id)
    if len(known.actions) >= ACTIONS_LIMIT_COUNT:
        message = f"A post-mortem has at most {ACTIONS_LIMIT_COUNT} actions."
        raise Conflict(message, code="too_many")
    owner = books.users.get(order.owner)
    if owner.account is not None or owner.disabled_at is not None:
        fault = Fault("not_ours", "An action is owned by one of our people.", "owner")
        raise Invalid("The action cannot be kept as stated.", [fault])
    action = PostMortemAction(
        id=occasion.new_id(ACTION),
        post_mortem=known.id,
        title=order.title,
        owner=order.owner,
        due_on=order.due_on,
        is_told=order.is_told,
        added_at=occasion.now,
        added_by=occasion.by,
    )
    books.post_mortems.add_action(action)
    _tell(books, "PostMortemActionAdded", known, {"action": action.id}, occasion)
    return action


def close_action(
    books: PostMortemBooks, action_id: str, state: ActionState, reason: str, occasion: Occasion
) -> PostMortemAction:
    """The action as done, or as dropped with a reason. Raises NotFound, Conflict and Invalid."""
    action = books.post_mortems.action(action_id)
    if action.state is not ActionState.open:
        raise Conflict(f"The action is {action.state} already.", code="action_closed")
    if state is ActionState.open:
        fault = Fault("not_closed", "Closing makes it done or dropped.", "state")
        raise Invalid("The action cannot be closed so.", [fault])
    if state is ActionState.dropped and not reason.strip():
        fault = Fault("no_reason", "An action is dropped with a reason.", "reason")
        raise Invalid("The action cannot be dropped.", [fault])
    closed = replace(
        action, state=state, closed_at=occasion.now, closed_by=occasion.by, reason=reason.strip()
    )
    books.post_mortems.close_action(closed)
    body = {"action": action.id, "state": state.value}
    known = books.post_mortems.get(action.post_mortem)
    _tell(books, "PostMortemActionClosed", known, body, occasion)
    return closed


def _begin(
    books: PostMortemBooks,
    of: tuple[tuple[str, ...], str | None],
    draft: PostMortemDraft,
    occasion: Occasion,
) -> PostMortem:
    cases, incident = of
    debts = {case: books.post_mortems.debt(case) or PostMortemDebt(case=case) for case in cases}
    if any(debt.post_mortem is not None for debt in debts.values()):
        what = "The case has a post-mortem." if incident is None else "One of its cases has one."
        raise Conflict(f"{what} Write on in that.", code="post_mortem_exists")
    made = PostMortem(
        id=occasion.new_id(POST_MORTEM),
        incident=incident,
        cases=cases,
        begun_at=occasion.now,
        begun_by=occasion.by,
        versions=(
            PostMortemVersion(
                number=1,
                at=occasion.now,
                by=occasion.by,
                texts=draft.texts,
                failure_mode=draft.failure_mode,
            ),
        ),
        actions=(),
    )
    books.post_mortems.add(made)
    for debt in debts.values():
        books.post_mortems.keep_debt(replace(debt, post_mortem=made.id))
    _tell(books, "PostMortemBegun", made, {}, occasion)
    return made


def _refuse_open(cases: Collection[Case]) -> None:
    still = [str(case.number) for case in cases if case.standing.state not in ENDED]
    if still:
        message = f"It is published once its cases have ended: {', '.join(still)} has not."
        raise Conflict(message, code="case_open")


def _refuse_unfit(books: PostMortemBooks, known: PostMortem) -> None:
    version = known.latest
    faults = [Fault("missing", "This has to be written first.", path) for path in lacks(version)]
    told = {part.value: version.text(part) for part in TOLD}
    told |= {f"action.{each.id}": each.title for each in known.actions if each.is_told}
    faults += faults_of_told(
        told,
        notes=books.post_mortems.notes(known.cases),
        names=books.post_mortems.names_not_told(known.cases),
    )
    if faults:
        raise Invalid("The post-mortem cannot be published as it is.", faults)


def _message(case: Case, address: str, *, is_first: bool) -> str:
    what = "The post-mortem of this case" if is_first else "A corrected post-mortem of this case"
    return (
        f"{what} is published: what happened, why, and what we do so that it does not happen "
        f"again. It stands at {address}/cases/{case.id}/post-mortem"
    )


def _say(books: PostMortemBooks, case: Case, text: str, occasion: Occasion) -> None:
    """The fact that stops the milestone, with a message that says where to read: in a case that is
    closed too."""
    at = max(occasion.now, case.in_time[-1].at)
    fact = CaseEvent(at, EventKind.post_mortem_published, "", occasion.now)
    message = CaseMessage(
        id=occasion.new_id(MESSAGE),
        case=case.id,
        place=len(case.events),
        author=occasion.by,
        contact=None,
        is_public=True,
        text=text,
    )
    case = with_facts(books, case, [fact], occasion)
    books.cases.write([message])
    post(books, case, [message], occasion)


def _tell(
    books: PostMortemBooks,
    kind: str,
    known: PostMortem,
    body: Mapping[str, object],
    occasion: Occasion,
) -> None:
    """Without the words: those stand in the post-mortem alone, where they can be erased."""
    about = {"post_mortem": known.id, "cases": list(known.cases), **body}
    books.append([occasion.fact(kind, known.id, about)])
