"""Signing in and out over HTTP, and who one is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from tierline.access.caller import Caller, Unauthenticated
from tierline.access.password import LONGEST_CHARACTERS
from tierline.access.permission import Permission
from tierline.access.secret import form_word
from tierline.access.session import Session
from tierline.access.user import EMAIL_LIMIT_CHARACTERS
from tierline.actions import sessions as actions
from tierline.api.callers import caller_of, visitor_of_scope
from tierline.api.inputs import NO_TOKEN, Body, shown
from tierline.api.of import application_of
from tierline.bootstrap.callers import Visitor
from tierline.bootstrap.visits import address_of, drop_session, put_session

router = APIRouter(tags=["access"])
Email = Annotated[str, Field(min_length=1, max_length=EMAIL_LIMIT_CHARACTERS)]
Password = Annotated[str, Field(min_length=1, max_length=LONGEST_CHARACTERS)]
Code = Annotated[str, Field(min_length=1, max_length=60)]


class SignInBody(Body):
    """An address and a password; with a second factor also a code of it, or a recovery code."""

    email: Email
    password: Password
    code: Code | None = None


def visitor_of(request: Request) -> Visitor:
    """The signed-in user."""
    return visitor_of_scope(request.scope, application_of(request))


@router.get("/v1/caller", summary="Who one is, and what one may do")
def read_caller(caller: Annotated[Caller, Depends(caller_of)]) -> dict[str, Any]:
    """`accounts` null: all of them."""
    seen = caller.visible_accounts
    return {
        "id": caller.id,
        "kind": caller.kind.value,
        "roles": sorted(caller.roles),
        "permissions": sorted(caller.permissions),
        "accounts": None if seen is None else sorted(seen),
    }


@router.post("/v1/sessions", status_code=201, summary="Sign in", openapi_extra=NO_TOKEN)
def sign_in(request: Request, response: Response, body: SignInBody) -> dict[str, Any]:
    """Sets the session's cookie. `csrf` goes into the header X-CSRF-Token of every request of that
    browser that changes something."""
    access = application_of(request).access
    made = access.sign_in(body.email, body.password, address_of(request))
    if made.session.confirmed_at is None:
        if body.code is None:
            raise Unauthenticated(
                "This user has a second factor: send a code of it as well.",
                code="second_factor_needed",
            )
        made = access.confirm(made.cookie, body.code, address_of(request))
    put_session(request, response, made.cookie)
    return {**document(made.session), "csrf": form_word(made.cookie)}


@router.get("/v1/sessions/current", summary="The session of this browser")
def read_session(visitor: Annotated[Visitor, Depends(visitor_of)]) -> dict[str, Any]:
    """And whose it is."""
    user = visitor.user
    return {**document(visitor.session), "email": user.email, "name": user.name}


@router.delete("/v1/sessions/current", status_code=204, summary="Sign out")
def sign_out(
    request: Request, response: Response, visitor: Annotated[Visitor, Depends(visitor_of)]
) -> None:
    """The cookie opens nothing from now on."""
    _end(request, visitor.session.id, visitor.user.id)
    drop_session(request, response)


@router.delete("/v1/sessions/{session}", status_code=204, summary="End another session")
def end_session(
    request: Request, caller: Annotated[Caller, Depends(caller_of)], session: str
) -> None:
    """One's own, or with `manage_users` anybody's."""
    application = application_of(request)
    found = application.read(lambda reads: reads.sessions.get(session))
    if not caller.may(Permission.manage_users):
        actions.refuse_others_session(found, caller.id)
    _end(request, session, caller.id)


def _end(request: Request, session: str, by: str) -> None:
    application = application_of(request)
    occasion = application.occasion(by)
    application.change(lambda records: actions.end_session(records, session, occasion))


def document(session: Session) -> dict[str, Any]:
    """A session as a client gets it."""
    return {
        "id": session.id,
        "user": session.user,
        "made_at": shown(session.made_at),
        "expires_at": shown(session.expires_at),
        "ended_at": shown(session.ended_at),
    }
