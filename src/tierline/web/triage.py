"""Triage by forms: on the page of a case, as a case is raised, disputes, and what came of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import disputes as dispute_actions
from tierline.actions import triage as actions
from tierline.actions.expectations import Expectation, expectation
from tierline.bootstrap.cases import promise_now, seen_case, seen_dispute
from tierline.catalog.triage_statement import TriageQuestion
from tierline.catalog.words_clock import MILESTONE_NAMES
from tierline.kernel.errors import Fault, Forbidden, Invalid, TierlineError
from tierline.kernel.instants import SECOND_US, from_micros
from tierline.languages.language import message
from tierline.milestones.table import NEVER
from tierline.queries import triage as queries
from tierline.queries.actors import users_named
from tierline.web.case_page import (
    CASE_PATH,
    OVERDUE,
    PATH,
    Typed,
    local,
    shown_case,
)
from tierline.web.case_raising import account_stated, raise_form, typed_of
from tierline.web.forms import field, sent_with, told
from tierline.web.shell import Visit, shown_to
from tierline.web.triage_panel import severity_in_words
from tierline.web.visits import go
from tierline.web.whose import actor_in_words, is_staff

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.store.records import Reads, Records
    from tierline.web.visits import Form

TEXT_LIMIT_CHARACTERS = 10_000
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


@sent_with(Permission.work_cases)
def triage(visit: Visit, form: Form) -> Response:
    """The severity that the answers give, or another one with its reason."""
    case_id, typed = visit.path_word("case"), dict[str, str]()
    occasion = visit.application.occasion(visit.caller.id)

    def work(records: Records) -> None:
        seen_case(records, case_id, visit.caller, Permission.work_cases)
        order = actions.TriageOrder(
            answers=answers_of(form),
            severity=typed["by_hand"] or None,
            reason=typed["override_reason"] or None,
        )
        actions.triage_case(records, case_id, order, occasion)

    try:
        names = ("by_hand", "override_reason")
        typed |= {name: field(form, name, TEXT_LIMIT_CHARACTERS) for name in names}
        visit.application.change(work)
    except TierlineError as error:
        values = {**typed, **answers_of(form), "triage": "yes"}
        return shown_case(visit, case_id, Typed(values, _placed(error)))
    return go(f"{PATH}/{case_id}#severity")


@sent_with(Permission.open_cases)
def dispute(visit: Visit, form: Form) -> Response:
    """Somebody says that the severity is wrong."""
    case_id, typed = visit.path_word("case"), dict[str, str]()
    occasion = visit.application.occasion(visit.caller.id)

    def work(records: Records) -> None:
        seen_case(records, case_id, visit.caller, Permission.open_cases)
        order = dispute_actions.DisputeOrder(
            words=_needed(typed, "words"),
            wanted=typed["wanted"] or None,
            is_customers=not is_staff(visit),
        )
        dispute_actions.raise_dispute(records, case_id, order, occasion)

    try:
        typed |= {name: field(form, name, TEXT_LIMIT_CHARACTERS) for name in ("words", "wanted")}
        visit.application.change(work)
    except TierlineError as error:
        return shown_case(visit, case_id, Typed({**typed, "dispute": "yes"}, told(error, "words")))
    return go(f"{PATH}/{case_id}#severity")


@sent_with(Permission.decide_disputes)
def decide(visit: Visit, form: Form) -> Response:
    """The last word on a severity, with the reason."""
    dispute_id, typed = visit.path_word("dispute"), dict[str, str]()
    occasion = visit.application.occasion(visit.caller.id)
    found = visit.application.read(
        lambda reads: seen_dispute(reads, dispute_id, visit.caller, Permission.decide_disputes)
    )
    case_id = found.case
    try:
        names = ("ruled_severity", "ruling")
        typed |= {name: field(form, name, TEXT_LIMIT_CHARACTERS) for name in names}
        severity, reason = (_needed(typed, name) for name in names)
        visit.application.change(
            lambda records: dispute_actions.decide_dispute(
                records, dispute_id, severity, reason, occasion
            )
        )
    except TierlineError as error:
        return shown_case(visit, case_id, Typed(typed, told(error, "ruling")))
    return go(f"{PATH}/{case_id}#severity")


@sent_with(Permission.open_cases)
def expect(visit: Visit, form: Form) -> Response:
    """The form that raises a case again, with what may be expected of it. Nothing is raised."""
    typed = typed_of(form)
    occasion = visit.application.occasion(visit.caller.id)
    try:
        account_id = account_stated(visit, typed)

        def work(reads: Reads) -> tuple[Expectation, str]:
            account = reads.accounts.get(account_id) if account_id else None
            promise = promise_now(visit.application, reads, account_id, occasion)
            found = expectation(
                reads, answers_of(form), account, promise, occasion,
                severity=typed["severity"] or None,
            )  # fmt: skip
            return found, account.time_zone if account else ""

        found, zone = visit.application.read(work)
    except TierlineError as error:
        return raise_form(visit, Typed(typed, _placed(error)))
    return raise_form(visit, Typed(typed), _expected(found, zone))


@shown_to(Permission.read_cases)
def disputes_page(visit: Visit) -> Response:
    """What is not decided: by when it is due."""
    after = visit.asked("after", 2_000)
    page = visit.application.read(
        lambda reads: queries.list_disputes(
            reads.snapshot, accounts=visit.caller.visible_accounts, after=after or None
        )
    )
    return visit.page(
        "pages/disputes.html",
        rows=[
            {
                "row": row,
                "about": severity_in_words(row.dispute, visit.language),
                "is_overdue": row.dispute.due_at < visit.now,
            }
            for row in page.items
        ],
        overdue=OVERDUE,
        next=page.next,
        is_first=not after,
        is_staff=is_staff(visit),
        may_audit=visit.caller.may(Permission.read_audit),
    )


@shown_to(Permission.read_cases)
def precedents_page(visit: Visit) -> Response:
    """What was decided, for our own people: it tells of every account."""
    if not is_staff(visit):
        raise Forbidden("Precedents tell of other accounts; they are for our own people.")
    after, words = visit.asked("after", 2_000), visit.asked("search")
    rule = visit.asked("rule", 2_000)
    page = visit.application.read(
        lambda reads: queries.list_precedents(
            reads.snapshot, rule=rule or None, words=words or None, after=after or None
        )
    )
    asked = {name: value for name, value in (("search", words), ("rule", rule)) if value}
    return visit.page(
        "pages/precedents.html",
        rows=page.items,
        next=page.next,
        is_first=not after,
        search=words,
        rule=rule,
        query=urlencode(asked),
    )


@shown_to(Permission.read_audit)
def report_page(visit: Visit) -> Response:
    """How often the table was overruled and disputed, since `?since=` a day."""
    since = visit.instant("since") or _FIRST

    def work(reads: Reads) -> tuple[Any, ...]:
        agents = queries.overrides_by_agent(reads.snapshot, since)
        users = users_named(reads.snapshot, {each.name for each in agents})
        rules = queries.overrides_by_rule(reads.snapshot, since)
        return agents, users, rules, queries.disputed_rules(reads.snapshot, since)

    agents, users, rules, disputed = visit.application.read(work)
    return visit.page(
        "pages/triage.html",
        agents=[(actor_in_words(visit, each.name, users), each) for each in agents],
        rules=[each for each in rules if each.overridden],
        disputed=disputed,
        since=visit.asked("since"),
    )


def answers_of(form: Form) -> dict[str, str]:
    """What was answered to the questions of triage."""
    found = {each.value: field(form, each.value) for each in TriageQuestion}
    return {name: value for name, value in found.items() if value}


def _expected(found: Expectation, zone: str) -> dict[str, Any]:
    return {
        "severity": found.severity,
        "reason": found.reason,
        "level": found.level.replace("_", " "),
        "tier": found.tier,
        "milestones": [
            {
                "name": MILESTONE_NAMES[each.kind],
                "target": each.allowance // SECOND_US,
                "due": None if each.due == NEVER else local(from_micros(each.due), zone),
            }
            for each in found.milestones
        ],
    }


_PLACES = {"severity": "by_hand", "reason": "override_reason", "answers": "business_impact"}


def _placed(error: TierlineError) -> tuple[Fault, ...]:
    """Faults at the fields of the form."""
    return tuple(
        Fault(
            each.code,
            each.message,
            _PLACES.get(each.path, each.path.removeprefix("answers.")),
            each.write_instead,
        )
        for each in told(error, "business_impact")
    )


def _needed(typed: dict[str, str], name: str) -> str:
    if not typed[name]:
        fault = Fault("missing", message("Nothing is written here."), name)
        raise Invalid(message("The form is not filled in."), [fault])
    return typed[name]


ROUTES = [
    Route(f"{PATH}/expectation", expect, methods=["POST"]),
    Route(f"{CASE_PATH}/triage", triage, methods=["POST"]),
    Route(f"{CASE_PATH}/disputes", dispute, methods=["POST"]),
    Route("/disputes", disputes_page, methods=["GET"]),
    Route("/disputes/{dispute}/ruling", decide, methods=["POST"]),
    Route("/precedents", precedents_page, methods=["GET"]),
    Route("/triage", report_page, methods=["GET"]),
]
