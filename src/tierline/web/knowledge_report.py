"""How knowledge is used: deflection, views, reuse, what is stale, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.knowledge.article import name_of
from tierline.knowledge.document import DocumentKind
from tierline.queries.knowledge_report import knowledge_report
from tierline.queries.knowledge_share import article_shares
from tierline.queries.knowledge_stretch import knowledge_stretch
from tierline.web.offered import tiers_offered
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.queries.knowledge_report import KnowledgeReport
    from tierline.queries.knowledge_share import ArticleShare
    from tierline.store.records import Reads

PATH = "/knowledge"


@shown_to(Permission.write_articles)
def report_page(visit: Visit) -> Response:
    """From `?since=` until before `?until=`; else the last half-year in which anything was used."""
    since, until = visit.instant("since"), visit.instant("until")

    def work(reads: Reads) -> tuple[KnowledgeReport, tuple[ArticleShare, ...], dict[str, str]]:
        during = knowledge_stretch(reads.snapshot, visit.now, since, until)
        report = knowledge_report(reads.snapshot, during)
        return report, article_shares(reads.snapshot, during), tiers_offered(reads)

    report, shares, tiers = visit.application.read(work)
    return visit.page(
        "pages/knowledge.html",
        is_stated=bool(since or until),
        is_earlier=report.during.until < visit.now and not (since or until),
        stated={name: visit.asked(name, 40) for name in ("since", "until")},
        report=report,
        shares=shares,
        tiers=tiers,
        name_of=name_of,
        article=DocumentKind.article,
    )


ROUTES = [Route(PATH, report_page, methods=["GET"])]
