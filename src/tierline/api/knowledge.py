"""What was learned, at work: what is like a case, what helped, what was solved, and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import knowledge as actions
from tierline.api.answers import Id, TypedDict, instant, said, word_of
from tierline.api.callers import account_for, may
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Instant, Word, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.knowledge import helpers_of
from tierline.bootstrap.search import read_article, tiers_of
from tierline.kernel.errors import Invalid
from tierline.knowledge.document import DocumentKind
from tierline.queries.knowledge_report import knowledge_report
from tierline.queries.knowledge_share import article_shares
from tierline.queries.knowledge_stretch import knowledge_stretch

if TYPE_CHECKING:
    from collections.abc import Collection

    from tierline.actions.occasion import Occasion
    from tierline.queries.knowledge_report import KnowledgeReport
    from tierline.queries.knowledge_share import ArticleShare
    from tierline.queries.similar import Similar
    from tierline.store.records import Reads, Records

router = Routes(tags=["knowledge"])
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Opener = Annotated[Caller, Depends(may(Permission.open_cases))]
Since = Annotated[
    Instant | None,
    Query(description="Absent: 180 days before `until`; both absent: the last 180 days in which "
          "anything was used."),
]  # fmt: skip
Until = Annotated[Instant | None, Query(description="Before then. Absent: now.")]
Writer = Annotated[Caller, Depends(may(Permission.write_articles))]


class TwinAnswer(TypedDict):
    """A case that was resolved in the same words."""

    id: Annotated[str, said("The case.")]
    number: Annotated[int, said("What people call it by.")]


class SimilarAnswer(TypedDict):
    """Something that may help with a case."""

    kind: Annotated[str, word_of(DocumentKind, "An article, or the note of a resolved case.")]
    id: Annotated[str, said("The article, or the case that was resolved.")]
    number: Annotated[int, said("What people call it by.")]
    title: Annotated[str, said("Its title or subject.")]
    how: Annotated[str, said("How the case was resolved; empty for an article.")]
    why: Annotated[str, said("Why so; empty where nobody wrote it.")]
    shared: Annotated[list[str], said("The words that say that it is alike, the rarest first.")]
    also: Annotated[list[TwinAnswer], said("Cases that were resolved in the same words.")]
    has_helped: Annotated[bool, said("Whether it was noted as help.")]


class SimilarListAnswer(TypedDict):
    """What may help with a case."""

    articles: Annotated[
        list[SimilarAnswer], said("At most three that may answer it, by title and topics.")
    ]
    items: Annotated[
        list[SimilarAnswer], said("Notes of at most five similar cases, the most alike first.")
    ]


class HelperBody(Body):
    """What helped: an article, or the note of another case (its id)."""

    kind: DocumentKind
    id: Word


class HelperAnswer(TypedDict):
    """What helped with a case."""

    case: Annotated[str, said("The case.")]
    kind: Annotated[str, word_of(DocumentKind, "An article, or the note of a resolved case.")]
    id: Id


class SolutionBody(Body):
    """Whose matter the article solved; a customer's own account where it is left out."""

    account: Word | None = None


class SolutionAnswer(TypedDict):
    """What was said; whether it holds is known after seven days."""

    article: Annotated[str, said("The article.")]
    account: Annotated[str, said("The account.")]
    topics: Annotated[list[str], said("A case of the account on one of them is a return.")]
    tier: Annotated[str, said("The tier that the account is on.")]
    at: Annotated[str, instant("When it was said.")]


class DeflectionAnswer(TypedDict):
    """How often what an article solved stayed solved."""

    tier: Annotated[str, said("The tier of the customers.")]
    topic: Annotated[str, said("The topic.")]
    held: Annotated[int, said("Nobody came back about it within seven days.")]
    returned: Annotated[int, said("Somebody did.")]
    share: Annotated[float | None, said("Held of both; null where nothing is decided.")]


class ViewsAnswer(TypedDict):
    """How often an article was read."""

    article: Annotated[str, said("The article.")]
    number: Annotated[int, said("112 for KB-112.")]
    title: Annotated[str, said("Its title.")]
    tier: Annotated[str, said("By customers of this tier; empty: by us.")]
    views: Annotated[int, said("How often.")]


class ReuseAnswer(TypedDict):
    """How many cases something helped with."""

    kind: Annotated[str, word_of(DocumentKind, "An article, or the note of a resolved case.")]
    id: Id
    number: Annotated[int, said("What people call it by.")]
    title: Annotated[str, said("Its title or subject.")]
    cases: Annotated[int, said("So many cases.")]


class StaleAnswer(TypedDict):
    """An article that is old and still used."""

    article: Annotated[str, said("The article.")]
    number: Annotated[int, said("112 for KB-112.")]
    title: Annotated[str, said("Its title.")]
    written_at: Annotated[str, instant("When the version that is read was written.")]
    views: Annotated[int, said("How often it was read since.")]
    cases: Annotated[int, said("With how many cases it helped since.")]


class GapAnswer(TypedDict):
    """What is looked for and not written."""

    words: Annotated[str, said("The words, folded and in the order of the alphabet.")]
    searches: Annotated[int, said("How often no article held them.")]


class ShareAnswer(TypedDict):
    """Of the questions on the topics of an article, the part that it answered in a tier."""

    article: Annotated[str, said("The article.")]
    number: Annotated[int, said("112 for KB-112.")]
    title: Annotated[str, said("Its title.")]
    tier: Annotated[str, said("Of customers on this tier.")]
    views: Annotated[int, said("How often they read it.")]
    spared: Annotated[int, said("Said to be solved, and nobody came back within seven days.")]
    raised: Annotated[int, said("Cases on one of its topics that were raised all the same.")]
    share: Annotated[float | None, said("Spared of both; null where nobody asked.")]
    is_unused: Annotated[bool, said("Cases are raised on its topics, and nobody there read it.")]


