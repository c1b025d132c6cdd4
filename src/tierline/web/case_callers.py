"""Who asks in a case: the contact who raised it, and who wrote each of its messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.access.permission import Permission
from tierline.web.whose import actor_in_words, is_staff, may_with

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.cases.case import CaseMessage
    from tierline.queries.actors import NamedUser
    from tierline.queries.cases import WholeCase
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

_BY_MAIL = "mail"
"""Who takes mail, as it stands with what came so."""


@dataclass(frozen=True, slots=True)
class Callers:
    """The contact who raised a case, with how they are reached for those of ours, and the names of
    all contacts who wrote in it."""

    names: dict[str, str]
    name: str = ""
    path: str = ""
    reach: str = ""


def callers_of(visit: Visit, reads: Reads, whole: WholeCase) -> Callers:
    """Who asks. Nobody where the case was raised by a login, or by somebody unknown."""
    case = whole.case
    wanted = {case.contact, *(each.contact for each in whole.messages)}
    ids = sorted(each for each in wanted if each)
    found = reads.contacts.of_ids(ids) if ids else {}
    names = {key: each.person.name for key, each in found.items() if each.person is not None}
    contact = found.get(case.contact or "")
    if contact is None or contact.person is None or case.account is None:
        return Callers(names)
    is_readable = may_with(visit, Permission.read_people, case.account)
    reached = (contact.person.phone, contact.person.email) if is_staff(visit) else ()
    return Callers(
        names,
        contact.person.name,
        f"/contacts/{case.account}/{contact.id}" if is_readable else "",
        ", ".join(filter(None, reached)),
    )


def written_by(
    visit: Visit,
    message: CaseMessage,
    users: Mapping[str, NamedUser],
    contacts: Mapping[str, str],
) -> str:
    """Who said a message: by their name also where they wrote by mail, or told it to one of us."""
    who = actor_in_words(visit, message.author, users)
    name = contacts.get(message.contact or "")
    if name is None:
        return who
    if message.author == _BY_MAIL:
        return visit.language.phrase("%(name)s, by mail", name=name)
    author = users.get(message.author)
    if author is not None and author.account is None:
        return visit.language.phrase("%(name)s, written down by %(who)s", name=name, who=who)
    return who
