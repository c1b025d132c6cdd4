"""Raising a case: the form, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.case_access import NOT_INCLUDED
from tierline.actions.case_opening import CaseOrder
from tierline.actions.triage import open_answered_case
from tierline.bootstrap.cases import note_refusal, promise_now
from tierline.cases.channel import Channel
from tierline.catalog.triage_questions import questions_of
from tierline.catalog.triage_statement import TriageQuestion
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.languages.language import message
from tierline.store.unit_of_work import Isolation
from tierline.web.account_names import account_meant, contact_meant
from tierline.web.case_page import CHANNELS, PATH, Typed
from tierline.web.deflection import offer_before
from tierline.web.forms import sent_with, told, typed_in
from tierline.web.offered import severities_offered
from tierline.web.shell import Visit, shown_to
from tierline.web.triage_panel import asked_fields
from tierline.web.visits import go
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.web.visits import Form


@shown_to(Permission.open_cases)
def new_page(visit: Visit) -> Response:
    """The form that raises a case."""
    return raise_form(visit, Typed({"account": visit.asked("account")}))


@sent_with(Permission.open_cases)
def open_(visit: Visit, form: Form) -> Response:
    """A new case, and its page."""
    typed = typed_of(form)
    answers = {each.value: typed[each] for each in TriageQuestion if typed[each]}
    occasion = visit.application.occasion(visit.caller.id)
    try:
        order = _order(visit, typed)
    except TierlineError as error:
        return raise_form(visit, Typed(typed, told(error, "account")))
    try:
        if offer := offer_before(visit, form, order, answers=answers):
            return offer
        case = visit.application.change(
            lambda records: open_answered_case(
                records, order, answers,
                promise_now(visit.application, records, order.account, occasion), occasion,
            ),
            Isolation.BY_STATEMENT,
        )  # fmt: skip
    except TierlineError as error:
        if error.code == NOT_INCLUDED:
            note_refusal(visit.application, order, error, occasion)
            about = "despite" if is_staff(visit) else ""
            return raise_form(visit, Typed(typed, told(error, about)))
        return raise_form(visit, Typed(typed, told(error, "account")))
    return go(f"{PATH}/{case.id}")


def raise_form(visit: Visit, typed: Typed, expected: dict[str, Any] | None = None) -> Response:
    """The form that raises a case, with what may be expected where that was asked."""
    published, severities = visit.application.read(
        lambda reads: (reads.catalogs.newest(), severities_offered(reads))
    )
    newest = max(published, key=lambda each: each.version, default=None)
    return visit.page(
        "pages/case_new.html",
        status=422 if typed.faults else 200,
        typed=typed,
        is_staff=is_staff(visit),
        sees_many=visit.sees_many,
        channels=[(each.value, CHANNELS[each]) for each in Channel],
        severities=[("", message("Not sure")), *severities.items()],
        fields=asked_fields(questions_of(newest.triage if newest else None), typed.values),
        expected=expected,
    )


def _order(visit: Visit, typed: dict[str, str]) -> CaseOrder:
    """What the form raises. Of a customer it is their own account's, unless they state another
    that they may raise cases for; of ours it may be nobody's."""
    account = account_stated(visit, typed)
    faults = [_missing(name) for name in ("subject", "text") if not typed[name]]
    if len(typed["subject"]) > 300:
        too_long = message("A subject has at most 300 characters.")
        faults.append(Fault("too_long", too_long, "subject"))
    if faults:
        raise Invalid(message("The case cannot be raised as stated."), faults)
    return CaseOrder(
        channel=_channel(typed["channel"]) if is_staff(visit) else Channel.portal,
        subject=typed["subject"],
        text=typed["text"],
        account=account,
        contact=_contact(visit, account, typed) if is_staff(visit) else None,
        severity=typed["severity"] or None,
        despite=(typed["despite"] or None) if is_staff(visit) else None,
    )


def _contact(visit: Visit, account: str | None, typed: dict[str, str]) -> str | None:
    """Who it is raised for, where they are a contact of the account."""
    return contact_meant(visit, account, typed["who"], "who") if account else None


def account_stated(visit: Visit, typed: dict[str, str]) -> str | None:
    """Whose case it is. Raises NotFound, Invalid and Forbidden."""
    own = sorted(visit.caller.accounts or ())
    stated = typed["account"] or (own[0] if own else "")
    account = account_meant(visit, stated, "account") if stated else None
    if account is not None:
        visit.caller.require(Permission.open_cases, account)
    return account


def typed_of(form: Form) -> dict[str, str]:
    """What was typed into the form that raises a case; no form is longer than a text may be."""
    names = ("account", "who", "subject", "severity", "channel", "text", "despite", *TriageQuestion)
    return typed_in(form, *names)


def _channel(text: str) -> Channel:
    return Channel(text) if text in set(Channel) else Channel.portal


def needed_of(typed: dict[str, str], name: str) -> str:
    """What was typed of this name. Raises Invalid where nothing was."""
    if not typed[name]:
        raise Invalid(message("The form is not filled in."), [_missing(name)])
    return typed[name]


def _missing(name: str) -> Fault:
    return Fault("missing", message("Nothing is written here."), name)


ROUTES = [
    Route(PATH, open_, methods=["POST"]),
    Route(f"{PATH}/new", new_page, methods=["GET"]),
]
