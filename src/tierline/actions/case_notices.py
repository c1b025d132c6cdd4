"""Notices that are no climbs: a case is given to somebody, or waits for what somebody decides."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.escalations import EscalationBooks, away_among, deliver_at, have_sent
from tierline.routing.notice import ASSIGNED, Notice, row_of
from tierline.routing.plan import OWNER
from tierline.routing.rota import holding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.milestones.terms import Terms


class KnownTerms(Protocol):
    """The promises that cases are held to."""

    def terms(self, digest: str) -> Terms: ...


class TellingBooks(EscalationBooks, Protocol):
    """What telling somebody of a case needs."""

    @property
    def cases(self) -> KnownTerms: ...


class HeldCase(Protocol):
    """A case, in whatever form it is at hand."""

    @property
    def id(self) -> str: ...
    @property
    def terms(self) -> str: ...


def tell_owner(
    books: TellingBooks, case: HeldCase, severity: str, user: str, place: int, now: datetime
) -> None:
    """Write to whom a case was given at the step of this place."""
    _tell(books, case, severity, (user,), now, about=_assigned(place), role=OWNER, what=ASSIGNED)


def tell_holder(books: TellingBooks, case: Case, what: str, occasion: Occasion) -> None:
    """Write to whoever has a case that their work in it has changed, but for who did it."""
    user = books.routing.ownership(case.id).user
    if user is None or user == occasion.by:
        return
    severity, place = case.standing.severity or "", len(case.events)
    _tell(
        books, case, severity, (user,), occasion.now,
        about=f"{what}.{place}", role=OWNER, what=what,
    )  # fmt: skip


def forget_owner(books: TellingBooks, case: str, user: str, place: int) -> None:
    """Whoever was to be told of a case after their quiet hours, and has it no more, is not."""
    books.due_work.remove([row_of(case, _assigned(place), user)])


def tell_role(
    books: TellingBooks,
    case: HeldCase,
    severity: str,
    role: str,
    now: datetime,
    *,
    about: str,
    what: str,
    words: str,
) -> None:
    """Write to who holds a role by the rota; where nobody does, to the leads in their place."""
    _, plan = books.routing.plan()
    rota, people = plan.roles.get(role), books.routing.agents()
    held = None if rota is None else holding(rota, now, away_among(people)).user
    whom = books.routing.leads() if held is None else (held,)
    _tell(
        books, case, severity, whom, now,
        about=about, role=role, what=what, words=words, is_instead=held is None,
    )  # fmt: skip


def take_back(books: TellingBooks, case: str, abouts: Sequence[str]) -> None:
    """What of these was not told yet is told no more."""
    books.due_work.remove(
        [each.row for each in books.notices.of_case(case)
         if each.about in abouts and each.told_at is None]
    )  # fmt: skip


def _tell(
    books: TellingBooks,
    case: HeldCase,
    severity: str,
    whom: Sequence[str],
    now: datetime,
    *,
    about: str,
    role: str,
    what: str,
    words: str = "",
    is_instead: bool = False,
) -> None:
    """Where no routing plan is published nobody is told. Quiet hours hold back all but the worst
    severity."""
    if not books.routing.plan()[0]:
        return
    agents = {agent.user: agent for agent in books.routing.agents()}
    known = books.cases.terms(case.terms).severities if case.terms else ()
    is_worst = known[:1] == (severity,)
    notices = [
        Notice(
            case=case.id,
            about=about,
            user=user,
            role=role,
            milestone=words,
            what=what,
            severity=severity,
            is_instead=is_instead,
            true_at=now,
            noticed_at=now,
            deliver_at=deliver_at(agents.get(user), now, is_worst=is_worst),
        )
        for user in whom
    ]
    books.notices.add(notices)
    have_sent(books, notices, now)


def _assigned(place: int) -> str:
    return f"{ASSIGNED}.{place}"
