"""Triage over HTTP: answers give a severity and why; what may be expected; changes by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, Query, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import triage as actions
from tierline.actions.expectations import Expectation, expectation
from tierline.api.answers import ActorId, Page, TypedDict, instant, said, word_of
from tierline.api.callers import account_for, may
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Instant, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import promise_now, seen_case
from tierline.cases.triage import Origin
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import SECOND_US, format_micros
from tierline.milestones.table import NEVER
from tierline.queries import triage as queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.actions.occasion import Occasion
    from tierline.cases.triage import CaseTriage, TriageInput
    from tierline.store.records import Reads, Records

router = Routes(tags=["triage"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
Opener = Annotated[Caller, Depends(may(Permission.open_cases))]
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Auditor = Annotated[Caller, Depends(may(Permission.read_audit))]
Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Since = Annotated[Instant | None, Query(description="From here on; absent: all.")]
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


class TriageAnswersBody(Body):
    """Answers to the questions of triage; what is left out comes from the account's profile."""

    business_impact: Literal["stopped", "slowed", "workaround", "none"] | None = None
    urgency: Literal["now", "today", "this_week", "can_wait"] | None = None
    uptime_impact: Literal["down", "degraded", "up"] | None = None
    data_sensitivity: Literal["exposed", "sensitive", "none"] | None = None
    regulatory_exposure: Literal["reportable", "regulated", "none"] | None = None

    def given(self) -> dict[str, str]:
        """What was answered."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


class TriageBody(Body):
    """Answers; `severity` where another one than the table's is set, with the `reason`."""

    answers: TriageAnswersBody
    severity: Word | None = None
    reason: Text | None = None


class ExpectationBody(Body):
    """A case that is not raised yet."""

    answers: TriageAnswersBody | None = None
    severity: Word | None = Field(default=None, description="Where nothing is answered.")
    account: Word | None = None


class InputAnswer(TypedDict):
    """What was taken for one column of the table."""

    value: Annotated[str, said("The answer, or minutes for `recovery_minutes`.")]
    origin: Annotated[str, word_of(Origin, "Answered, from the profile, or assumed.")]


class TriageAnswer(TypedDict):
    """How a severity was found."""

    at: Annotated[str, instant("When.")]
    by: ActorId
    is_customers: Annotated[bool, said("Whether the customer answered as they raised the case.")]
    severity: Annotated[str, said("What the table says.")]
    agreed: Annotated[str, said("What was set.")]
    is_override: Annotated[bool, said("Whether it was set by hand, against the table.")]
    override_reason: Annotated[str | None, said("Why; for the vendor's people only.")]
    reason: Annotated[str, said("The reason of the row.")]
    level: Annotated[str, said("Who answers; empty: whom the plan names.")]
    row: Annotated[int, said("The row of the table that decided, from 1.")]
    rule: Annotated[str, said("The row on one line; the same in every version that says it.")]
    catalog: Annotated[str, said("The catalog that the table stands in.")]
    version: Annotated[str, said("Its version.")]
    table_digest: Annotated[str, said("The digest of the table.")]
    answers: Annotated[dict[str, str], said("What was answered, by question.")]
    inputs: Annotated[dict[str, InputAnswer], said("What the table was asked, by column.")]


class ExpectedMilestone(TypedDict):
    """One promise, as it would be timed from this moment."""

    milestone: Annotated[str, word_of(MilestoneKind, "What is timed.")]
    promise_id: Annotated[str, said("The promise.")]
    target_seconds: Annotated[int, said("The open time that is promised.")]
    due_at: Annotated[str | None, instant("When it would be due.")]


class ExpectationAnswer(TypedDict):
    """What may be expected of a case."""

    severity: Annotated[str, said("What the table says, or as stated.")]
    reason: Annotated[str, said("Why.")]
    level: Annotated[str, said("Who answers: as the table says, else the tier's own people.")]
    tier: Annotated[str, said("The name of the tier that answers; empty: nothing is promised.")]
    milestones: Annotated[list[ExpectedMilestone], said("What is promised.")]


class OverrideAnswer(TypedDict):
    """How often one was triaged by hand against the table."""

    name: Annotated[str, said("Who, or the row on one line.")]
    triaged: Annotated[int, said("Triages.")]
    overridden: Annotated[int, said("Of them set to another severity than the table's.")]


class OverridesAnswer(TypedDict):
    """Severities set by hand; at most 200 of each."""

    by_agent: Annotated[list[OverrideAnswer], said("By who triaged, the most overrides first.")]
    by_rule: Annotated[list[OverrideAnswer], said("By row of the table.")]


