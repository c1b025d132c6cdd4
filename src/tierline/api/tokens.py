"""Tokens over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.access.role import Role
from tierline.access.token import Token
from tierline.access.user import NAME_LIMIT_CHARACTERS
from tierline.actions import tokens as actions
from tierline.api.answers import ActorId, Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries import access as queries

if TYPE_CHECKING:
    from tierline.store.records import Records

router = Routes(prefix="/v1/tokens", tags=["access"])
Manager = Annotated[Caller, Depends(may(Permission.manage_tokens))]


class TokenAnswer(TypedDict):
    """A token, without its secret."""

    id: Id
    shown: Annotated[str, said("Its first characters, by which people know it.")]
    name: Annotated[str, said("What it is for.")]
    role: Annotated[str, word_of(Role, "What it may do.")]
    scopes: Annotated[
        list[str] | None, said("Permissions that it is narrowed to; null: all of its role's.")
    ]
    account: Annotated[str | None, said("The account that it is narrowed to.")]
    made_by: ActorId
    made_at: Annotated[str, instant("When it was made.")]
    expires_at: Annotated[str | None, instant("From when on it opens nothing.")]
    last_used_at: Annotated[str | None, instant("When it was last shown, to the minute or so.")]
    revoked_at: Annotated[str | None, instant("When it was revoked.")]


class NewTokenAnswer(TokenAnswer):
    """A token with its secret."""

    token: Annotated[str, said("The secret itself, told this once.")]


class TokenBody(Body):
    """A role; narrowed to an account and to scopes (names of permissions), where they are stated.
    Without `expires_at` the token is good until it is revoked."""

    role: Role
    name: Annotated[str, Field(max_length=NAME_LIMIT_CHARACTERS)] = ""
    account: Word | None = None
    scopes: Annotated[frozenset[Permission], Field(min_length=1)] | None = None
    expires_at: Instant | None = None


@router.get("", summary="Tokens, the newest first")
def list_tokens(
    request: Request, _: Manager, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> Page[TokenAnswer]:
    """All that were ever made; the secrets of none."""
    page = application_of(request).read(
        lambda reads: queries.tokens(reads.snapshot, after=after, limit=limit)
    )
    return listed([document(token) for token in page.items], page.next)


@router.post("", status_code=201, summary="Make a token")
def create_token(
    request: Request, response: Response, caller: Manager, body: TokenBody, once: Once
) -> NewTokenAnswer:
    """`token` is the secret itself: it is told this once, and kept nowhere."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    order = actions.TokenOrder(
        role=body.role,
        name=body.name,
        account=None if body.account is None else application.account_of(body.account),
        scopes=body.scopes,
        expires_at=body.expires_at,
    )
    response.headers["Cache-Control"] = "no-store"

    def work(records: Records) -> NewTokenAnswer:
        made = actions.create_token(records, order, caller, occasion)
        return {**document(made.token), "token": made.secret}

    return once.change(caller, work, is_kept=False)


@router.get("/{token}", summary="One token")
def read_token(request: Request, _: Manager, token: str) -> TokenAnswer:
    """By its id."""
    return document(application_of(request).read(lambda reads: reads.tokens.get(token)))


@router.delete("/{token}", status_code=204, summary="Revoke a token, and those that it made")
def revoke_token(request: Request, caller: Manager, token: str) -> None:
    """It opens nothing from now on. Revoking it again changes nothing."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    application.change(lambda records: actions.revoke_token(records, token, occasion))


def document(token: Token) -> TokenAnswer:
    """A token as a client gets it, without its secret."""
    return {
        "id": token.id,
        "shown": token.shown,
        "name": token.name,
        "role": token.role.value,
        "scopes": None if token.scopes is None else sorted(token.scopes),
        "account": token.account,
        "made_by": token.made_by,
        "made_at": shown(token.made_at),
        "expires_at": shown(token.expires_at),
        "last_used_at": shown(token.last_used_at),
        "revoked_at": shown(token.revoked_at),
    }
