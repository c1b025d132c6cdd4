"""Before a customer's case is raised: articles that may answer it, and a person one click away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.knowledge import note_solved
from tierline.actions.triage import expected
from tierline.bootstrap.cases import promise_now
from tierline.bootstrap.knowledge import offered_articles
from tierline.bootstrap.search import read_article, tiers_of
from tierline.knowledge.article import name_of
from tierline.web.forms import sent_with
from tierline.web.markdown import markdown
from tierline.web.visits import go
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from tierline.actions.case_opening import CaseOrder
    from tierline.store.records import Reads
    from tierline.web.shell import Visit
    from tierline.web.visits import Form


def offer_before(
    visit: Visit, form: Form, order: CaseOrder, *, answers: Mapping[str, str]
) -> Response | None:
    """The step before a case is raised, where articles may answer it. None for our own people, for
    the worst severity (as it is stated, or as the answers of triage give it), and for who asks for
    a person."""
    if is_staff(visit) or form.get("person") or order.account is None:
        return None

    def work(reads: Reads) -> list[dict[str, object]]:
        if _is_worst(visit, reads, order, answers):
            return []
        texts = [order.subject, order.text]
        found = offered_articles(visit.application, reads, visit.caller, texts)
        articles = reads.articles.of_ids([each.record for each in found]) if found else {}
        return [
            {
                "id": each.record,
                "name": name_of(each.number),
                "title": each.title,
                "html": markdown(version.wording.text),
                "shared": each.shared,
            }
            for each in found
            if (version := articles[each.record].in_force)
        ]

    offered = visit.application.read(work)
    if not offered:
        return None
    kept = form | {"account": order.account}
    return visit.page("pages/case_offers.html", offered=offered, kept=kept, account=order.account)


def _is_worst(visit: Visit, reads: Reads, order: CaseOrder, answers: Mapping[str, str]) -> bool:
    occasion = visit.application.occasion(visit.caller.id)
    promise = promise_now(visit.application, reads, order.account, occasion)
    severity = order.severity
    if answers:
        severity = expected(reads, answers, order.account, promise, occasion)[1].severity
    newest = {next(iter(each.severities), "") for each in reads.catalogs.newest()}
    return severity in (set(promise.severities[:1]) or newest)


@sent_with(Permission.open_cases)
def solved(visit: Visit, form: Form) -> Response:
    """An article solved it: no case is raised."""
    account = visit.application.account_of(form.get("account", ""))
    visit.caller.require(Permission.open_cases, account)
    article, version, tier = visit.application.read(
        lambda reads: (
            *read_article(visit.application, reads, form.get("article", ""), visit.caller),
            tiers_of(visit.application, reads, [account]).get(account, ""),
        )
    )
    occasion = visit.application.occasion(visit.caller.id)
    visit.application.change(
        lambda records: note_solved(records, article, version, account, occasion, tier=tier)
    )
    return go(f"/articles/{article.id}?solved=yes")


ROUTES = [Route("/cases/solved", solved, methods=["POST"])]
