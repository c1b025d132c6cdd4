"""Signing in and out over HTTP, and who one is."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import Field

from tierline.access.caller import Caller, CallerKind, Unauthenticated
from tierline.access.password import LONGEST_CHARACTERS
from tierline.access.permission import Permission
from tierline.access.secret import form_word
from tierline.access.session import Session
from tierline.access.user import EMAIL_LIMIT_CHARACTERS
from tierline.actions import sessions as actions
from tierline.api.answers import Id, TypedDict, instant, said, word_of
from tierline.api.callers import caller_of, visitor_of_scope
from tierline.api.inputs import NO_TOKEN, Body, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.callers import Visitor
from tierline.bootstrap.visits import address_of, drop_session, put_session

router = Routes(tags=["access"])
Email = Annotated[str, Field(min_length=1, max_length=EMAIL_LIMIT_CHARACTERS)]
Password = Annotated[str, Field(min_length=1, max_length=LONGEST_CHARACTERS)]
Code = Annotated[str, Field(min_length=1, max_length=60)]


class CallerAnswer(TypedDict):
    """Who asks."""

    id: Annotated[str, said("The id of the user or the token, or `operator`.")]
    kind: Annotated[str, word_of(CallerKind, "What stands behind the request.")]
    roles: Annotated[list[str], said("What they are.")]
    permissions: Annotated[list[str], said("What they may do.")]
    accounts: Annotated[list[str] | None, said("The accounts that they see; null: all of them.")]


class SessionAnswer(TypedDict):
    """A signed-in browser."""

    id: Id
    user: Annotated[str, said("Whose it is.")]
    made_at: Annotated[str, instant("When they signed in.")]
    expires_at: Annotated[str, instant("Until when it lasts.")]
    ended_at: Annotated[str | None, instant("When they signed out.")]


class NewSessionAnswer(SessionAnswer):
    """A session that has just begun."""

    csrf: Annotated[str, said("What goes into the header X-CSRF-Token.")]


class OwnSessionAnswer(SessionAnswer):
    """The session of the browser that asks."""

    email: Annotated[str, said("The address of its user.")]
    name: Annotated[str, said("What its user is called.")]


class SignInBody(Body):
    """An address and a password; with a second factor also a code of it, or a recovery code."""

    email: Email
    password: Password
    code: Code | None = None


def visitor_of(request: Request) -> Visitor:
    """The signed-in user."""
    return visitor_of_scope(request.scope, application_of(request))


@router.get("/v1/caller", summary="Who one is, and what one may do")
def read_caller(caller: Annotated[Caller, Depends(caller_of)]) -> CallerAnswer:
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
def sign_in(request: Request, response: Response, body: SignInBody) -> NewSessionAnswer:
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
def read_session(visitor: Annotated[Visitor, Depends(visitor_of)]) -> OwnSessionAnswer:
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


def document(session: Session) -> SessionAnswer:
    """A session as a client gets it."""
    return {
        "id": session.id,
        "user": session.user,
        "made_at": shown(session.made_at),
        "expires_at": shown(session.expires_at),
        "ended_at": shown(session.ended_at),
    }
