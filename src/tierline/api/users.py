"""Users, invitations and password resets over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.invitation import Invitation
from tierline.access.passkey import Passkey
from tierline.access.permission import Permission
from tierline.access.role import Role
from tierline.access.secret import SECRET_LIMIT_CHARACTERS
from tierline.access.user import NAME_LIMIT_CHARACTERS, User
from tierline.actions import second_factor, users
from tierline.api.answers import ActorId, Id, Page, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.inputs import DEFAULT_LIMIT, NO_TOKEN, After, Body, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.api.sessions import Email, Password
from tierline.bootstrap.visits import address_of
from tierline.queries import access as queries
from tierline.store.records import Reads

router = Routes(tags=["access"])
Manager = Annotated[Caller, Depends(may(Permission.manage_users))]
Roles = Annotated[frozenset[Role], Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT_CHARACTERS)]
Secret = Annotated[str, Field(min_length=1, max_length=SECRET_LIMIT_CHARACTERS)]


class UserAnswer(TypedDict):
    """A user: a login of a person."""

    id: Id
    email: Annotated[str, said("The address that they sign in with.")]
    name: Annotated[str, said("What they are called.")]
    roles: Annotated[list[str], said("What they may do.")]
    account: Annotated[str | None, said("A customer's user belongs to an account.")]
    has_password: Annotated[bool, said("Whether they can sign in with one.")]
    has_second_factor: Annotated[bool, said("Whether a code of an authenticator is asked for.")]
    made_at: Annotated[str, instant("When they accepted their invitation.")]
    disabled_at: Annotated[str | None, instant("From when on they cannot sign in.")]


class PasskeyAnswer(TypedDict):
    """A passkey of a user."""

    id: Id
    name: Annotated[str, said("What the user calls it.")]
    made_at: Annotated[str, instant("When it was made.")]
    used_at: Annotated[str | None, instant("When it was last used.")]


class InvitationAnswer(TypedDict):
    """An invitation, without its link."""

    id: Id
    email: Annotated[str | None, said("Whom it was sent to; null: the first admin.")]
    roles: Annotated[list[str], said("What they may do once they have accepted it.")]
    account: Annotated[str | None, said("The account that they will belong to.")]
    made_by: ActorId
    made_at: Annotated[str, instant("When it was made.")]
    expires_at: Annotated[str, instant("Until when it can be accepted.")]
    ended_at: Annotated[str | None, instant("When it was accepted or taken back.")]


class NewInvitationAnswer(InvitationAnswer):
    """An invitation with its link."""

    link: Annotated[str, said("Where it is accepted, told this once.")]


class ResetAnswer(TypedDict):
    """The same, whether there is such a user or not."""

    sent_if_known: Annotated[bool, said("A letter goes out where there is such a user.")]


class InvitationBody(Body):
    """Whom to invite, as what; `account` is stated for a customer's user, and for no other."""

    email: Email
    roles: Roles
    account: Word | None = None


class AcceptanceBody(Body):
    """The code of an invitation's link. `email` is asked of the first admin alone."""

    code: Secret
    name: Name
    password: Password
    email: Email | None = None


class UserBody(Body):
    """What can be changed about a user."""

    name: Name
    roles: Roles
    account: Word | None = None


class ResetBody(Body):
    """Whose password."""

    email: Email


class CompletionBody(Body):
    """The code of a reset's link, and the new password."""

    code: Secret
    password: Password


