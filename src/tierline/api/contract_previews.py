"""What a change of a contract would mean, over HTTP: nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Request

from tierline.access.permission import Permission
from tierline.accounts.contract import Uplift
from tierline.accounts.service_schedule_document import ScheduleDifference
from tierline.actions.contracts import PlanOrder
from tierline.api.answers import Id, TypedDict, instant, said, word_of
from tierline.api.contract_answers import PlanBody, UpliftBody
from tierline.api.contracts import Granter, Signer
from tierline.api.inputs import shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.care import seen_contract
from tierline.bootstrap.contract_previews import ContractPreview, preview_of
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import format_micros

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.store.records import Reads

router = Routes(tags=["contracts"])


class BetteredClockAnswer(TypedDict):
    """A clock that runs, and would be due sooner."""

    milestone: Annotated[str, word_of(MilestoneKind, "Its kind.")]
    due_at: Annotated[str | None, instant("When it is due now; null where nothing is promised.")]
    would_be_due_at: Annotated[str, instant("When it would be.")]


class BetteredCaseAnswer(TypedDict):
    """An open case that would be promised more."""

    id: Id
    number: Annotated[int, said("Its number.")]
    tier: Annotated[str, said("Of whose promise it would be.")]
    milestones: Annotated[list[BetteredClockAnswer], said("Clocks that would be due sooner.")]


class ContractPreviewAnswer(TypedDict):
    """What a change would mean."""

    at: Annotated[str, instant("From when on it would hold.")]
    difference: Annotated[ScheduleDifference, said("What would be promised otherwise.")]
    cases: Annotated[list[BetteredCaseAnswer], said("Open cases; none would be promised less.")]


@router.post("/v1/contracts/{contract}/plan-previews", summary="What another plan would mean")
def preview_plan(
    request: Request, caller: Signer, contract: str, body: PlanBody
) -> ContractPreviewAnswer:
    """As `POST /v1/contracts/{contract}/plan` takes it; nothing is changed."""
    fee = None if body.fee is None else body.fee.agreed()
    order = PlanOrder(body.tier, body.at, body.catalog, body.version, fee, body.is_downgrade)
    return _previewed(request, caller, Permission.sign_contracts, (contract, order))


@router.post("/v1/contracts/{contract}/uplift-previews", summary="What an uplift would mean")
def preview_uplift(
    request: Request, caller: Granter, contract: str, body: UpliftBody
) -> ContractPreviewAnswer:
    """As `POST /v1/contracts/{contract}/uplifts` takes it; nothing is changed."""
    return _previewed(request, caller, Permission.override_entitlements, (contract, body.uplift()))


def _previewed(
    request: Request, caller: Caller, permission: Permission, asked: tuple[str, PlanOrder | Uplift]
) -> ContractPreviewAnswer:
    application = application_of(request)
    occasion = application.occasion(caller.id)
    contract, change = asked

    def work(reads: Reads) -> ContractPreview:
        seen_contract(reads, contract, caller, permission)
        return preview_of(application, reads, contract, change, occasion)

    return _document(application.read(work))


def _document(preview: ContractPreview) -> ContractPreviewAnswer:
    return {
        "at": shown(preview.at),
        "difference": preview.difference,
        "cases": [
            {
                "id": each.case.id,
                "number": each.case.number,
                "tier": each.tier,
                "milestones": [
                    {
                        "milestone": clock.kind.value,
                        "due_at": None if clock.before is None else format_micros(clock.before),
                        "would_be_due_at": format_micros(clock.after),
                    }
                    for clock in each.clocks
                ],
            }
            for each in preview.cases
        ],
    }
