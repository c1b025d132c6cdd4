"""Merging cases that are one matter, and splitting off what is another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.cases import US, CaseBooks, add_aside
from tierline.actions.merged_cases import CaseLinks
from tierline.actions.routing import move, need_of, refuse_unseen
from tierline.cases.event import EventKind
from tierline.cases.participant import Merge, Split
from tierline.cases.standing import ENDED
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tierline.actions.case_clocks import CaseBook
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case, CaseMessage

    class Worded(CaseBook, Protocol):
        """Cases with what was written in them."""

        def messages(self, case: str) -> tuple[CaseMessage, ...]: ...


class LinkBooks(CaseBooks, Protocol):
    """What the actions of this module need."""

    @property
    def cases(self) -> Worded: ...
    @property
    def links(self) -> CaseLinks: ...


@dataclass(frozen=True, slots=True)
class SplitOrder:
    """What is split off: a customer's message, under a subject of its own."""

    message: str
    subject: str


def merge_case(books: LinkBooks, case_id: str, into_id: str, occasion: Occasion) -> Case:
    """The case, which goes with another one from now on, in the same hands. Raises NotFound, and
    Conflict with the reason: another account's, ended, or merged already, on either side."""
    case, into = books.cases.get(case_id), books.cases.get(into_id)
    _refuse_merge(books, case, into)
    books.links.merge(Merge(case.id, into.id, occasion.now, occasion.by))
    _tell(books, "CaseMerged", case, {"into": into.id}, occasion)
    _same_hands(books, case, into, occasion)
    add_aside(
        books, into.id, f"Case {case.number} goes with this one: what is said here in public is "
        "said there as well.", US, occasion, is_public=False,
    )  # fmt: skip
    return add_aside(
        books, case.id, f"This case goes with case {into.number}: it is worked on there. Its "
        "clocks stay its own.", US, occasion, is_public=False,
    )  # fmt: skip


def unmerge_case(books: LinkBooks, case_id: str, occasion: Occasion) -> Case:
    """The case on its own again, with what was said in it until now. Raises NotFound, and Conflict
    where it goes with none."""
    case, merge = books.cases.get(case_id), books.links.merge_of(case_id)
    if merge is None:
        raise Conflict("The case goes with no other one.", code="not_merged")
    into = books.cases.get(merge.into)
    books.links.unmerge(case_id)
    _tell(books, "CaseUnmerged", case, {"from": into.id}, occasion)
    note = f"Case {case.number} goes with this one no more."
    add_aside(books, into.id, note, US, occasion, is_public=False)
    note = f"This case is on its own again; it went with case {into.number}."
    return add_aside(books, case.id, note, US, occasion, is_public=False)


def split_case(
    books: LinkBooks,
    case_id: str,
    order: SplitOrder,
    promise_for: Callable[[str | None, datetime], CasePromise],
    occasion: Occasion,
) -> Case:
    """A new case of the same account with a message of this one, which reached us when the message
    did: its clocks start then. Raises NotFound, Conflict where it was split off before, and Invalid
    for what is no customer's message or is what the case began with."""
    case = books.cases.get(case_id)
    message = _message(books, case, order.message)
    if any(each.message == message.id for each in books.links.splits_from(case.id)):
        raise Conflict("This message was split off already.", code="split_before")
    at = case.events[message.place].at
    new = CaseOrder(
        channel=case.channel,
        subject=order.subject,
        text=message.text,
        account=case.account,
        contact=message.contact,
        at=at,
        despite=f"Split off case {case.number}.",
    )
    made = open_case(books, new, promise_for(case.account, at), occasion)
    books.links.split(Split(made.id, case.id, message.id, occasion.now, occasion.by))
    _tell(books, "CaseSplit", made, {"from": case.id}, occasion)
    note = f"A message of this case is case {made.number} now."
    add_aside(books, case.id, note, US, occasion, is_public=False)
    note = f"It began as a message in case {case.number}."
    return add_aside(books, made.id, note, US, occasion, is_public=False)


def _refuse_merge(books: LinkBooks, case: Case, into: Case) -> None:
    if case.id == into.id:
        fault = Fault("same_case", "A case does not go with itself.", "into", "State another one.")
        raise Invalid("The case cannot be merged.", [fault])
    if case.account != into.account:
        message = "The two are not of one account: nobody may read of the other's matter."
        raise Conflict(message, code="two_accounts")
    for each in (case, into):
        state = each.standing.state
        if state in ENDED:
            message = f"Case {each.number} is {state}. Only cases in work are merged."
            raise Conflict(message, code="case_ended")
        if merge := books.links.merge_of(each.id):
            there = books.cases.get(merge.into).number
            message = f"Case {each.number} goes with case {there} already."
            raise Conflict(message, code="merged")
    if books.links.merged_into(case.id):
        message = f"Other cases go with case {case.number}. Merge them one by one instead."
        raise Conflict(message, code="merged")


def _same_hands(books: LinkBooks, case: Case, into: Case, occasion: Occasion) -> None:
    """Whoever has the one gets the other, if they may see it; nobody is given it otherwise."""
    owner, owned = books.routing.ownership(into.id).user, books.routing.ownership(case.id)
    if owner is None or owner == owned.user:
        return
    try:
        refuse_unseen(books, need_of(books, case, owned), owner)
    except Conflict:
        return
    reason = f"It goes with case {into.number}."
    move(books, case, owned, owner, reason=reason, note=None, occasion=occasion)


def _message(books: LinkBooks, case: Case, message: str) -> CaseMessage:
    found = next((each for each in books.cases.messages(case.id) if each.id == message), None)
    if found is None:
        raise NotFound(f"There is no message '{message}' in this case.")
    if case.events[found.place].kind is not EventKind.customer_message:
        what = "what the case began with" if found.place == 0 else "no customer's message"
        fault = Fault("not_theirs", f"This is {what}.", "message",
                      "Choose something that the customer wrote later.")  # fmt: skip
        raise Invalid("It cannot be split off.", [fault])
    return found


def _tell(
    books: LinkBooks, kind: str, case: Case, body: dict[str, str], occasion: Occasion
) -> None:
    named = {"case": case.id, "number": case.number, **body}
    books.append([occasion.fact(kind, case.account or case.id, named)])
