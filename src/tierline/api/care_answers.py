"""What answers about care are made of, and what is stated of findings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import Request
from pydantic import Field

from tierline.access.permission import Permission
from tierline.actions import care as actions
from tierline.api.answers import AccountId, ContractId, Feature, TypedDict, instant, said, word_of
from tierline.api.inputs import Body, Word, shown
from tierline.api.of import application_of
from tierline.bootstrap import care as ours
from tierline.bootstrap.care import seen_contract
from tierline.care.finding import FINDINGS_LIMIT_COUNT, CareFinding, FindingState
from tierline.care.item import CareItem, CareState
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import format_micros

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tierline.access.caller import Caller
    from tierline.store.records import Reads


class CareFindingAnswer(TypedDict):
    """What came out of an item; with a day it is an action."""

    number: Annotated[int, said("Which of the item's findings it is, from 1.")]
    text: Annotated[str, said("What was found.")]
    found_at: Annotated[str, instant("When.")]
    state: Annotated[str, word_of(FindingState, "noted, or an action that is open or done.")]
    owner: Annotated[str | None, said("The user who does something about it.")]
    due_on: Annotated[str | None, said("The day by which it is done, in UTC.")]
    done_at: Annotated[str | None, instant("When it was done.")]
    came_of_it: Annotated[str, said("What came of the action.")]


class CareItemAnswer(TypedDict):
    """A dated promise, and what came of it."""

    contract: ContractId
    feature: Feature
    due_on: Annotated[str, said("The date on which it is due, on the contract's wall clock.")]
    account: AccountId
    what: Annotated[str, said("What is promised.")]
    promise_id: Annotated[str, said("The promise.")]
    is_on_site: Annotated[bool, said("Whether it is done at the customer's.")]
    overdue_from: Annotated[str, instant("From when on it is missed.")]
    state: Annotated[str, word_of(CareState, "How it stands.")]
    owner: Annotated[str | None, said("The user who has it.")]
    settled_at: Annotated[str | None, instant("When it was done or excused.")]
    text: Annotated[str, said("What came of it, or why it is excused.")]
    findings: Annotated[list[CareFindingAnswer], said("What was found, by number.")]


class FindingBody(Body):
    """What was found; with a day and the id of a user it is an action at once."""

    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    owner: Word | None = None
    due_on: date | None = None


Findings = Annotated[tuple[FindingBody, ...], Field(max_length=FINDINGS_LIMIT_COUNT)]


def item_answer(item: CareItem) -> CareItemAnswer:
    """An item with its findings."""
    promised = item.promised
    return {
        "contract": promised.key.contract,
        "feature": promised.key.feature,
        "due_on": promised.key.due_on.isoformat(),
        "account": promised.account,
        "what": promised.what,
        "promise_id": promised.promise_id,
        "is_on_site": promised.is_on_site,
        "overdue_from": format_micros(promised.until),
        "state": item.state.value,
        "owner": item.owner,
        "settled_at": shown(item.settled_at),
        "text": item.text,
        "findings": [finding_answer(each) for each in item.findings],
    }


def finding_answer(found: CareFinding) -> CareFindingAnswer:
    """One finding."""
    return {
        "number": found.number,
        "text": found.text,
        "found_at": shown(found.found_at),
        "state": found.state.value,
        "owner": found.owner,
        "due_on": None if found.due_on is None else found.due_on.isoformat(),
        "done_at": shown(found.done_at),
        "came_of_it": found.came_of_it,
    }


def one_of_us(request: Request, caller: Caller, contract: str, owner: str) -> str:
    """The id of a user of ours, for who may work with a contract. Raises Invalid for anybody
    else, and NotFound and Forbidden for a contract."""
    _refuse_others(request, caller, contract, [owner])
    return owner


def stated_findings(
    request: Request, caller: Caller, contract: str, stated: Sequence[FindingBody]
) -> tuple[actions.NewFinding, ...]:
    """Findings as they are kept. Raises Invalid for half an action, or somebody else's user."""
    for each in stated:
        if (each.owner is None) != (each.due_on is None):
            told = "An action has somebody who does it, and a day."
            raise Invalid(told, [Fault("missing", told, "findings")])
    owners = dict.fromkeys(each.owner for each in stated if each.owner is not None)
    if owners:
        _refuse_others(request, caller, contract, owners)
    return tuple(actions.NewFinding(each.text, each.owner or "", each.due_on) for each in stated)


def _refuse_others(request: Request, caller: Caller, contract: str, owners: Iterable[str]) -> None:
    """Raise what `one_of_us` does, for several at once."""

    def work(reads: Reads) -> None:
        seen_contract(reads, contract, caller, Permission.work_cases)
        for owner in owners:
            ours.one_of_us(reads, owner)

    application_of(request).read(work)
