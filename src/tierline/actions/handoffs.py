"""Handing a case over: never without a summary, which stays in the case as a note among us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tierline.actions.cases import US, CaseBooks, say
from tierline.actions.routing import move, need_of, open_case_of, refuse_unseen, take_case
from tierline.kernel.errors import Conflict, Fault, Invalid

if TYPE_CHECKING:
    from tierline.access.user import User
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case

SUMMARY_LIMIT_CHARACTERS = 10_000


class Users(Protocol):
    """The users that there are."""

    def get(self, user: str) -> User: ...


class HandoffBooks(CaseBooks, Protocol):
    """What the actions of this module need."""

    @property
    def users(self) -> Users: ...


def hand_over(
    books: HandoffBooks, case_id: str, to: str | None, summary: str, occasion: Occasion
) -> Case:
    """The case in somebody else's hands, or in the queue again (`to` None), with what they have to
    know. A case that nobody has is taken without one. Raises NotFound, Conflict, and Invalid where
    the summary is missing."""
    case, owned = open_case_of(books, case_id)
    if to is not None:
        _refuse_outsider(books, to)
        if owned.user is None:
            return take_case(books, case_id, to, occasion)
        refuse_unseen(books, need_of(books, case, owned), to)
    if to == owned.user:
        held = "waits in the queue" if to is None else "is in their hands"
        raise Conflict(f"The case {held} already.", code="case_owned")
    if not summary.strip():
        fault = Fault(
            "no_summary",
            "A case is handed over with what the next one has to know.",
            "summary",
            "Write what was found, what was tried, and what comes next.",
        )
        raise Invalid("The case cannot be handed over without a summary.", [fault])
    note = len(case.events)
    case = say(books, case_id, summary.strip(), US, occasion, is_public=False)
    reason = "Given back to the queue." if to is None else "Handed over."
    move(books, case, owned, to, reason=reason, note=note, occasion=occasion)
    return case


def _refuse_outsider(books: HandoffBooks, user: str) -> None:
    found = books.users.get(user)
    if found.account is not None or found.disabled_at is not None:
        message = "Cases are worked by our own people who may sign in."
        raise Invalid("That is nobody of ours.", [Fault("not_ours", message, "user")])
