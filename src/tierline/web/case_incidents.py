"""The incidents that cause a case as its customer reads of them: on the status page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tierline.actions.components import reader_of
from tierline.queries.status import status_of
from tierline.status.document import status_document
from tierline.web.status_pages import incidents_of

if TYPE_CHECKING:
    from tierline.cases.case import Case
    from tierline.store.records import Reads
    from tierline.web.shell import Visit


def told_incidents(visit: Visit, reads: Reads, case: Case) -> list[dict[str, Any]]:
    """Those of them that the account of the case sees, with where they stand."""
    linked = {each.id for each in reads.incidents.of_case(case.id)}
    if not linked or case.account is None:
        return []
    reader = reader_of(reads.accounts.get(case.account))
    seen = status_document(status_of(reads.components, reads.incidents, reader, visit.now), "")
    query = f"?{urlencode({'account': case.account})}" if visit.sees_many else ""
    return [
        {"title": each["title"], "path": f"/status/incidents/{quote(each['id'])}{query}"}
        for each in incidents_of(seen)
        if each["id"] in linked
    ]
