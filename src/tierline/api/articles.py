"""Articles over HTTP: written, published, read and retired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import articles as actions
from tierline.api.answers import ActorId, Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.search import read_article, scopes_of
from tierline.knowledge.article import (
    TEXT_LIMIT_CHARACTERS,
    TIERS_LIMIT_COUNT,
    TITLE_LIMIT_CHARACTERS,
    TOPIC_LIMIT_CHARACTERS,
    TOPICS_LIMIT_COUNT,
    Article,
    ArticleState,
    ArticleVersion,
    Audience,
    Wording,
    name_of,
)
from tierline.queries import articles as queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records

router = Routes(tags=["knowledge"])
Reader = Annotated[Caller, Depends(may(Permission.read_articles))]
Writer = Annotated[Caller, Depends(may(Permission.write_articles))]
Topic = Annotated[str, Field(min_length=1, max_length=TOPIC_LIMIT_CHARACTERS)]


class ArticleRowAnswer(TypedDict):
    """An article in a list."""

    id: Id
    number: Annotated[int, said("112 for KB-112.")]
    name: Annotated[str, said("What people call it by: KB-112.")]
    title: Annotated[str, said("Its title.")]
    state: Annotated[str, word_of(ArticleState, "Where it is in its life.")]


class ArticleVersionAnswer(TypedDict):
    """A version that was written."""

    version: Annotated[int, said("From 1.")]
    title: Annotated[str, said("Its title.")]
    written_at: Annotated[str, instant("When.")]
    written_by: ActorId


class ArticleAnswer(ArticleRowAnswer):
    """An article as its reader sees it."""

    version: Annotated[int, said("The version that is shown: the published one, else the newest.")]
    text: Annotated[str, said("Its text, in Markdown.")]
    audience: Annotated[str, word_of(Audience, "For whom it is.")]
    tiers: Annotated[list[str], said("Customers of which tiers read it; none: of all of them.")]
    topics: Annotated[list[str], said("What it is about.")]
    written_at: Annotated[str, instant("When this version was written.")]
    versions: Annotated[
        list[ArticleVersionAnswer], said("Every version, for us; for customers nothing.")
    ]


class ArticleBody(Body):
    """A wording. An article for customers may be narrowed down to those of some tiers."""

    title: Annotated[str, Field(min_length=1, max_length=TITLE_LIMIT_CHARACTERS)]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT_CHARACTERS)]
    audience: Audience = Audience.us
    tiers: Annotated[frozenset[Word], Field(max_length=TIERS_LIMIT_COUNT)] = frozenset()
    topics: Annotated[tuple[Topic, ...], Field(max_length=TOPICS_LIMIT_COUNT)] = ()


@router.post("/v1/articles", status_code=201, summary="Write an article")
def write_article(
    response: Response, caller: Writer, body: ArticleBody, once: Once
) -> ArticleAnswer:
    """A draft, which customers do not see until it is published."""

    def work(records: Records, occasion: Occasion) -> Article:
        article = actions.write_article(records, _wording(body), occasion)
        response.headers["Location"] = f"/v1/articles/{article.id}"
        return article

    return _changed(once, caller, work)


@router.get("/v1/articles", summary="Articles, by title")
def list_articles(
    request: Request,
    caller: Reader,
    *,
    state: Annotated[ArticleState | None, Query(description="In this state.")] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ArticleRowAnswer]:
    """Those that the caller may read: of ours also drafts, and what was retired."""
    application = application_of(request)
    page = application.read(
        lambda reads: queries.list_articles(
            reads.snapshot, scopes_of(application, reads, caller),
            state=state, after=after, limit=limit,
        )
    )  # fmt: skip
    return listed([_row(each.id, each.number, each.title, each.state) for each in page.items],
                  page.next)  # fmt: skip


@router.get("/v1/articles/{article}", summary="One article")
def show_article(request: Request, caller: Reader, article: str) -> ArticleAnswer:
    """The published version; for us the newest one where none is published."""
    application = application_of(request)

    def work(reads: Reads) -> ArticleAnswer:
        found, version = read_article(application, reads, article, caller)
        return _answer(found, version, is_ours=caller.accounts is None)

    return application.read(work)


@router.post("/v1/articles/{article}/versions", status_code=201, summary="Write an article anew")
def rewrite_article(caller: Writer, article: str, body: ArticleBody, once: Once) -> ArticleAnswer:
    """A further version. What is published stays as it is until this one is published too."""
    return _changed(
        once, caller,
        lambda records, at: actions.rewrite_article(records, article, _wording(body), at),
    )  # fmt: skip


@router.put("/v1/articles/{article}/publication", summary="Publish the newest version")
def publish_article(caller: Writer, article: str, once: Once) -> ArticleAnswer:
    """From now on everybody reads it for whom it is."""
    return _changed(once, caller, lambda records, at: actions.publish_article(records, article, at))


@router.put("/v1/articles/{article}/retirement", summary="Retire an article")
def retire_article(caller: Writer, article: str, once: Once) -> ArticleAnswer:
    """Customers do not read or find it any more. Publishing it brings it back."""
    return _changed(once, caller, lambda records, at: actions.retire_article(records, article, at))


def _wording(body: ArticleBody) -> Wording:
    return Wording(
        title=body.title.strip(),
        text=body.text,
        audience=body.audience,
        tiers=body.tiers,
        topics=tuple(dict.fromkeys(topic.strip() for topic in body.topics)),
    )


def _changed(
    once: OnceOnly, caller: Caller, act: Callable[[Records, Occasion], Article]
) -> ArticleAnswer:
    def work(records: Records, occasion: Occasion) -> ArticleAnswer:
        article = act(records, occasion)
        return _answer(article, article.newest, is_ours=True)

    return once.act(caller, work)


def _row(id_: str, number: int, title: str, state: ArticleState) -> ArticleRowAnswer:
    return {
        "id": id_,
        "number": number,
        "name": name_of(number),
        "title": title,
        "state": state.value,
    }


def _answer(article: Article, version: ArticleVersion, *, is_ours: bool) -> ArticleAnswer:
    wording = version.wording
    return {
        **_row(article.id, article.number, wording.title, article.state),
        "version": version.number,
        "text": wording.text,
        "audience": wording.audience.value,
        "tiers": sorted(wording.tiers),
        "topics": list(wording.topics),
        "written_at": shown(version.written_at),
        "versions": [
            {
                "version": each.number,
                "title": each.wording.title,
                "written_at": shown(each.written_at),
                "written_by": each.written_by,
            }
            for each in (article.versions if is_ours else ())
        ],
    }
