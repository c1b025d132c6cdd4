"""Whose view of the status page it is, the same for pages, feeds and the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.actions.components import reader_of
from tierline.kernel.errors import NotFound
from tierline.queries.status import status_of
from tierline.queries.uptime import uptime_of
from tierline.status.document import status_document
from tierline.status.scope import PUBLIC
from tierline.status.uptime_document import uptime_document

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.bootstrap.application import Application
    from tierline.status.scope import Reader
    from tierline.store.records import Reads


def seen_status(
    application: Application, caller: Caller | None = None, key: str | None = None
) -> dict[str, Any]:
    """The document of the status page as somebody sees it now: the public one where nobody is known
    and for us; else that of one's own account, or of the account of a key that one sees. No
    permission is asked for: whoever may sign in may see how the service is."""
    now = application.now()

    def work(reads: Reads) -> dict[str, Any]:
        reader = _reader(application, reads, caller, key)
        view = status_of(reads.components, reads.incidents, reader, now)
        return status_document(view, company_of(reads))

    return application.read(work)


def seen_uptime(
    application: Application,
    caller: Caller | None = None,
    key: str | None = None,
    until: str = "",
) -> dict[str, Any]:
    """The document of uptime as somebody sees it, by the same rule; what is promised for who may
    read contracts. Raises Invalid for a month that is none."""
    now = application.now()
    reads_contracts = caller is not None and caller.may(Permission.read_contracts)

    def work(reads: Reads) -> dict[str, Any]:
        reader = _reader(application, reads, caller, key)
        view = uptime_of(reads, reader, now, until, with_promises=reads_contracts)
        return uptime_document(view, company_of(reads))

    return application.read(work)


def company_of(reads: Reads) -> str:
    """Whose installation it is; empty where no catalog is published."""
    return next((each.company for each in reads.catalogs.newest()), "")


def _reader(
    application: Application, reads: Reads, caller: Caller | None, key: str | None
) -> Reader:
    if caller is None:
        return PUBLIC
    if key:
        account = application.account_of(key)
        if not caller.sees(account):
            raise NotFound(f"There is no account '{key}'.")
        if caller.accounts is None:
            caller.require(Permission.read_accounts)
        return reader_of(reads.accounts.get(account))
    own = sorted(caller.accounts or ())
    return reader_of(reads.accounts.get(own[0])) if own else PUBLIC


def status_mark(reads: Reads) -> str:
    """Another word whenever something of the status page has changed."""
    return f"{reads.incidents.mark()} {hash(reads.components.all())}"
