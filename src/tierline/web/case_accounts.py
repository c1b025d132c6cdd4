"""Whose a case is: the form on the page of a case of somebody unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.identification import identify
from tierline.bootstrap.cases import promise_for, seen_case
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.web.account_names import account_meant, contact_meant
from tierline.web.case_page import CASE_PATH, Typed, shown_case
from tierline.web.forms import field, sent_with, told
from tierline.web.visits import go

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.store.records import Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form


@sent_with(Permission.work_cases)
def set_account(visit: Visit, form: Form) -> Response:
    """The case as an account's, and its page again."""
    case_id, typed = visit.path_word("case"), {"whose": "", "who": ""}
    application, occasion = visit.application, visit.application.occasion(visit.caller.id)
    application.read(lambda reads: seen_case(reads, case_id, visit.caller, Permission.work_cases))
    try:
        typed |= {name: field(form, name) for name in typed}
        if not typed["whose"]:
            fault = Fault("missing", "Nothing is written here.", "whose", "Write its name.")
            raise Invalid("The form is not filled in.", [fault])
        account = account_meant(visit, typed["whose"], "whose")
        visit.caller.require(Permission.work_cases, account)
        who = contact_meant(visit, account, typed["who"], "who")

        def work(records: Records) -> None:
            identify(
                records, records.cases, case_id, (account, who),
                lambda whose, at: promise_for(application, records, whose, at), occasion,
            )  # fmt: skip

        application.change(work)
    except TierlineError as error:
        return shown_case(visit, case_id, Typed(typed, told(error, "whose")))
    return go(CASE_PATH.format(case=case_id))


ROUTES = [Route(f"{CASE_PATH}/account", set_account, methods=["POST"])]
