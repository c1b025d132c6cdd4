"""What each way to the desk shares: which case somebody may see, and what a new one is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.access.permission import Permission
from tierline.actions.case_access import NOT_INCLUDED, tell_refused
from tierline.actions.case_promise import NOBODY, CasePromise, promise_at
from tierline.actions.plan_channels import instead_of
from tierline.bootstrap.file_scans import refuse_unsafe
from tierline.cases.channel import ChannelAccess
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.access.caller import Caller
    from tierline.actions.case_opening import CaseOrder
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.cases.case import Case
    from tierline.cases.dispute import Dispute
    from tierline.cases.mail import Attachment
    from tierline.kernel.errors import TierlineError
    from tierline.store.records import Reads, Records


_KEPT_PROMISES = 1_000


def seen_case(records: Reads | Records, case: str, caller: Caller, permission: Permission) -> Case:
    """The case, where the caller may do this with it. Raises Forbidden, and NotFound: one of an
    account that they do not see is told like one that is not there, and one of nobody is ours."""
    found = records.cases.get(case)
    missing = NotFound(f"There is no case '{case}'.")
    if found.account is None and caller.accounts is not None:
        raise missing
    try:
        caller.require(permission, found.account)
    except NotFound:
        raise missing from None
    return found


def instead_of_channel(records: Reads | Records, case: Case) -> str:
    """What the plan says to take instead of the channel that a case came by; empty where it says
    nothing, or includes it."""
    if case.access in (ChannelAccess.included, ChannelAccess.no_plan):
        return ""
    signed = records.contracts.get(case.contract).plan_at(to_micros(case.events[0].at))
    catalog = records.catalogs.get(signed.catalog, signed.version.isoformat())
    return dict(instead_of(catalog, signed.tier)).get(case.channel, "")


def seen_dispute(
    records: Reads | Records, dispute: str, caller: Caller, permission: Permission
) -> Dispute:
    """The dispute, where the caller may do this with its case. Raises Forbidden and NotFound: one
    on a case that they do not see is told like one that is not there."""
    found = records.triage.dispute(dispute)
    try:
        seen_case(records, found.case, caller, permission)
    except NotFound:
        raise NotFound(f"There is no dispute '{dispute}'.") from None
    return found


def promise_now(
    application: Application, records: Reads | Records, account: str | None, occasion: Occasion
) -> CasePromise:
    """What a case of an account (None: of somebody unknown) is promised that is raised now."""
    return promise_for(application, records, account, occasion.now)


def promise_for(
    application: Application, records: Reads | Records, account: str | None, at: datetime
) -> CasePromise:
    """The same for one that reached us at an instant."""
    if account is None:
        return NOBODY
    micros = to_micros(at)
    span = application.rulebook.span_of(account, micros)
    known = application.promises.get(account)
    if known is not None and known[0] is span and known[1] == at.year:
        return known[2]
    promise = promise_at(records, span, micros)
    if len(application.promises) >= _KEPT_PROMISES:
        application.promises.clear()
    application.promises[account] = span, at.year, promise
    return promise


def note_refusal(
    application: Application, order: CaseOrder, error: TierlineError, occasion: Occasion
) -> None:
    """Write down that somebody was refused by the way they came, in a unit of its own: the one that
    refused them was undone."""
    if error.code != NOT_INCLUDED:
        return

    def work(records: Records) -> None:
        promise = promise_now(application, records, order.account, occasion)
        tell_refused(records, order, promise, occasion)

    application.change(work)


def attached(reads: Reads, caller: Caller, case: str, attachment: str) -> tuple[Attachment, bytes]:
    """A file of a case that the caller sees, with what it holds. Raises Forbidden and NotFound, and
    Conflict where it is held back."""
    seen_case(reads, case, caller, Permission.read_cases)
    found = reads.attachments.get(case, attachment)
    refuse_unsafe(found)
    return found, reads.attachments.content(found)
