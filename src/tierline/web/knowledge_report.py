"""How knowledge is used: deflection, views, reuse, what is stale, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.knowledge.article import name_of
from tierline.knowledge.document import DocumentKind
from tierline.queries.knowledge_report import knowledge_report
from tierline.queries.knowledge_share import article_shares
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

PATH = "/knowledge"


@shown_to(Permission.write_articles)
def report_page(visit: Visit) -> Response:
    """The last 180 days."""
    report, shares = visit.application.read(
        lambda reads: (
            knowledge_report(reads.snapshot, now=visit.now),
            article_shares(reads.snapshot, now=visit.now),
        )
    )
    return visit.page(
        "pages/knowledge.html",
        report=report,
        shares=shares,
        name_of=name_of,
        article=DocumentKind.article,
    )


ROUTES = [Route(PATH, report_page, methods=["GET"])]
