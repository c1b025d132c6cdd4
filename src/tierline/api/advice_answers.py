"""What answers about advice are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from tierline.api.answers import AccountId, ActorId, Id, TypedDict, instant, said, word_of
from tierline.api.inputs import shown
from tierline.care.advice import Advice, AdviceEvent, AdviceEventKind, AdviceState
from tierline.queries.advice import advice_rows, later_incidents

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.queries.advice import AdviceRow, LaterCase
    from tierline.store.records import Reads, Records


class AdviceRowAnswer(TypedDict):
    """A risk, what we recommend against it, and what was decided."""

    id: Id
    account: AccountId
    number: Annotated[int, said("Which of the account's advice it is, from 1.")]
    title: Annotated[str, said("What it is about.")]
    risk: Annotated[str, said("What may happen.")]
    trade_off: Annotated[str, said("What it costs to take the risk away, and what to leave it.")]
    recommendation: Annotated[str, said("The architecture that we recommend.")]
    topic: Annotated[str, said("A topic of the playbooks; empty for none.")]
    contract: Annotated[str | None, said("Contract of the item of care that it came out of.")]
    feature: Annotated[str | None, said("Feature of that item.")]
    due_on: Annotated[str | None, said("Date of that item.")]
    state: Annotated[str, word_of(AdviceState, "Where it is in its life.")]
    is_open: Annotated[bool, said("Whether the risk is: until it is said what came of it.")]
    is_asked: Annotated[bool, said("Whether a question waits for our answer.")]
    owner: Annotated[str, said("The user who sees to it.")]
    follow_up_on: Annotated[str, said("The day on which they look again, in UTC.")]
    is_overdue: Annotated[bool, said("Whether that day is over.")]
    given_at: Annotated[str, instant("When it was given.")]
    given_by: ActorId
    decided_at: Annotated[str | None, instant("When the decision that stands was made.")]
    decided_by: Annotated[str | None, said("By whom.")]
    reason: Annotated[str, said("Why it was decided so.")]
    closed_at: Annotated[str | None, instant("When it was said what came of it.")]
    outcome: Annotated[str, said("What came of it.")]
    later_cases: Annotated[int, said("Cases of its topic that were raised after the decision.")]


class AdviceEventAnswer(TypedDict):
    """One thing that was said of advice."""

    kind: Annotated[str, word_of(AdviceEventKind, "What.")]
    at: Annotated[str, instant("When.")]
    by: ActorId
    text: Annotated[str, said("The words.")]


class LaterCaseAnswer(TypedDict):
    """A case of the account and the topic that was raised after the decision."""

    case: Annotated[str, said("Its id.")]
    number: Annotated[int, said("What people call it by.")]
    severity: Annotated[str, said("Its severity; empty while none is agreed.")]
    opened_at: Annotated[str, instant("When it was raised.")]


class LaterIncidentAnswer(TypedDict):
    """An incident that the account sees, and that caused such a case."""

    incident: Annotated[str, said("Its id.")]
    title: Annotated[str, said("As it was published.")]


class AdviceAnswer(AdviceRowAnswer):
    """Advice with all that was said, and what came after its decision."""

    events: Annotated[list[AdviceEventAnswer], said("The oldest first.")]
    later: Annotated[list[LaterCaseAnswer], said("The newest first, at most 100.")]
    later_incidents: Annotated[list[LaterIncidentAnswer], said("The newest first.")]


def row_answer(row: AdviceRow, now: datetime) -> AdviceRowAnswer:
    """Advice as lists tell it."""
    advice = row.advice
    given, decided, closing = advice.given, advice.decided, advice.closing
    return {
        "id": given.id,
        "account": given.account,
        "number": given.number,
        "title": given.title,
        "risk": given.risk,
        "trade_off": given.trade_off,
        "recommendation": given.recommendation,
        "topic": given.topic,
        "contract": None if given.key is None else given.key.contract,
        "feature": None if given.key is None else given.key.feature,
        "due_on": None if given.key is None else given.key.due_on.isoformat(),
        "state": advice.state.value,
        "is_open": advice.is_open,
        "is_asked": advice.is_asked,
        "owner": advice.owner,
        "follow_up_on": advice.follow_up_on.isoformat(),
        "is_overdue": advice.is_overdue(now),
        "given_at": shown(given.given_at),
        "given_by": given.given_by,
        "decided_at": None if decided is None else shown(decided.at),
        "decided_by": None if decided is None else decided.by,
        "reason": "" if decided is None else decided.text,
        "closed_at": None if closing is None else shown(closing.at),
        "outcome": "" if closing is None else closing.text,
        "later_cases": len(row.later) + row.later_more,
    }


def whole_answer(reads: Reads | Records, advice: Advice, now: datetime) -> AdviceAnswer:
    """Advice with all that was said of it."""
    (row,) = advice_rows(reads, [advice])
    incidents = later_incidents(reads, row, now)
    return {
        **row_answer(row, now),
        "events": [_event(each) for each in advice.events],
        "later": [_case(each) for each in row.later],
        "later_incidents": [
            {"incident": each.incident.id, "title": each.incident.title} for each in incidents
        ],
    }


def _event(event: AdviceEvent) -> AdviceEventAnswer:
    return {
        "kind": event.kind.value,
        "at": shown(event.at),
        "by": event.by,
        "text": event.text,
    }


def _case(case: LaterCase) -> LaterCaseAnswer:
    return {
        "case": case.case,
        "number": case.number,
        "severity": case.severity,
        "opened_at": shown(case.opened_at),
    }
