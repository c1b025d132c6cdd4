"""Articles: the list, reading one, and writing with a preview."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as with_default
from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import articles as actions
from tierline.bootstrap.search import read_article, scopes_of, tier_of
from tierline.kernel.errors import NotFound, TierlineError
from tierline.knowledge.article import (
    TEXT_LIMIT_CHARACTERS,
    ArticleState,
    Audience,
    Wording,
    name_of,
    refuse_faults,
)
from tierline.languages.language import message
from tierline.queries import articles as queries
from tierline.queries.actors import users_named
from tierline.web.badges import Badge
from tierline.web.forms import field, sent_with, told
from tierline.web.markdown import markdown
from tierline.web.offered import tiers_offered
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go
from tierline.web.whose import actor_in_words, is_staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.kernel.errors import Fault
    from tierline.knowledge.article import Article, ArticleVersion
    from tierline.queries.actors import NamedUser
    from tierline.queries.pages import Page
    from tierline.store.records import Reads, Records
    from tierline.web.visits import Form

PATH = "/articles"
STATES = {
    ArticleState.draft: Badge("paused", "○", message("Draft")),
    ArticleState.published: Badge("ok", "✓", message("Published")),
    ArticleState.retired: Badge("paused", "■", message("Retired")),
}
_AUDIENCES = [
    (Audience.us.value, "Us"),
    (Audience.customers.value, "Customers"),
    (Audience.public.value, "Everybody"),
]
_CHOICES = [("", "All"), *((state.value, badge.words) for state, badge in STATES.items())]
_FIELDS = ("title", "audience", "topics", "text")


@dataclass(frozen=True, slots=True)
class _Typed:
    """A form as it was sent."""

    values: dict[str, str] = with_default(default_factory=dict)
    tiers: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()


@shown_to(Permission.read_articles)
def articles_page(visit: Visit) -> Response:
    """Those that the visitor may read, by title."""
    after, state = visit.asked("after", 2_000), _state(visit.asked("state", 20))

    def work(reads: Reads) -> Page[queries.ArticleRow]:
        scopes = scopes_of(visit.application, reads, visit.caller)
        return queries.list_articles(reads.snapshot, scopes, state=state, after=after or None)

    page = visit.application.read(work)
    return visit.page(
        "pages/articles.html",
        rows=[{"article": row, "name": name_of(row.number), "state": STATES[row.state]}
              for row in page.items],
        next=page.next,
        is_first=not after,
        state="" if state is None else state.value,
        choices=_CHOICES,
        is_staff=is_staff(visit),
        may_write=visit.caller.may(Permission.write_articles),
    )  # fmt: skip


@shown_to(Permission.read_articles)
def article_page(visit: Visit) -> Response:
    """One article; for us with its versions."""

    def work(reads: Reads) -> tuple[Article, ArticleVersion, dict[str, NamedUser]]:
        article, version = read_article(
            visit.application, reads, visit.path_word("article"), visit.caller
        )
        return (
            article,
            version,
            users_named(reads.snapshot, {e.written_by for e in article.versions}),
        )

    article, version, users = visit.application.read(work)
    _count_view(visit, article)
    return visit.page(
        "pages/article.html",
        article=article,
        name=name_of(article.number),
        version=version,
        audience=dict(_AUDIENCES)[version.wording.audience.value],
        state=STATES[article.state],
        is_solved=bool(visit.asked("solved")),
        html=markdown(version.wording.text),
        versions=[(each, actor_in_words(visit, each.written_by, users))
                  for each in reversed(article.versions)],
        is_staff=is_staff(visit),
        may_write=visit.caller.may(Permission.write_articles),
    )  # fmt: skip


def _count_view(visit: Visit, article: Article) -> None:
    tier = visit.application.read(lambda reads: tier_of(visit.application, reads, visit.caller))
    visit.application.change(
        lambda records: records.knowledge_use.count_view(article.id, at=visit.now, tier=tier)
    )


@shown_to(Permission.write_articles)
def new_page(visit: Visit) -> Response:
    """The form for a new article."""
    return _form(visit, None, _Typed())


@shown_to(Permission.write_articles)
def edit_page(visit: Visit) -> Response:
    """The form with the newest version in it."""
    article = _article(visit)
    wording = article.newest.wording
    values = {"title": wording.title, "audience": wording.audience.value, "text": wording.text,
              "topics": ", ".join(wording.topics)}  # fmt: skip
    return _form(visit, article, _Typed(values, wording.tiers))


@sent_with(Permission.write_articles)
def write(visit: Visit, form: Form) -> Response:
    """A new article, or the form again with what it will look like."""
    return _sent(visit, form, None)


@sent_with(Permission.write_articles)
def rewrite(visit: Visit, form: Form) -> Response:
    """A further version, or the form again with what it will look like."""
    return _sent(visit, form, _article(visit))


@sent_with(Permission.write_articles)
def publish(visit: Visit, _: Form) -> Response:
    """The newest version is read from now on."""
    return _changed(visit, actions.publish_article)


@sent_with(Permission.write_articles)
def retire(visit: Visit, _: Form) -> Response:
    """Nobody finds it any more."""
    return _changed(visit, actions.retire_article)


def _changed(visit: Visit, act: Callable[[Records, str, Occasion], Article]) -> Response:
    occasion = visit.application.occasion(visit.caller.id)
    article = visit.path_word("article")
    changed = visit.application.change(lambda records: act(records, article, occasion))
    return go(f"{PATH}/{changed.id}")


def _sent(visit: Visit, form: Form, article: Article | None) -> Response:
    tiers = frozenset(name.partition(".")[2] for name in form if name.startswith("tiers."))
    typed = _Typed(dict.fromkeys(_FIELDS, ""), tiers)
    try:
        typed.values.update({name: field(form, name, TEXT_LIMIT_CHARACTERS) for name in _FIELDS})
        wording = _wording(typed)
        if form.get("preview"):
            known = list(visit.application.read(tiers_offered))
            refuse_faults(wording, known)
            return _form(visit, article, typed, preview=wording)
        occasion = visit.application.occasion(visit.caller.id)
        kept = visit.application.change(lambda records: _kept(records, article, wording, occasion))
    except TierlineError as error:
        faulty = _Typed(typed.values, typed.tiers, told(error, "title"))
        return _form(visit, article, faulty)
    return go(f"{PATH}/{kept.id}")


def _kept(
    records: Records, article: Article | None, wording: Wording, occasion: Occasion
) -> Article:
    if article is None:
        return actions.write_article(records, wording, occasion)
    return actions.rewrite_article(records, article.id, wording, occasion)


def _wording(typed: _Typed) -> Wording:
    stated = typed.values
    audience = stated["audience"]
    topics = (topic.strip() for topic in stated["topics"].split(","))
    return Wording(
        title=stated["title"],
        text=stated["text"],
        audience=Audience(audience) if audience in set(Audience) else Audience.us,
        tiers=typed.tiers,
        topics=tuple(dict.fromkeys(topic for topic in topics if topic)),
    )


def _form(
    visit: Visit, article: Article | None, typed: _Typed, preview: Wording | None = None
) -> Response:
    return visit.page(
        "pages/article_form.html",
        status=422 if typed.faults else 200,
        typed=typed,
        article=article,
        name="" if article is None else name_of(article.number),
        audiences=_AUDIENCES,
        tiers=[(key, words, "") for key, words in visit.application.read(tiers_offered).items()],
        preview=preview,
        html=None if preview is None else markdown(preview.text),
    )


def _article(visit: Visit) -> Article:
    article = visit.path_word("article")
    return visit.application.read(lambda reads: reads.articles.get(article))


def _state(text: str) -> ArticleState | None:
    if text and text not in set(ArticleState):
        raise NotFound(f"There is no state '{text}' of articles.")
    return ArticleState(text) if text else None


_ARTICLE = PATH + "/{article}"
ROUTES = [
    Route(PATH, articles_page, methods=["GET"]),
    Route(PATH, write, methods=["POST"]),
    Route(f"{PATH}/new", new_page, methods=["GET"]),
    Route(_ARTICLE, article_page, methods=["GET"]),
    Route(f"{_ARTICLE}/edit", edit_page, methods=["GET"]),
    Route(f"{_ARTICLE}/versions", rewrite, methods=["POST"]),
    Route(f"{_ARTICLE}/publication", publish, methods=["POST"]),
    Route(f"{_ARTICLE}/retirement", retire, methods=["POST"]),
]
