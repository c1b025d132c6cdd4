"""Service schedules over HTTP: the annex of a contract, and what two of them say differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.service_schedule_document import ScheduleDifference, ServiceSchedule
from tierline.api.callers import may
from tierline.api.inputs import Instant
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.care import seen_contract
from tierline.queries.service_schedules import schedule_of, schedules_compared

if TYPE_CHECKING:
    from tierline.store.records import Reads

router = Routes(tags=["contracts"])
Reader = Annotated[Caller, Depends(may(Permission.read_contracts))]
_PATH = "/v1/contracts/{contract}/service-schedule"


@router.get(_PATH, summary="The service schedule of a contract")
def read_service_schedule(
    request: Request,
    caller: Reader,
    contract: str,
    at: Annotated[Instant | None, Query(description="As of then; now where absent.")] = None,
) -> ServiceSchedule:
    """Everything that the contract promises at that instant, in words: definitions, targets with
    their hours, channels, limits, care, exclusions, remedies and how it is measured, with the
    digest of the catalog version that it was signed on. Who may read people sees contacts too."""
    application = application_of(request)
    now = application.now()

    def work(reads: Reads) -> ServiceSchedule:
        found = seen_contract(reads, contract, caller, Permission.read_contracts)
        may_see = caller.may(Permission.read_people) and (
            caller.accounts is None or found.account in caller.accounts
        )
        return schedule_of(reads, found, now=now, at=at, with_contacts=may_see)

    return application.read(work)


@router.get(f"{_PATH}/differences", summary="What two service schedules say differently")
def compare_service_schedules(
    request: Request,
    caller: Reader,
    contract: str,
    *,
    at: Annotated[Instant | None, Query(description="As of then; now where absent.")] = None,
    before: Annotated[
        str | None,
        Query(max_length=200, description="The contract to compare with; this one where absent."),
    ] = None,
    before_at: Annotated[
        Instant | None, Query(description="That one as of then; now where absent.")
    ] = None,
) -> ScheduleDifference:
    """From `before` at `before_at` to this contract at `at`: worse first. Without `before` it is
    the same contract at two instants."""
    application = application_of(request)
    now = application.now()

    def work(reads: Reads) -> ScheduleDifference:
        new = seen_contract(reads, contract, caller, Permission.read_contracts)
        old = new
        if before is not None:
            old = seen_contract(reads, before, caller, Permission.read_contracts)
        return schedules_compared(reads, (old, new), now=now, at=(before_at, at))

    return application.read(work)
