"""Findings of care over HTTP: what was found, what is done about it, and what is not done yet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Request
from pydantic import Field

from tierline.access.permission import Permission
from tierline.actions import care as actions
from tierline.api.answers import AccountId, ContractId, Feature, Page, said
from tierline.api.callers import account_for
from tierline.api.care import ITEM, Reader, Text, Worker, reported
from tierline.api.care_answers import (
    CareFindingAnswer,
    CareItemAnswer,
    Findings,
    finding_answer,
    one_of_us,
    stated_findings,
)
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Word, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.care.item import CareEventKind
from tierline.queries.care import CareAction, open_actions

if TYPE_CHECKING:
    from datetime import datetime

router = Routes(tags=["care"])


class CareActionAnswer(CareFindingAnswer):
    """An action that is not done, with the item of which it came."""

    account: AccountId
    contract: ContractId
    feature: Feature
    care_due_on: Annotated[str, said("The date of the item.")]
    what: Annotated[str, said("What the item is.")]
    is_overdue: Annotated[bool, said("Whether its day is over.")]


class FindingsBody(Body):
    """Further findings of an item that is done."""

    findings: Annotated[Findings, Field(min_length=1)]


class CareActionBody(Body):
    """Who does something about a finding, and by which day."""

    owner: Word
    due_on: date


class CareActionDoneBody(Body):
    """What came of the action."""

    text: Text = ""


@router.post(f"{ITEM}/findings", status_code=201, summary="Note what was found")
def note_findings(
    request: Request,
    caller: Worker,
    contract: str,
    feature: str,
    due_on: str,
    body: FindingsBody,
    once: Once,
) -> CareItemAnswer:
    """In an item that is done. A finding stays told."""
    found = stated_findings(request, caller, contract, body.findings)
    report = actions.CareReport(kind=CareEventKind.found, findings=found)
    return reported(once, caller, (contract, feature, due_on), report)


@router.put(f"{ITEM}/findings/{{finding}}/action", summary="Make a finding an action")
def agree_action(
    request: Request,
    caller: Worker,
    contract: str,
    feature: str,
    due_on: str,
    finding: int,
    body: CareActionBody,
    once: Once,
) -> CareItemAnswer:
    """Somebody of ours does it by a day; said again, another one or by another day."""
    owner = one_of_us(request, caller, contract, body.owner)
    report = actions.CareReport(
        kind=CareEventKind.agreed, about=owner, finding=finding, due_on=body.due_on
    )
    return reported(once, caller, (contract, feature, due_on), report)


@router.put(f"{ITEM}/findings/{{finding}}/completion", summary="Note that it is done")
def finish_action(
    caller: Worker,
    contract: str,
    feature: str,
    due_on: str,
    finding: int,
    body: CareActionDoneBody,
    once: Once,
) -> CareItemAnswer:
    """The action of a finding."""
    report = actions.CareReport(kind=CareEventKind.finished, text=body.text, finding=finding)
    return reported(once, caller, (contract, feature, due_on), report)


@router.get("/v1/care-actions", summary="Actions that came of care and are not done")
def list_actions(
    request: Request,
    caller: Reader,
    account: Annotated[str | None, Query(max_length=200, description="Of this account.")] = None,
) -> Page[CareActionAnswer]:
    """By their days: what is overdue stands first."""
    application = application_of(request)
    now, accounts = application.now(), caller.visible_accounts
    if account is not None:
        accounts = frozenset({account_for(application, caller, account, Permission.read_contracts)})
    found = application.read(lambda reads: open_actions(reads, accounts, now))
    return listed([_action(each, now) for each in found], None)


def _action(each: CareAction, now: datetime) -> CareActionAnswer:
    promised = each.item.promised
    return {
        **finding_answer(each.finding),
        "account": promised.account,
        "contract": promised.key.contract,
        "feature": promised.key.feature,
        "care_due_on": promised.key.due_on.isoformat(),
        "what": promised.what,
        "is_overdue": each.finding.is_overdue(now),
    }
