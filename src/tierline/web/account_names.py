"""Accounts and contacts as people call them: by name or address, where nobody knows an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.access.user import plain_email
from tierline.kernel.errors import Fault, Invalid
from tierline.queries.accounts import accounts_by_name

if TYPE_CHECKING:
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

_LISTED = 5


def account_meant(visit: Visit, stated: str, path: str) -> str:
    """The account of an id, of an alias, or of exactly this name, in any case, among those that the
    visitor sees. An id that nobody has is given back. Raises Invalid, at the field `path`, where a
    name is nobody's or of several."""
    account = visit.application.account_of(stated)
    if visit.application.rulebook.knows(account):
        return account

    def work(reads: Reads) -> str:
        if not stated or account in reads.accounts.of_ids([account]):
            return account
        among = visit.caller.visible_accounts
        found = accounts_by_name(reads.snapshot, among=among, search=stated, limit=_LISTED).items
        same = [each for each in found if each.name.casefold() == stated.casefold()]
        if len(same) == 1:
            return same[0].id
        if same:
            told = "Several accounts are called so."
            raise _refused(path, told, f"Write one's id: {', '.join(each.id for each in same)}.")
        if found:
            names = ", ".join(each.name for each in found)
            raise _refused(path, f"No account is called '{stated}'.", f"Is it {names}?")
        return account

    return visit.application.read(work)


def contact_meant(visit: Visit, account: str, stated: str, path: str) -> str | None:
    """The contact of an account with this address or name, or an id. Raises Invalid, at the field
    `path`, where several have that name."""
    if not stated:
        return None
    of_account = visit.application.read(lambda reads: reads.contacts.of_account(account))
    words = stated.casefold()
    found = [
        each.id
        for each in of_account
        if each.person is not None
        and each.removed_at is None
        and (each.person.name.casefold() == words or each.person.email == plain_email(stated))
    ]
    if len(found) > 1:
        raise _refused(path, "Several contacts are called so.", "Write an e-mail address.")
    return found[0] if found else stated


def _refused(path: str, message: str, write_instead: str) -> Invalid:
    fault = Fault("not_one_account", message, path, write_instead)
    return Invalid("The form cannot be kept.", [fault])
