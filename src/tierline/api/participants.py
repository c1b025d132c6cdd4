"""Who else takes part in a case, and which cases go together, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import case_links as links
from tierline.actions import participants as actions
from tierline.api.answers import Id, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import Body, Word, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import promise_for, seen_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records

router = Routes(tags=["cases"])
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Address = Annotated[str, Path(max_length=254, description="An e-mail address.")]


class CopyAnswer(TypedDict):
    """An address that gets copies."""

    email: Annotated[str, said("The address.")]
    since: Annotated[str, instant("From when on: it reads nothing that was said before.")]


class FollowerAnswer(TypedDict):
    """One of our own people who is told."""

    user: Annotated[str, said("Who.")]
    since: Annotated[str, instant("From when on.")]


class SplitAnswer(TypedDict):
    """A case that began as a message of this one."""

    case: Id
    message: Annotated[str, said("The message.")]


class ParticipantsAnswer(TypedDict):
    """Who takes part, and which cases go together."""

    copies: Annotated[list[CopyAnswer], said("Who gets our public answers by mail.")]
    followers: Annotated[list[FollowerAnswer], said("Who of ours is told of what happens.")]
    goes_with: Annotated[str | None, said("The case that this one goes with; null: it is alone.")]
    merged: Annotated[list[str], said("The cases that go with this one.")]
    split_from: Annotated[str | None, said("The case that it was a message of.")]
    splits: Annotated[list[SplitAnswer], said("What was split off it.")]


class MergeBody(Body):
    """The case that this one goes with from now on."""

    into: Word


class SplitBody(Body):
    """A customer's message of this case, and what it is about."""

    message: Word
    subject: Annotated[str, Field(min_length=1, max_length=300)]


class NewCaseAnswer(TypedDict):
    """A case that was made."""

    case: Id
    number: Annotated[int, said("What people call it by.")]


@router.get("/v1/cases/{case}/participants", summary="Who takes part in a case")
def read_participants(request: Request, caller: Worker, case: str) -> ParticipantsAnswer:
    """Copies, followers, and cases that go with it."""

    def work(reads: Reads) -> ParticipantsAnswer:
        seen_case(reads, case, caller, Permission.work_cases)
        return _answer(reads, case)

    return application_of(request).read(work)


@router.put("/v1/cases/{case}/copies/{email}", summary="Have copies go to an address")
def add_copy(caller: Worker, case: str, email: Address, once: Once) -> ParticipantsAnswer:
    """It gets what we say in public from now on, by mail, and nothing else."""
    return _worked(
        once, caller, case,
        lambda records, at: actions.add_copy(records, case, email, at),
    )  # fmt: skip


@router.delete("/v1/cases/{case}/copies/{email}", summary="Send it no more copies")
def remove_copy(caller: Worker, case: str, email: Address, once: Once) -> ParticipantsAnswer:
    """What went there cannot be taken back."""
    return _worked(
        once, caller, case,
        lambda records, at: actions.remove_copy(records, case, email, at),
    )  # fmt: skip


@router.put("/v1/cases/{case}/followers/{user}", summary="Have somebody of ours follow a case")
def follow(caller: Worker, case: str, user: str, once: Once) -> ParticipantsAnswer:
    """They get a letter when the customer writes, is answered, and when it is resolved."""
    return _worked(
        once, caller, case,
        lambda records, at: actions.follow(records, case, user, at),
    )  # fmt: skip


@router.delete("/v1/cases/{case}/followers/{user}", summary="Have them told no more")
def unfollow(caller: Worker, case: str, user: str, once: Once) -> ParticipantsAnswer:
    """What was written to them stays written."""
    return _worked(once, caller, case, lambda records, _: actions.unfollow(records, case, user))


@router.put("/v1/cases/{case}/merge", summary="Have a case go with another one")
def merge(caller: Worker, case: str, body: MergeBody, once: Once) -> ParticipantsAnswer:
    """Both stay, each with its own clocks. What is said and done in the other one is said and done
    in this one as well; what its customer writes is heard there."""

    def act(records: Records, occasion: Occasion) -> None:
        seen_case(records, body.into, caller, Permission.work_cases)
        links.merge_case(records, case, body.into, occasion)

    return _worked(once, caller, case, act)


@router.delete("/v1/cases/{case}/merge", summary="Have a case go on its own again")
def unmerge(caller: Worker, case: str, once: Once) -> ParticipantsAnswer:
    """What was said in it stays said."""
    return _worked(once, caller, case, lambda records, at: links.unmerge_case(records, case, at))


@router.post("/v1/cases/{case}/splits", status_code=201, summary="Split a message off a case")
def split(
    request: Request, caller: Worker, case: str, body: SplitBody, once: Once
) -> NewCaseAnswer:
    """A case of its own, which reached us when the message did."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    order = links.SplitOrder(body.message, body.subject)

    def work(records: Records) -> NewCaseAnswer:
        seen_case(records, case, caller, Permission.work_cases)
        made = links.split_case(
            records, case, order,
            lambda whose, at: promise_for(application, records, whose, at), occasion,
        )  # fmt: skip
        return {"case": made.id, "number": made.number}

    return once.change(caller, work)


def _worked(
    once: OnceOnly, caller: Caller, case: str, act: Callable[[Records, Occasion], object]
) -> ParticipantsAnswer:
    def work(records: Records, occasion: Occasion) -> ParticipantsAnswer:
        act(records, occasion)
        return _answer(records, case)

    return once.act_on(case, caller, work)


def _answer(reads: Reads | Records, case: str) -> ParticipantsAnswer:
    merges, splits = reads.links.around(case)
    return {
        "copies": [
            {"email": each.email, "since": shown(each.since)}
            for each in reads.participants.copies(case)
        ],
        "followers": [
            {"user": each.user, "since": shown(each.since)}
            for each in reads.participants.followers(case)
        ],
        "goes_with": next((each.into for each in merges if each.case == case), None),
        "merged": [each.case for each in merges if each.into == case],
        "split_from": next((each.origin for each in splits if each.case == case), None),
        "splits": [
            {"case": each.case, "message": each.message} for each in splits if each.origin == case
        ],
    }
