"""Answers about post-mortems, and what they are made from."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING, Annotated

from tierline.api.answers import ActorId, Id, TypedDict, instant, said, word_of
from tierline.api.inputs import shown
from tierline.cases.case_facts import Reach
from tierline.cases.customer_markdown import markdown_of
from tierline.cases.post_mortem import ActionState, DebtState

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.case_facts import CaseFacts, ClockFact, ReachedFact
    from tierline.cases.customer_version import CustomerVersion
    from tierline.cases.post_mortem import PostMortem, PostMortemVersion
    from tierline.cases.timeline import TimelineEntry
    from tierline.queries.post_mortems import ActionRow, DebtRow, EarlierCase
    from tierline.scorecards.recurrence import Recurrence


class TimelineEntryAnswer(TypedDict):
    """Something that happened."""

    at: Annotated[str, instant("When.")]
    what: Annotated[str, said("What: the kind of a fact of the case, or what happened beside it.")]
    value: Annotated[str, said("The severity, tier, reason or phase that it carries; else empty.")]
    user: Annotated[str, said("Whom of us it names; else empty.")]
    is_public: Annotated[bool, said("Whether the customer reads it.")]
    known_at: Annotated[str | None, instant("When we came to know it, where that was later.")]


class ClockAnswer(TypedDict):
    """A milestone as it stood."""

    milestone: Annotated[str, said("What is timed.")]
    cycle: Annotated[int, said("Which round of it, from 0.")]
    promise_id: Annotated[str, said("The promise.")]
    verdict: Annotated[str, said("How it stands: met, missed, running or paused.")]
    target_seconds: Annotated[int, said("The open time that is promised.")]
    used_seconds: Annotated[int, said("The open time that was used, without pauses.")]
    missed_by_seconds: Annotated[int, said("By how much it was missed; 0: it was not.")]
    started_at: Annotated[str, instant("From when on it is timed.")]
    stopped_at: Annotated[str | None, instant("When it stopped; null while it is open.")]
    due_at: Annotated[str | None, instant("When it is due; null while it is paused.")]


class ReachedAnswer(TypedDict):
    """How long something took."""

    what: Annotated[str, word_of(Reach, "What the customer waited for.")]
    at: Annotated[str, instant("When it was there.")]
    elapsed_seconds: Annotated[int, said("By the clock on the wall.")]
    open_seconds: Annotated[int | None, said("Of the promised hours; null: none are promised.")]


class CaseFactsAnswer(TypedDict):
    """The facts of a case."""

    case: Annotated[str, said("The case.")]
    number: Annotated[int, said("What people call it by.")]
    severity: Annotated[str, said("Its severity in the end.")]
    opened_at: Annotated[str, instant("When it was opened.")]
    as_of: Annotated[str, instant("Until when facts are known.")]
    timeline: Annotated[list[TimelineEntryAnswer], said("What happened, in its order.")]
    clocks: Annotated[list[ClockAnswer], said("What was promised, and kept or missed.")]
    reached: Annotated[list[ReachedAnswer], said("How long it took.")]


class PostMortemVersionAnswer(TypedDict):
    """What was written at one time."""

    number: Annotated[int, said("Which one, from 1.")]
    at: Annotated[str, instant("When it was written.")]
    by: ActorId
    texts: Annotated[dict[str, str], said("What stands in each part that was written.")]
    failure_mode: Annotated[str, said("The word that recurs; empty: none was stated.")]
    published_at: Annotated[str | None, instant("When it went out; null: it did not.")]
    published_by: Annotated[str | None, said("Who sent it out.")]


class RecurrenceAnswer(TypedDict):
    """Cases of the failure mode around the closing of an action: those whose post-mortem names it,
    and those that hold its words."""

    before: Annotated[int, said("In the 90 days before.")]
    after: Annotated[int, said("In those of the 90 days after that are over.")]
    days_after: Annotated[int, said("How many of these 90 days are over.")]
    by_stretch: Annotated[list[int], said("In the six stretches of 30 days around it, in order.")]
    change_percent: Annotated[
        float | None, said("How the rate of a day has changed; null where nothing came before.")
    ]
    change_low_percent: Annotated[float | None, said("The lower end of its 95% interval.")]
    change_high_percent: Annotated[
        float | None, said("The upper end; null where it has none, or nothing came.")
    ]


class ActionAnswer(TypedDict):
    """An action."""

    id: Id
    post_mortem: Annotated[str, said("The post-mortem that it is of.")]
    title: Annotated[str, said("What is done.")]
    owner: Annotated[str, said("The user who does it.")]
    owner_name: Annotated[str, said("Their name.")]
    due_on: Annotated[str, said("The day, in UTC, by whose end it is due: 2026-03-31.")]
    is_overdue: Annotated[bool, said("Whether that day is over and it is not done.")]
    is_told: Annotated[bool, said("Whether the customer reads it.")]
    state: Annotated[str, word_of(ActionState, "Where it is in its life.")]
    closed_at: Annotated[str | None, instant("When it was closed.")]
    closed_by: Annotated[str | None, said("Who closed it.")]
    reason: Annotated[str, said("Why it was dropped, or what was done; else empty.")]
    failure_mode: Annotated[str, said("The failure mode of its post-mortem.")]
    recurrence: Annotated[
        RecurrenceAnswer | None, said("Whether it helped; null: not closed, or too many cases.")
    ]
    has_too_many_cases: Annotated[
        bool, said("Whether too many cases hold the words of the failure mode to count them.")
    ]


class EarlierCaseAnswer(TypedDict):
    """Another case of the same failure mode."""

    case: Annotated[str, said("The case.")]
    number: Annotated[int, said("What people call it by.")]
    opened_at: Annotated[str, instant("When it was opened.")]


class PostMortemAnswer(TypedDict):
    """A post-mortem as we read it."""

    id: Id
    incident: Annotated[str | None, said("The incident that it is of; null: of one case.")]
    begun_at: Annotated[str, instant("When it was begun.")]
    begun_by: ActorId
    is_published: Annotated[bool, said("Whether its latest version is what the customer reads.")]
    lacks: Annotated[list[str], said("What is to be written before it can go out.")]
    versions: Annotated[list[PostMortemVersionAnswer], said("In their order, the latest last.")]
    facts: Annotated[list[CaseFactsAnswer], said("Of its cases: taken down, or of now.")]
    actions: Annotated[list[ActionAnswer], said("By when they are due.")]
    earlier: Annotated[list[EarlierCaseAnswer], said("Other cases of its failure mode.")]


class DebtAnswer(TypedDict):
    """A case and its post-mortem, or the lack of one."""

    case: Annotated[str, said("The case.")]
    number: Annotated[int, said("What people call it by.")]
    subject: Annotated[str, said("What it is about.")]
    account: Annotated[str, said("The name of the account; empty: it is not known.")]
    severity: Annotated[str, said("Its severity.")]
    state: Annotated[str, word_of(DebtState, "What is to be done.")]
    post_mortem: Annotated[str | None, said("Its post-mortem; null: nobody began one.")]
    ended_at: Annotated[str | None, instant("When the case ended for the first time.")]
    due_at: Annotated[str | None, instant("By when it is promised; null: no time is.")]
    is_overdue: Annotated[bool, said("Whether that is over.")]
    published_at: Annotated[str | None, instant("When it was published last.")]


class ToldActionAnswer(TypedDict):
    """An action, for the customer."""

    title: Annotated[str, said("What is done.")]
    due_on: Annotated[str, said("By the end of which day, in UTC.")]
    state: Annotated[str, word_of(ActionState, "Where it is in its life.")]


class CustomerVersionAnswer(TypedDict):
    """A post-mortem as the customer of a case reads it."""

    case: Annotated[str, said("The case.")]
    number: Annotated[int, said("What people call it by.")]
    subject: Annotated[str, said("What it was about.")]
    severity: Annotated[str, said("Its severity in the end.")]
    version: Annotated[int, said("Which version was published.")]
    published_at: Annotated[str | None, instant("When.")]
    texts: Annotated[dict[str, str], said("What is written for the customer.")]
    timeline: Annotated[list[TimelineEntryAnswer], said("What happened, in its order.")]
    clocks: Annotated[list[ClockAnswer], said("What was promised, and kept or missed.")]
    reached: Annotated[list[ReachedAnswer], said("How long it took.")]
    actions: Annotated[list[ToldActionAnswer], said("What is done after it.")]
    markdown: Annotated[str, said("All of it as Markdown, to keep and pass on.")]


def facts_told(facts: CaseFacts) -> CaseFactsAnswer:
    """The facts of a case as JSON values."""
    return {
        "case": facts.case,
        "number": facts.number,
        "severity": facts.severity,
        "opened_at": shown(facts.opened_at),
        "as_of": shown(facts.as_of),
        "timeline": [_entry(each) for each in facts.timeline],
        "clocks": [_clock(each) for each in facts.clocks],
        "reached": [_reached(each) for each in facts.reached],
    }


def version_told(version: PostMortemVersion) -> PostMortemVersionAnswer:
    """A version as JSON values."""
    publication = version.publication
    return {
        "number": version.number,
        "at": shown(version.at),
        "by": version.by,
        "texts": {part.value: text for part, text in version.texts.items()},
        "failure_mode": version.failure_mode,
        "published_at": shown(publication.at if publication else None),
        "published_by": publication.by if publication else None,
    }


def action_told(row: ActionRow, now: datetime) -> ActionAnswer:
    """An action as JSON values."""
    action, counted = row.action, row.recurrence
    return {
        "id": action.id,
        "post_mortem": action.post_mortem,
        "title": action.title,
        "owner": action.owner,
        "owner_name": row.owner,
        "due_on": action.due_on.isoformat(),
        "is_overdue": action.is_overdue(now),
        "is_told": action.is_told,
        "state": action.state.value,
        "closed_at": shown(action.closed_at),
        "closed_by": action.closed_by,
        "reason": action.reason,
        "failure_mode": row.failure_mode,
        "recurrence": None if counted is None else _recurrence(counted),
        "has_too_many_cases": row.has_too_many_cases,
    }


def _recurrence(counted: Recurrence) -> RecurrenceAnswer:
    interval = counted.interval
    return {
        "before": counted.before,
        "after": counted.after,
        "days_after": counted.days_after,
        "by_stretch": list(counted.by_stretch),
        "change_percent": _percent(counted.change),
        "change_low_percent": _percent(None if interval is None else interval.low),
        "change_high_percent": _percent(None if interval is None else interval.high),
    }


def _percent(share: float | None) -> float | None:
    return None if share is None or isinf(share) else round(100 * share, 1)


def earlier_told(found: EarlierCase) -> EarlierCaseAnswer:
    """An earlier case as JSON values."""
    return {"case": found.case, "number": found.number, "opened_at": shown(found.opened_at)}


def debt_told(row: DebtRow, now: datetime) -> DebtAnswer:
    """A case with its post-mortem as JSON values."""
    debt = row.debt
    return {
        "case": debt.case,
        "number": row.number,
        "subject": row.subject,
        "account": row.account,
        "severity": row.severity,
        "state": debt.state.value,
        "post_mortem": debt.post_mortem,
        "ended_at": shown(debt.ended_at),
        "due_at": shown(debt.due_at),
        "is_overdue": row.is_overdue(now),
        "published_at": shown(debt.published_at),
    }


def customer_told(version: CustomerVersion) -> CustomerVersionAnswer:
    """The customer's version as JSON values."""
    return {
        "case": version.case,
        "number": version.number,
        "subject": version.subject,
        "severity": version.severity,
        "version": version.version,
        "published_at": shown(version.published_at),
        "texts": {part.value: text for part, text in version.texts.items()},
        "timeline": [_entry(each) for each in version.timeline],
        "clocks": [_clock(each) for each in version.clocks],
        "reached": [_reached(each) for each in version.reached],
        "actions": [
            {"title": each.title, "due_on": each.due_on.isoformat(), "state": each.state.value}
            for each in version.actions
        ],
        "markdown": markdown_of(version),
    }


def is_out(found: PostMortem) -> bool:
    """Whether the latest version is what the customer reads."""
    return found.latest.publication is not None


def _entry(entry: TimelineEntry) -> TimelineEntryAnswer:
    return {
        "at": shown(entry.at),
        "what": entry.what,
        "value": entry.value,
        "user": entry.user,
        "is_public": entry.is_public,
        "known_at": shown(entry.known_at),
    }


def _clock(clock: ClockFact) -> ClockAnswer:
    return {
        "milestone": clock.milestone,
        "cycle": clock.cycle,
        "promise_id": clock.promise_id,
        "verdict": clock.verdict,
        "target_seconds": clock.target_seconds,
        "used_seconds": clock.used_seconds,
        "missed_by_seconds": clock.missed_by_seconds,
        "started_at": shown(clock.started_at),
        "stopped_at": shown(clock.stopped_at),
        "due_at": shown(clock.due_at),
    }


def _reached(reached: ReachedFact) -> ReachedAnswer:
    return {
        "what": reached.what.value,
        "at": shown(reached.at),
        "elapsed_seconds": reached.elapsed_seconds,
        "open_seconds": reached.open_seconds,
    }
