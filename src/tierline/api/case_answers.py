"""A case as a client gets it: in a list, and with its clocks and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from tierline.accounts.coverage import CoverageState
from tierline.actions.case_clocks import identify_by, next_due
from tierline.api.answers import Id, TypedDict, instant, said, word_of
from tierline.api.inputs import shown
from tierline.cases.channel import Channel, ChannelAccess
from tierline.cases.news import no_news_words, told_so_far
from tierline.cases.standing import ENDED, CaseState
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import SECOND_US, format_micros
from tierline.milestones.table import NEVER
from tierline.queries import cases as queries

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.access.caller import Caller
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case, CaseMessage
    from tierline.milestones.fold import Milestone
    from tierline.store.records import Reads, Records


class CaseRowAnswer(TypedDict):
    """A case in a list."""

    id: Id
    number: Annotated[int, said("What people call it by.")]
    account: Annotated[str | None, said("The account; null where it is not known who asks.")]
    subject: Annotated[str, said("What it is about.")]
    channel: Annotated[str, word_of(Channel, "The way in.")]
    access: Annotated[str, word_of(ChannelAccess, "How the channel stood to the plan.")]
    coverage: Annotated[str, word_of(CoverageState, "How the account stood when it was opened.")]
    tier: Annotated[str, said("The tier that it is held to; empty where nothing was promised.")]
    state: Annotated[str, word_of(CaseState, "Where it is in its life.")]
    severity: Annotated[str, said("The severity: agreed at triage, or as it was raised.")]
    opened_at: Annotated[str, instant("When it was opened.")]
    next_due_at: Annotated[
        str | None, instant("When its next milestone is due, or was; null: nothing is due.")
    ]


class MilestoneAnswer(TypedDict):
    """One promise, timed on the case."""

    milestone: Annotated[str, word_of(MilestoneKind, "What is timed.")]
    cycle: Annotated[int, said("Which round of it, from 0.")]
    promise_id: Annotated[str, said("The promise.")]
    verdict: Annotated[str, said("How it stands: met, missed, running or paused.")]
    hours: Annotated[str, said("The business hours that count.")]
    started_at: Annotated[str, instant("From when on it is timed.")]
    stopped_at: Annotated[str | None, instant("When it stopped; null while it is open.")]
    due_at: Annotated[str | None, instant("When it is due; null while it is paused.")]
    target_seconds: Annotated[int, said("The open time that is promised.")]
    used_seconds: Annotated[int, said("The open time that was used, without pauses.")]


class CaseMessageAnswer(TypedDict):
    """Something that was said."""

    id: Id
    author: Annotated[str, said("Who wrote it down: a user, a token, or `operator`.")]
    contact: Annotated[str | None, said("The contact who said it; null for us.")]
    is_public: Annotated[bool, said("Whether the customer sees it.")]
    at: Annotated[str, instant("When it was said.")]
    text: Annotated[str, said("The words.")]


class CaseEventAnswer(TypedDict):
    """Something that happened."""

    kind: Annotated[str, said("What.")]
    at: Annotated[str, instant("When.")]
    value: Annotated[str, said("The severity, tier or reason that it carries; else empty.")]
    recorded_at: Annotated[str, instant("When we came to know it.")]


class CaseAnswer(CaseRowAnswer):
    """A case with its clocks, and what was said and done."""

    contact: Annotated[str | None, said("Who raised it.")]
    tier_now: Annotated[
        str, said("The tier in force now: better, where the account was upgraded since.")
    ]
    contract: Annotated[str, said("The contract that it is held to; empty where there is none.")]
    is_triaged: Annotated[bool, said("Whether the severity was agreed.")]
    waiting_on: Annotated[str, said("The reason of its wait; empty where it waits for nobody.")]
    milestones: Annotated[list[MilestoneAnswer], said("What is promised, by kind and cycle.")]
    messages: Annotated[list[CaseMessageAnswer], said("What was said, in its order.")]
    events: Annotated[list[CaseEventAnswer], said("What happened, in its order.")]
    warnings: Annotated[
        list[str], said("That the last update says nothing new; empty where it does.")
    ]


def answer_of(
    records: Reads | Records, case: Case, caller: Caller, occasion: Occasion
) -> CaseAnswer:
    """What a caller reads of a case."""
    whole = queries.whole_case(records.cases, case, now=occasion.now)
    is_ours = caller.accounts is None
    events = whole.case.events
    return {
        "id": case.id,
        "number": case.number,
        "account": case.account,
        "contact": case.contact,
        "subject": case.subject,
        "channel": case.channel.value,
        "access": case.access.value,
        "coverage": case.coverage.value,
        "contract": case.contract,
        "tier": case.tier,
        "tier_now": whole.tier,
        "state": whole.standing.state.value,
        "severity": whole.standing.severity,
        "is_triaged": whole.standing.is_triaged,
        "waiting_on": whole.standing.waiting_on,
        "opened_at": shown(events[0].at),
        "next_due_at": shown(_due_at(whole)),
        "milestones": [_milestone(each) for each in whole.milestones],
        "messages": [
            _message(each, events[each.place].at)
            for each in whole.messages
            if is_ours or each.is_public
        ],
        "events": [
            {
                "kind": each.kind.name,
                "at": shown(each.at),
                "value": each.value,
                "recorded_at": shown(each.recorded_at or each.at),
            }
            for each in case.in_time
            if is_ours or each.kind.name != "private_note"
        ],
        "warnings": _warnings(whole) if is_ours else [],
    }


def _due_at(whole: queries.WholeCase) -> datetime | None:
    """When the first of its clocks is due; of somebody unknown, when we should know who it is."""
    case = whole.case
    if case.account is None and not case.terms and whole.standing.state not in ENDED:
        return identify_by(case)
    return next_due(whole.milestones)


def _warnings(whole: queries.WholeCase) -> list[str]:
    updates, is_empty = told_so_far(whole.case, whole.messages)
    return [no_news_words(updates.empty)] if is_empty else []


def _milestone(found: Milestone) -> MilestoneAnswer:
    return {
        "milestone": found.kind.value,
        "cycle": found.cycle,
        "promise_id": found.promise_id,
        "verdict": found.verdict.name,
        "hours": found.hours,
        "started_at": format_micros(found.started),
        "stopped_at": None if found.stopped == NEVER else format_micros(found.stopped),
        "due_at": None if found.due == NEVER else format_micros(found.due),
        "target_seconds": found.allowance // SECOND_US,
        "used_seconds": found.used // SECOND_US,
    }


def _message(message: CaseMessage, at: datetime) -> CaseMessageAnswer:
    return {
        "id": message.id,
        "author": message.author,
        "contact": message.contact,
        "is_public": message.is_public,
        "at": shown(at),
        "text": message.text,
    }
