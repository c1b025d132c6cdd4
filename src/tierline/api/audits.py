"""Audits over HTTP: promises and where they are kept, what was agreed beside the plans, and where
what is paid and what is given part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.exceptions import ExceptionKind, ExceptionState
from tierline.accounts.mismatches import PaidWithoutEffect
from tierline.api.answers import (
    AccountId,
    ContractId,
    Feature,
    Page,
    TypedDict,
    instant,
    said,
    word_of,
)
from tierline.api.callers import may
from tierline.api.contract_answers import WrittenDownAnswer, written_down
from tierline.api.inputs import DEFAULT_LIMIT, After, Instant, Limit, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.catalog.feature import EnforcedBy
from tierline.kernel.instants import format_micros, to_micros
from tierline.queries.contract_exceptions import (
    AccountException,
    AccountMismatch,
    contract_exceptions,
    contract_mismatches,
)
from tierline.queries.enforcement import enforcement_audit
from tierline.queries.pages import key_of, page_of

router = Routes(prefix="/v1/audits", tags=["audit"])
Auditor = Annotated[Caller, Depends(may(Permission.read_audit))]
At = Annotated[Instant | None, Query(description="As of this instant; now where it is absent.")]
RowT = TypeVar("RowT")
AnswerT = TypeVar("AnswerT")


class PromiseAnswer(TypedDict):
    """A promise, and where it is kept."""

    id: Annotated[str, said("The promise's id.")]
    name: Annotated[str, said("Its name.")]
    kind: Annotated[str, said("What kind of promise it is.")]
    tiers: Annotated[list[str], said("Tiers that make it.")]
    enforced_by: Annotated[str, word_of(EnforcedBy, "Who or what keeps it.")]


class EnforcementAnswer(TypedDict):
    """The promises of a catalog version."""

    catalog: Annotated[str, said("The catalog's key.")]
    version: Annotated[str, said("The version's date.")]
    coverage_percent: Annotated[int, said("How many of them something enforces.")]
    promises: Annotated[list[PromiseAnswer], said("All of them.")]


class ExceptionAnswer(WrittenDownAnswer):
    """An override or an uplift."""

    account: AccountId
    contract: ContractId
    kind: Annotated[str, word_of(ExceptionKind, "What it is.")]
    id: Annotated[str, said("Its id within the contract.")]
    feature: Feature
    state: Annotated[str, word_of(ExceptionState, "How it stands at the instant.")]
    reason: Annotated[str, said("Why it was granted.")]
    owner: Annotated[str | None, said("Who lets it be.")]
    cost: Annotated[str | None, said("What it costs us: `12000.00 USD`.")]
    start: Annotated[str, instant("From when on.")]
    until: Annotated[str, instant("Until when at the longest.")]
    tightened_to: Annotated[str | None, said("A shorter time than the plan's.")]


class MismatchAnswer(TypedDict):
    """Where what is paid and what is given part."""

    account: AccountId
    contract: ContractId
    kind: Annotated[str, said("`paid_without_effect` or `given_unpaid`.")]
    add_on: Annotated[str, said("The key of the add-on.")]
    keys: Annotated[list[str], said("Features and targets that it is about.")]
    exceptions: Annotated[list[str], said("Overrides and uplifts that it comes from.")]
    yearly: Annotated[str | None, said("What the add-on costs a year, in the contract's currency.")]


@router.get("/enforcement", summary="Every promise, and where it is enforced")
def read_enforcement(request: Request, _: Auditor) -> Page[EnforcementAnswer]:
    """Of the newest version of every catalog: by the platform, a workflow, a person, or nowhere."""
    found = application_of(request).read(enforcement_audit)
    items: list[EnforcementAnswer] = [
        {
            "catalog": coverage.catalog,
            "version": coverage.version,
            "coverage_percent": int(coverage.percent),
            "promises": [
                {
                    "id": promise.id,
                    "name": promise.name,
                    "kind": promise.kind,
                    "tiers": list(promise.tiers),
                    "enforced_by": promise.enforced_by.value,
                }
                for promise in coverage.promises
            ],
        }
        for coverage in found
    ]
    return listed(items, None)


@router.get("/exceptions", summary="Overrides and uplifts of every contract")
def list_exceptions(
    request: Request,
    _: Auditor,
    *,
    at: At = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ExceptionAnswer]:
    """In force, coming, ended, or expired because nobody ended them; one that promises a shorter
    time than the plan says to which."""
    instant = _instant(request, at)
    found = application_of(request).read(lambda reads: contract_exceptions(reads, instant))
    return _page(found, after, limit, _exception_key, _exception)


@router.get("/mismatches", summary="What is paid and not given, or given and not paid")
def list_mismatches(
    request: Request,
    _: Auditor,
    *,
    at: At = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[MismatchAnswer]:
    """Add-ons that an exception overrules, and exceptions that give what an add-on sells."""
    instant = _instant(request, at)
    found = application_of(request).read(lambda reads: contract_mismatches(reads, instant))
    return _page(found, after, limit, _mismatch_key, _mismatch)


def _instant(request: Request, at: datetime | None) -> int:
    return to_micros(at or application_of(request).now())


def _page(
    rows: Sequence[RowT],
    after: str | None,
    limit: int,
    key: Callable[[RowT], tuple[str, str, str]],
    document: Callable[[RowT], AnswerT],
) -> Page[AnswerT]:
    """The rows after a cursor, in the order of their keys."""
    last = None if after is None else key_of(after, 3)
    rest = sorted((row for row in rows if last is None or key(row) > last), key=key)
    page = page_of(rest[: limit + 1], limit, key)
    return listed([document(row) for row in page.items], page.next)


def _exception_key(row: AccountException) -> tuple[str, str, str]:
    return row.account, row.contract, row.agreed.id


def _exception(row: AccountException) -> ExceptionAnswer:
    agreed = row.agreed
    return {
        "account": row.account,
        "contract": row.contract,
        "kind": agreed.kind.value,
        "id": agreed.id,
        "feature": agreed.feature,
        "state": agreed.state.value,
        "reason": agreed.reason,
        "owner": agreed.owner,
        "cost": None if agreed.cost is None else str(agreed.cost),
        "start": format_micros(agreed.start),
        "until": format_micros(agreed.until),
        "tightened_to": None if agreed.tightened is None else str(agreed.tightened),
        **written_down(agreed.document),
    }


def _mismatch_key(row: AccountMismatch) -> tuple[str, str, str]:
    return row.account, row.contract, f"{_kind(row)}/{row.found.add_on}"


def _mismatch(row: AccountMismatch) -> MismatchAnswer:
    found = row.found
    exceptions = found.overruled_by if isinstance(found, PaidWithoutEffect) else found.overrides
    return {
        "account": row.account,
        "contract": row.contract,
        "kind": _kind(row),
        "add_on": found.add_on,
        "keys": list(found.keys),
        "exceptions": list(exceptions),
        "yearly": None if found.yearly is None else f"{found.yearly:f}",
    }


def _kind(row: AccountMismatch) -> str:
    is_paid = isinstance(row.found, PaidWithoutEffect)
    return "paid_without_effect" if is_paid else "given_unpaid"