class KnowledgeReportAnswer(TypedDict):
    """Of a stretch of time; each list at most 50 rows, the most used first."""

    since: Annotated[str, instant("From then on.")]
    until: Annotated[str, instant("Before then.")]
    shares: Annotated[list[ShareAnswer], said("Of articles that spared something, by tier.")]
    deflections: Annotated[list[DeflectionAnswer], said("By tier and topic.")]
    views: Annotated[list[ViewsAnswer], said("By article and tier.")]
    reuse: Annotated[list[ReuseAnswer], said("Notes and articles that helped with cases.")]
    stale: Annotated[list[StaleAnswer], said("Written more than 180 days ago, and still used.")]
    gaps: Annotated[list[GapAnswer], said("Searches that found no article.")]


@router.get("/v1/cases/{case}/similar", summary="What may help with a case")
def similar(request: Request, caller: Worker, case: str) -> SimilarListAnswer:
    """How similar cases were resolved and why, and articles, with the words that they share."""

    def work(reads: Reads) -> SimilarListAnswer:
        found = seen_case(reads, case, caller, Permission.work_cases)
        helped = reads.knowledge_use.of_case(case)
        helpers = helpers_of(reads, found, reads.cases.messages(case))
        return {
            "articles": [_answer_of(each, helped) for each in helpers.articles],
            "items": [_answer_of(each, helped) for each in helpers.notes],
        }

    return application_of(request).read(work)


def _answer_of(similar: Similar, helped: Collection[tuple[DocumentKind, str]]) -> SimilarAnswer:
    return {
        "kind": similar.kind.value,
        "id": similar.record,
        "number": similar.number,
        "title": similar.title,
        "how": similar.how,
        "why": similar.why,
        "shared": list(similar.shared),
        "also": [{"id": twin.case, "number": twin.number} for twin in similar.also],
        "has_helped": similar.is_among(helped),
    }


@router.post("/v1/cases/{case}/helpers", status_code=201, summary="Note what helped with a case")
def note_help(caller: Worker, case: str, body: HelperBody, once: Once) -> HelperAnswer:
    """It is counted as used again. The same again changes nothing."""

    def work(records: Records, occasion: Occasion) -> HelperAnswer:
        actions.note_help(records, case, actions.Helper(body.kind, body.id), occasion)
        return {"case": case, "kind": body.kind.value, "id": body.id}

    return once.act_on(case, caller, work)


@router.post(
    "/v1/articles/{article}/solutions", status_code=201, summary="Say that an article solved it"
)
def note_solved(
    request: Request, caller: Opener, article: str, body: SolutionBody, once: Once
) -> SolutionAnswer:
    """Instead of raising a case. It counts as a deflection unless the account raises a case on the
    topic within seven days."""
    application = application_of(request)
    own = sorted(caller.accounts or ())
    stated = body.account or (own[0] if own else None)
    if stated is None:
        raise Invalid("State the account.", code="no_account")
    account = account_for(application, caller, stated, Permission.open_cases)
    occasion = application.occasion(caller.id)
    found, version, tier = application.read(
        lambda reads: (
            *read_article(application, reads, article, caller),
            tiers_of(application, reads, [account]).get(account, ""),
        )
    )

    def work(records: Records) -> SolutionAnswer:
        solved = actions.note_solved(records, found, version, account, occasion, tier=tier)
        return {
            "article": solved.article,
            "account": solved.account,
            "topics": list(solved.topics),
            "tier": solved.tier,
            "at": shown(solved.at),
        }

    return once.change(caller, work)


@router.get("/v1/reports/knowledge", summary="How knowledge is used, and what is missing")
def read_report(
    request: Request, _: Writer, *, since: Since = None, until: Until = None
) -> KnowledgeReportAnswer:
    """Deflection by tier and topic, views, reuse, what is stale, and the gaps."""
    application = application_of(request)
    now = application.now()

    def work(reads: Reads) -> tuple[KnowledgeReport, tuple[ArticleShare, ...]]:
        during = knowledge_stretch(reads.snapshot, now, since, until)
        return knowledge_report(reads.snapshot, during), article_shares(reads.snapshot, during)

    report, shares = application.read(work)
    return {
        "since": shown(report.during.since),
        "until": shown(report.during.until),
        "shares": [
            {"article": each.article, "number": each.number, "title": each.title,
             "tier": each.tier, "views": each.views, "spared": each.spared,
             "raised": each.raised, "share": each.share, "is_unused": each.is_unused}
            for each in shares
        ],
        "deflections": [
            {"tier": each.tier, "topic": each.topic, "held": each.rate.held,
             "returned": each.rate.returned, "share": each.rate.share}
            for each in report.deflections
        ],
        "views": [
            {"article": each.article, "number": each.number, "title": each.title,
             "tier": each.tier, "views": each.views}
            for each in report.views
        ],
        "reuse": [
            {"kind": each.kind.value, "id": each.record, "number": each.number,
             "title": each.title, "cases": each.cases}
            for each in report.reuse
        ],
        "stale": [
            {"article": each.article, "number": each.number, "title": each.title,
             "written_at": shown(each.written_at), "views": each.views, "cases": each.cases}
            for each in report.stale
        ],
        "gaps": [{"words": each.words, "searches": each.searches} for each in report.gaps],
    }  # fmt: skip
