"""Who else looks at a case, or writes in it, right now. Only pages with scripts say so; what two
people send at once is told apart without them, by what each has seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.cases import seen_case
from tierline.queries.actors import users_named
from tierline.web.forms import sent_with
from tierline.web.shell import HEADERS
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from tierline.store.records import Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

LOOKS, WRITES = "looks", "writes"


@sent_with(Permission.work_cases)
def present(visit: Visit, form: Form) -> Response:
    """The visitor is there; who else is, and how much has happened in the case."""
    case = visit.path_word("case")
    what = WRITES if form.get("what") == WRITES else LOOKS

    def work(records: Records) -> tuple[int, list[str]]:
        found = seen_case(records, case, visit.caller, Permission.work_cases)
        if not is_staff(visit):
            return len(found.events), []
        records.presence.put(case, visit.caller.id, what, visit.now)
        there = records.presence.others(case, visit.caller.id, visit.now)
        users = users_named(records.snapshot, {user for user, _ in there}) if there else {}
        return len(found.events), [
            f"{users[user].name} {'writes in it' if does == WRITES else 'looks at it'}"
            for user, does in there
            if user in users
        ]

    seen, others = visit.application.change(work)
    body = json.dumps({"events": seen, "others": others})
    return Response(body, media_type="application/json", headers=HEADERS)


ROUTES = [Route("/cases/{case}/presence", present, methods=["POST"])]