class DisputedRuleAnswer(TypedDict):
    """A row of the table that was disputed."""

    rule: Annotated[str, said("The row on one line; empty where no row decided.")]
    triaged: Annotated[int, said("How often it decided.")]
    disputed: Annotated[int, said("How often it was disputed.")]
    open: Annotated[int, said("Of these not decided yet.")]
    changed: Annotated[int, said("Of these decided to another severity.")]


@router.put("/v1/cases/{case}/triage", summary="Triage a case")
def triage_case(caller: Worker, case: str, body: TriageBody, once: Once) -> TriageAnswer:
    """The case gets the severity of the first row of its table that fits. Asked again with other
    answers it is a change; another severity than the table's needs a reason, and is counted."""
    order = actions.TriageOrder(
        answers=body.answers.given(), severity=body.severity, reason=body.reason
    )

    def work(records: Records, occasion: Occasion) -> TriageAnswer:
        actions.triage_case(records, case, order, occasion)
        return _answer(records.triage.of_case(case)[-1], caller)

    return once.act_on(case, caller, work)


@router.get("/v1/cases/{case}/triage", summary="How the severity of a case was found")
def read_triage(request: Request, caller: Reader, case: str) -> Page[TriageAnswer]:
    """Every triage of the case, the last first: at most 100."""

    def work(reads: Reads) -> tuple[CaseTriage, ...]:
        seen_case(reads, case, caller, Permission.read_cases)
        return reads.triage.of_case(case)

    known = application_of(request).read(work)
    return listed([_answer(each, caller) for each in reversed(known)], None)


@router.post("/v1/triage/expectations", summary="What may be expected of a case")
def expect(request: Request, caller: Opener, body: ExpectationBody) -> ExpectationAnswer:
    """Severity, reason and promises of a case with these answers, as if it was raised now. Nothing
    is raised."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    if body.account is None and caller.accounts is not None:
        raise Invalid("State your account.", code="no_account")
    id_ = body.account and account_for(application, caller, body.account, Permission.open_cases)

    def work(reads: Reads) -> Expectation:
        account = reads.accounts.get(id_) if id_ else None
        promise = promise_now(application, reads, id_, occasion)
        given = body.answers.given() if body.answers else {}
        return expectation(reads, given, account, promise, occasion, severity=body.severity)

    found = application.read(work)
    return {
        "severity": found.severity,
        "reason": found.reason,
        "level": found.level,
        "tier": found.tier,
        "milestones": [
            {
                "milestone": each.kind.value,
                "promise_id": each.promise_id,
                "target_seconds": each.allowance // SECOND_US,
                "due_at": None if each.due == NEVER else format_micros(each.due),
            }
            for each in found.milestones
        ],
    }


@router.get("/v1/triage/overrides", summary="Severities set by hand")
def read_overrides(request: Request, _: Auditor, since: Since = None) -> OverridesAnswer:
    """How often the table was overruled, by who did it and by row."""
    start = since or _FIRST
    agents, rules = application_of(request).read(
        lambda reads: (
            queries.overrides_by_agent(reads.snapshot, start),
            queries.overrides_by_rule(reads.snapshot, start),
        )
    )
    return {"by_agent": _overrides(agents), "by_rule": _overrides(rules)}


@router.get("/v1/triage/disputed-rules", summary="Rows of the table that were disputed")
def read_disputed_rules(
    request: Request, _: Auditor, since: Since = None
) -> Page[DisputedRuleAnswer]:
    """The most disputed first, at most 200: a row that is often not upheld wants to be changed."""
    found = application_of(request).read(
        lambda reads: queries.disputed_rules(reads.snapshot, since or _FIRST)
    )
    return listed(
        [
            {
                "rule": each.rule,
                "triaged": each.triaged,
                "disputed": each.disputed,
                "open": each.open,
                "changed": each.changed,
            }
            for each in found
        ],
        None,
    )


def _overrides(found: Sequence[queries.Overrides]) -> list[OverrideAnswer]:
    return [
        {"name": each.name, "triaged": each.triaged, "overridden": each.overridden}
        for each in found
    ]


def _answer(triage: CaseTriage, caller: Caller) -> TriageAnswer:
    result = triage.result
    return {
        "at": shown(triage.at),
        "by": triage.by,
        "is_customers": triage.is_customers,
        "severity": result.severity,
        "agreed": triage.agreed,
        "is_override": triage.is_override,
        "override_reason": triage.override_reason if caller.accounts is None else None,
        "reason": result.reason,
        "level": result.level,
        "row": result.row,
        "rule": result.rule,
        "catalog": triage.catalog,
        "version": triage.version,
        "table_digest": result.digest,
        "answers": dict(triage.answers),
        "inputs": {name: _input(each) for name, each in result.inputs.items()},
    }


def _input(found: TriageInput) -> InputAnswer:
    return {"value": found.value, "origin": found.origin.value}
