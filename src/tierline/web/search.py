"""The search page: what holds the words, the best first, with the hits marked."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.knowledge import count_gap
from tierline.bootstrap.search import reach_of
from tierline.kernel.errors import NotFound
from tierline.knowledge.article import name_of
from tierline.knowledge.document import DocumentKind
from tierline.knowledge.question import MOST_CHARACTERS
from tierline.languages.language import message
from tierline.queries import search as queries
from tierline.web.articles import STATES as ARTICLE_STATES
from tierline.web.case_page import STATES as CASE_STATES
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.queries.pages import Page
    from tierline.store.records import Reads

PATH = "/search"
_KINDS = {
    DocumentKind.article: message("Articles"),
    DocumentKind.case: message("Cases"),
    DocumentKind.note: message("How and why cases were resolved"),
}
_OF_ONE = {
    DocumentKind.case: message("Case %(number)s"),
    DocumentKind.note: message("How and why, case %(number)s"),
}
_WHERE = {
    DocumentKind.article: "articles",
    DocumentKind.case: "cases",
    DocumentKind.note: "cases",
}


@shown_to(Permission.read_articles)
def search_page(visit: Visit) -> Response:
    """What is found for `?q=`, of `?kind=` where it is stated."""
    asked, after = visit.asked("q", MOST_CHARACTERS), visit.asked("after", 2_000)
    kind = _kind(visit.asked("kind", 20))
    kinds = () if kind is None else (kind,)

    def work(reads: Reads) -> tuple[Page[queries.Hit], dict[str, str]]:
        reach = reach_of(visit.application, reads, visit.caller, kinds)
        page = queries.search(reads.snapshot, asked, reach, after=after or None)
        accounts = sorted({hit.account for hit in page.items if hit.account})
        known = reads.accounts.of_ids(accounts) if visit.sees_many else {}
        return page, {account.id: account.name for account in known.values()}

    page, names = visit.application.read(work)
    if asked and not after and kind in (None, DocumentKind.article):
        count_gap(visit.application, visit.caller, asked)
    choices = [(each.value, words) for each, words in _KINDS.items() if _may_ask(visit, each)]
    return visit.page(
        "pages/search.html",
        asked=asked,
        kind="" if kind is None else kind.value,
        kinds=[("", message("Articles and cases")), *choices],
        hits=[
            {
                "hit": hit,
                "what": name_of(hit.number)
                if hit.kind is DocumentKind.article
                else visit.language.phrase(_OF_ONE[hit.kind], number=hit.number),
                "state": _state(hit),
                "path": f"/{_WHERE[hit.kind]}/{hit.record}",
                "account": names.get(hit.account or "", ""),
            }
            for hit in page.items
        ],
        next=page.next,
        is_first=not after,
        query=urlencode({"q": asked} | ({} if kind is None else {"kind": kind.value})),
    )


def found_cases(visit: Visit) -> Response:
    """Where `/cases?q=` leads."""
    asked = {"q": visit.asked("q", MOST_CHARACTERS), "kind": DocumentKind.case.value}
    return go(f"{PATH}?{urlencode(asked)}")


def _kind(text: str) -> DocumentKind | None:
    if text and text not in set(DocumentKind):
        raise NotFound(f"There is no kind '{text}' of what can be found.")
    return DocumentKind(text) if text else None


def _state(hit: queries.Hit) -> str:
    """Of an article or a case, as its own page names it."""
    known = {each.value: badge.words for each, badge in CASE_STATES.items()}
    known |= {each.value: badge.words for each, badge in ARTICLE_STATES.items()}
    return known[hit.state]


def _may_ask(visit: Visit, kind: DocumentKind) -> bool:
    if kind is DocumentKind.article:
        return True
    return visit.caller.may(Permission.read_cases) and (
        kind is not DocumentKind.note or is_staff(visit)
    )


ROUTES = [Route(PATH, search_page, methods=["GET"])]
