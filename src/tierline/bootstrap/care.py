"""What each way to care shares: whose item somebody may see, and calendars behind a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.access.secret import digest_of_secret, new_secret
from tierline.actions.care import make_calendar
from tierline.care.calendar import icalendar_of
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.queries.care import items_of_calendar

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.access.permission import Permission
    from tierline.accounts.contract import Contract
    from tierline.actions.care import CareCalendar
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads, Records

PATH = "/care/calendars/"
SUFFIX = ".ics"


def seen_contract(
    records: Reads | Records, contract: str, caller: Caller, permission: Permission
) -> Contract:
    """A contract with whose account the caller may do this. Raises Forbidden, and NotFound where
    it is of an account that the caller does not see: it is told like one that is not there."""
    try:
        found = records.contracts.get(contract)
        caller.require(permission, found.account)
    except NotFound:
        raise NotFound(f"There is no contract '{contract}'.") from None
    return found


def one_of_us(reads: Reads | Records, owner: str) -> str:
    """The id of a user of ours. Raises Invalid for anybody else."""
    try:
        user = reads.users.get(owner)
    except NotFound as error:
        raise Invalid(error.message, [Fault("unknown_user", error.message, "owner")]) from None
    if user.account is not None:
        told = "A customer's user has no care to do."
        raise Invalid(told, [Fault("not_ours", told, "owner")])
    return owner


def made_calendar(
    application: Application, account: str | None, owner: str | None, occasion: Occasion
) -> tuple[CareCalendar, str]:
    """A new calendar and the path at which it is read, which is told once."""
    secret = new_secret(application.randomness)
    digest = digest_of_secret(secret)
    calendar = application.change(
        lambda records: make_calendar(
            records, digest, account=account, owner=owner, occasion=occasion
        )
    )
    return calendar, f"{PATH}{secret}{SUFFIX}"


def calendar_behind(application: Application, secret: str) -> bytes:
    """The calendar behind a secret, as iCalendar. Raises NotFound: a secret that was revoked is
    told like one that never was."""
    now, digest = application.now(), digest_of_secret(secret)

    def work(reads: Reads) -> bytes:
        calendar = reads.care.calendar_of_secret(digest)
        if calendar is None or _is_gone(reads, calendar.owner):
            raise NotFound("There is no such calendar, or it was revoked.")
        items = items_of_calendar(reads, calendar, now)
        accounts = reads.accounts.of_ids(sorted({each.promised.account for each in items}))
        names = {each.id: each.name for each in accounts.values()}
        title = names.get(calendar.account or "", "") if calendar.account else "Mine"
        return icalendar_of(items, names, f"Care: {title}" if title else "Care")

    return application.read(work)


def _is_gone(reads: Reads, owner: str | None) -> bool:
    """Whether the user who read it may not sign in any more."""
    return owner is not None and reads.users.get(owner).disabled_at is not None