@router.get("/v1/users", summary="Users, the newest first")
def list_users(
    request: Request, _: Manager, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> Page[UserAnswer]:
    """All that were ever made."""
    page = application_of(request).read(
        lambda reads: queries.users(reads.snapshot, after=after, limit=limit)
    )
    return listed([document(user) for user in page.items], page.next)


@router.get("/v1/users/{user}", summary="One user")
def read_user(request: Request, _: Manager, user: str) -> UserAnswer:
    """By their id."""
    return document(application_of(request).read(lambda reads: reads.users.get(user)))


@router.put("/v1/users/{user}", summary="Change a user")
def change_user(request: Request, caller: Manager, user: str, body: UserBody) -> UserAnswer:
    """The user with another name, other roles, another account."""
    application = application_of(request)
    account = None if body.account is None else application.account_of(body.account)
    occasion = application.occasion(caller.id)
    return document(
        application.change(
            lambda records: users.change_user(
                records,
                user,
                name=body.name,
                roles=body.roles,
                account=account,
                caller=caller,
                occasion=occasion,
            )
        )
    )


@router.put("/v1/users/{user}/disablement", summary="Disable a user")
def disable_user(request: Request, caller: Manager, user: str) -> UserAnswer:
    """Ends their sessions, and revokes their tokens and links, all at once."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    return document(application.change(lambda records: users.disable_user(records, user, occasion)))


@router.delete("/v1/users/{user}/disablement", summary="Enable a user again")
def enable_user(request: Request, caller: Manager, user: str) -> UserAnswer:
    """They can sign in again. What was revoked stays so."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    return document(application.change(lambda records: users.enable_user(records, user, occasion)))


@router.delete("/v1/users/{user}/second-factor", status_code=204, summary="Remove a second factor")
def remove_second_factor(request: Request, caller: Manager, user: str) -> None:
    """For somebody who has lost it, and the recovery codes with it."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    application.change(lambda records: second_factor.remove_second_factor(records, user, occasion))


@router.get("/v1/users/{user}/passkeys", summary="A user's passkeys, the oldest first")
def list_passkeys(request: Request, _: Manager, user: str) -> Page[PasskeyAnswer]:
    """There are at most 20."""

    def work(reads: Reads) -> tuple[Passkey, ...]:
        return reads.passkeys.of_user(reads.users.get(user).id)

    return listed([passkey_document(each) for each in application_of(request).read(work)], None)


@router.delete("/v1/users/{user}/passkeys/{passkey}", status_code=204, summary="Remove a passkey")
def remove_passkey(request: Request, caller: Manager, user: str, passkey: str) -> None:
    """For somebody who has lost the device that keeps it."""
    application_of(request).access.passkeys.remove(user, passkey, by=caller.id)


@router.get("/v1/invitations", summary="Invitations, the newest first")
def list_invitations(
    request: Request, _: Manager, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> Page[InvitationAnswer]:
    """All that were ever made; the links of none."""
    page = application_of(request).read(
        lambda reads: queries.invitations(reads.snapshot, after=after, limit=limit)
    )
    return listed([invitation_document(each) for each in page.items], page.next)


@router.post("/v1/invitations", status_code=201, summary="Invite a user")
def invite_user(
    request: Request, response: Response, caller: Manager, body: InvitationBody
) -> NewInvitationAnswer:
    """Writes to them. `link` is told this once, for who would rather hand it over."""
    application = application_of(request)
    account = None if body.account is None else application.account_of(body.account)
    made, link = application.access.invite(body.email, body.roles, account, caller)
    response.headers["Cache-Control"] = "no-store"
    return {**invitation_document(made.invitation), "link": link}


@router.delete("/v1/invitations/{invitation}", status_code=204, summary="Take an invitation back")
def take_invitation_back(request: Request, caller: Manager, invitation: str) -> None:
    """Nobody can accept it any more. Again changes nothing."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    application.change(lambda records: users.take_invitation_back(records, invitation, occasion))


@router.post("/v1/users", status_code=201, summary="Accept an invitation", openapi_extra=NO_TOKEN)
def accept_invitation(request: Request, body: AcceptanceBody) -> UserAnswer:
    """The new user, who can sign in now. Needs no token: the code says who it is."""
    access = application_of(request).access
    return document(access.accept(body.code, body.name, body.email, body.password))


@router.post(
    "/v1/password-resets",
    status_code=202,
    summary="Ask for a password reset",
    openapi_extra=NO_TOKEN,
)
def request_reset(request: Request, body: ResetBody) -> ResetAnswer:
    """Writes to the user, if there is one; the answer is the same if there is none."""
    application_of(request).access.request_reset(body.email, address_of(request))
    return {"sent_if_known": True}


@router.post(
    "/v1/password-resets/completion",
    status_code=204,
    summary="Choose another password",
    openapi_extra=NO_TOKEN,
)
def complete_reset(request: Request, body: CompletionBody) -> None:
    """With the code of the link, once. Ends every session of the user."""
    application_of(request).access.reset_password(body.code, body.password)


def document(user: User) -> UserAnswer:
    """A user as a client gets them."""
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "roles": sorted(user.roles),
        "account": user.account,
        "has_password": user.has_password,
        "has_second_factor": user.has_second_factor,
        "made_at": shown(user.made_at),
        "disabled_at": shown(user.disabled_at),
    }


def passkey_document(passkey: Passkey) -> PasskeyAnswer:
    """A passkey as a client gets it."""
    return {
        "id": passkey.id,
        "name": passkey.name,
        "made_at": shown(passkey.made_at),
        "used_at": shown(passkey.used_at),
    }


def invitation_document(invitation: Invitation) -> InvitationAnswer:
    """An invitation as a client gets it, without its link."""
    return {
        "id": invitation.id,
        "email": invitation.email,
        "roles": sorted(invitation.roles),
        "account": invitation.account,
        "made_by": invitation.made_by,
        "made_at": shown(invitation.made_at),
        "expires_at": shown(invitation.expires_at),
        "ended_at": shown(invitation.ended_at),
    }
