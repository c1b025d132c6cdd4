"""Over HTTP: how our own people want to be written to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import notice_choices as actions
from tierline.api.answers import Id, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.inputs import Body, Word, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.kernel.errors import NotFound
from tierline.routing.notice_choice import NoticeChoice, NoticeKind, Way
from tierline.store.records import Reads, Records

router = Routes(tags=["routing"])
Chooser = Annotated[Caller, Depends(may(Permission.work_cases))]
PATH = "/v1/users/{user}/notice-choice"


class NoticeChoiceAnswer(TypedDict):
    """How somebody is told."""

    user: Id
    ways: Annotated[dict[NoticeKind, Way], said("How they are told of each kind of notice.")]
    hour: Annotated[int, said("The hour of the digest, 0 to 23.")]
    time_zone: Annotated[str, said("The zone of that hour.")]
    next_digest_at: Annotated[
        str | None, instant("When the next digest is drawn up; null: nothing is told in one.")
    ]


class NoticeChoiceBody(Body):
    """How somebody wants to be told; of what is not stated, at once."""

    ways: dict[NoticeKind, Way] = Field(default={}, max_length=len(NoticeKind))
    hour: int = Field(default=8, ge=0, le=23)
    time_zone: Word | None = None


@router.get(PATH, summary="How one of our own people is told")
def read_choice(request: Request, caller: Chooser, user: str) -> NoticeChoiceAnswer:
    """One's own, and others' for who manages users."""
    application = application_of(request)
    _own(caller, user)
    now = application.now()
    return application.read(lambda reads: _answer(reads, actions.chosen_by(reads, user), now))


@router.put(PATH, summary="Say how one of our own people is told")
def choose(
    request: Request, caller: Chooser, user: str, body: NoticeChoiceBody
) -> NoticeChoiceAnswer:
    """Each kind of notice at once, in a daily digest, or not at all. The worst severity is told at
    once whatever is chosen, and a missed target of whoever has the case is never off."""
    application = application_of(request)
    _own(caller, user)
    occasion = application.occasion(caller.id)
    order = actions.ChoiceOrder(
        ways={kind.value: way.value for kind, way in body.ways.items()},
        hour=body.hour,
        time_zone=body.time_zone or "",
    )
    return application.change(
        lambda records: _answer(
            records, actions.choose_notices(records, user, order, occasion), occasion.now
        )
    )


def _own(caller: Caller, user: str) -> None:
    if caller.id != user and not caller.may(Permission.manage_users):
        raise NotFound(f"There is nobody of ours with the id '{user}'.")


def _answer(reads: Reads | Records, choice: NoticeChoice, now: datetime) -> NoticeChoiceAnswer:
    return {
        "user": choice.user,
        "ways": {kind: choice.way(kind) for kind in NoticeKind},
        "hour": choice.hour,
        "time_zone": choice.time_zone,
        "next_digest_at": shown(actions.next_digest_of(reads, choice, now)),
    }
