"""Whose page it is, and who did what on it, as its reader may know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.access.permission import Permission
from tierline.kernel.errors import NotFound
from tierline.languages.language import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.queries.actors import NamedUser
    from tierline.web.shell import Visit

_ABOUT = (
    (message("Promises kept"), "/attainment", Permission.read_cases),
    (message("Uptime"), "/status/uptime", Permission.read_contracts),
    (message("Cases"), "/cases", Permission.read_cases),
    (message("Contacts"), "/contacts", Permission.read_people),
    (message("Care"), "/care", Permission.read_contracts),
    (message("Advice"), "/advice", Permission.read_contracts),
    (message("What data may be used for"), "/consents", Permission.read_consents),
)


_WORDS = {
    "operator": message("the operator"),
    "mail": message("by mail"),
    "machine": message("our machine"),
    "sample": message("the sample company"),
}
"""Who acts without a login."""


def account_asked(visit: Visit) -> str:
    """The account that `?account=` names, or the visitor's own. Raises NotFound where there is
    none."""
    stated = visit.asked("account")
    if stated:
        return visit.application.account_of(stated)
    own = sorted(visit.caller.accounts or ())
    if not own:
        raise NotFound("Say whose page: open it from the page of an account.")
    return own[0]


def account_of_path(visit: Visit, permission: Permission) -> str:
    """The account in the path. Raises Forbidden, and NotFound where it is another's."""
    account = visit.application.account_of(visit.path_word("account"))
    visit.caller.require(permission, account)
    return account


def may_with(visit: Visit, permission: Permission, account: str) -> bool:
    """Whether the visitor may do this with an account that they see, and not only look at it as a
    partner."""
    own = visit.caller.accounts
    return visit.caller.may(permission) and (own is None or account in own)


def places_about(visit: Visit, account: str) -> tuple[tuple[str, str], ...]:
    """The pages about the people of an account, by name, that the visitor may open."""
    return tuple(
        (name, path) for name, path, permission in _ABOUT if may_with(visit, permission, account)
    )


def may_change_plan(visit: Visit) -> bool:
    """Whether the visitor may agree something else with an account than what is signed."""
    changing = (Permission.sign_contracts, Permission.override_entitlements)
    return any(visit.caller.may(each) for each in changing)


def is_staff(visit: Visit) -> bool:
    """Whether the visitor is one of the vendor's people."""
    return visit.caller.accounts is None


def actor_in_words(visit: Visit, actor: str, known: Mapping[str, NamedUser]) -> str:
    """Who did something: a customer reads the names of their own people only."""
    if actor == visit.visitor.user.id:
        return visit.language.phrase("you")
    user = known.get(actor)
    if user is not None:
        is_named = is_staff(visit) or user.account is not None
        return user.name if is_named else visit.language.phrase("our staff")
    if actor.startswith("token_"):
        return visit.language.phrase("a program")
    return visit.language.phrase(_WORDS[actor]) if actor in _WORDS else actor
