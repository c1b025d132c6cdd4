"""Acknowledging a case: a button on its page, until the customer has heard from us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.acknowledgement import let_know
from tierline.bootstrap.cases import seen_case
from tierline.web.case_page import CASE_PATH
from tierline.web.forms import sent_with
from tierline.web.visits import go

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.store.records import Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form


@sent_with(Permission.work_cases)
def note(visit: Visit, _form: Form) -> Response:
    """The case as one that somebody of ours has, and its page again."""
    case, occasion = visit.path_word("case"), visit.application.occasion(visit.caller.id)

    def work(records: Records) -> None:
        seen_case(records, case, visit.caller, Permission.work_cases)
        let_know(records, case, occasion)

    visit.application.change(work)
    return go(CASE_PATH.format(case=case))


ROUTES = [Route(f"{CASE_PATH}/acknowledgement", note, methods=["POST"])]
