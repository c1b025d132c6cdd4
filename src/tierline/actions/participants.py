"""Who else takes part in a case: copies of answers by mail, and followers among us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from tierline.access.user import email_faults, plain_email
from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.letters import LANE
from tierline.actions.occasion import Journal
from tierline.cases.case import Case
from tierline.cases.participant import COPIES_LIMIT, FOLLOWED, Copy, Follower
from tierline.cases.standing import CaseState
from tierline.kernel.errors import Conflict, Fault, Invalid, LimitReached, NotFound

if TYPE_CHECKING:
    from tierline.access.user import User
    from tierline.actions.occasion import Occasion
    from tierline.cases.event import CaseEvent

KIND = "case follower"


class KnownParticipants(Protocol):
    """Who takes part."""

    def copies(self, case: str) -> tuple[Copy, ...]: ...
    def followers(self, case: str) -> tuple[Follower, ...]: ...
    def raiser_of(self, case: str) -> User | None: ...


class Participants(KnownParticipants, Protocol):
    """The records of who takes part."""

    def add_copy(self, case: str, copy: Copy) -> None: ...
    def remove_copy(self, case: str, email: str) -> bool: ...
    def add_follower(self, case: str, follower: Follower) -> None: ...
    def remove_follower(self, case: str, user: str) -> bool: ...


class KnownCases(Protocol):
    """The cases that there are."""

    def get(self, case: str) -> Case: ...


class Users(Protocol):
    """The users that there are."""

    def get(self, user: str) -> User: ...


class FollowedBooks(Protocol):
    """What telling followers needs."""

    @property
    def participants(self) -> Participants: ...
    @property
    def due_work(self) -> DueWorkBook: ...


class CopyBooks(Journal, Protocol):
    """What keeping copies needs."""

    @property
    def cases(self) -> KnownCases: ...
    @property
    def participants(self) -> Participants: ...


class FollowBooks(CopyBooks, Protocol):
    """What following needs."""

    @property
    def users(self) -> Users: ...


def add_copy(books: CopyBooks, case_id: str, email: str, occasion: Occasion) -> None:
    """Have an address get what we say in public from now on, and nothing that was said before. The
    same again changes nothing. Raises NotFound, Conflict, LimitReached, and Invalid for what is no
    address."""
    case, address = books.cases.get(case_id), plain_email(email)
    if faults := email_faults(address):
        raise Invalid("No copies go to this.", faults)
    if case.standing.state is CaseState.closed:
        raise Conflict("The case is closed. Open a new one.", code="case_ended")
    known = books.participants.copies(case_id)
    if any(each.email == address for each in known):
        return
    if len(known) >= COPIES_LIMIT:
        raise LimitReached(f"Copies go to at most {COPIES_LIMIT} addresses in a case.")
    new = Copy(email=address, since=occasion.now, by=occasion.by)
    books.participants.add_copy(case_id, new)
    _tell(books, "CaseCopyAdded", case, occasion)


def remove_copy(books: CopyBooks, case_id: str, email: str, occasion: Occasion) -> None:
    """No more copies go to an address. Raises NotFound."""
    case = books.cases.get(case_id)
    if not books.participants.remove_copy(case_id, plain_email(email)):
        raise NotFound("No copies go to this address.")
    _tell(books, "CaseCopyRemoved", case, occasion)


def follow(books: FollowBooks, case_id: str, user: str, occasion: Occasion) -> None:
    """Have one of our own people told of what happens in a case. The same again changes nothing.
    Raises NotFound, and Invalid for somebody who is not ours."""
    books.cases.get(case_id)
    found = books.users.get(user)
    if found.account is not None or found.disabled_at is not None:
        message = "Cases are followed by our own people who may sign in."
        raise Invalid("That is nobody of ours.", [Fault("not_ours", message, "user")])
    if user not in {each.user for each in books.participants.followers(case_id)}:
        books.participants.add_follower(case_id, Follower(user=user, since=occasion.now))


def unfollow(books: CopyBooks, case_id: str, user: str) -> None:
    """They are told no more. Raises NotFound for a case that is not there, or nobody who follows
    it."""
    books.cases.get(case_id)
    if not books.participants.remove_follower(case_id, user):
        raise NotFound("They do not follow this case.")


def tell_followers(
    books: FollowedBooks, case: Case, events: Sequence[CaseEvent], occasion: Occasion
) -> None:
    """Have each follower but whoever did it written to, once for all that happened at once."""
    told = [event.kind for event in events if event.kind in FOLLOWED]
    if not told:
        return
    rows = [
        DueWork(
            id=f"follower {each.user} of {case.id} at {len(case.events)}",
            kind=KIND,
            lane=LANE,
            body={"case": case.id, "user": each.user, "what": [kind.name for kind in told]},
            run_at=occasion.now,
        )
        for each in books.participants.followers(case.id)
        if each.user != occasion.by
    ]
    if rows:
        books.due_work.add(rows, now=occasion.now)


def _tell(books: CopyBooks, kind: str, case: Case, occasion: Occasion) -> None:
    """Without the address: it stands in the case alone, where it can be erased."""
    body: dict[str, str | int] = {"case": case.id, "number": case.number}
    books.append([occasion.fact(kind, case.account or case.id, body)])
