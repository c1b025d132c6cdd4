"""What is done with what was learned: it helps with a case, or solves one before it is raised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tierline.actions.occasion import Journal
from tierline.cases.case import Case
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.kernel.ids import DEFLECTION
from tierline.knowledge.article import Article
from tierline.knowledge.deflection import Solved
from tierline.knowledge.document import DocumentKind

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.knowledge.article import ArticleVersion


class KnowledgeUse(Protocol):
    """What was used."""

    def use(self, case: str, kind: DocumentKind, record: str, *, at: datetime, by: str) -> bool: ...
    def solve(self, id_: str, solved: Solved) -> None: ...


class Articles(Protocol):
    """The articles that there are."""

    def get(self, article: str) -> Article: ...


class Cases(Protocol):
    """The cases that there are."""

    def get(self, case: str) -> Case: ...


class KnowledgeBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def knowledge_use(self) -> KnowledgeUse: ...
    @property
    def articles(self) -> Articles: ...
    @property
    def cases(self) -> Cases: ...


@dataclass(frozen=True, slots=True)
class Helper:
    """What helped: an article, or the note of how another case was resolved."""

    kind: DocumentKind
    record: str


def note_help(books: KnowledgeBooks, case_id: str, helper: Helper, occasion: Occasion) -> None:
    """The record helped with the case. The same again changes nothing. Raises NotFound, and Invalid
    for what cannot help."""
    case = books.cases.get(case_id)
    if helper.kind is DocumentKind.article:
        books.articles.get(helper.record)
    elif helper.kind is DocumentKind.note and helper.record != case_id:
        books.cases.get(helper.record)
    else:
        fault = Fault("no_help", "An article helps, or the note of another case.", "kind")
        raise Invalid("This cannot be noted as help.", [fault])
    is_new = books.knowledge_use.use(
        case_id, helper.kind, helper.record, at=occasion.now, by=occasion.by
    )
    if is_new:
        body = {"case": case_id, "kind": helper.kind.value, "record": helper.record}
        books.append([occasion.fact("KnowledgeUsed", case.account or case_id, body)])


def note_solved(
    books: KnowledgeBooks, article: Article, version: ArticleVersion, account: str,
    occasion: Occasion, *, tier: str,
) -> Solved:  # fmt: skip
    """Somebody of an account says that the article solved it; no case was raised."""
    if article.in_force != version:
        raise NotFound(f"There is no article '{article.id}'.")
    solved = Solved(
        account=account,
        article=article.id,
        topics=version.wording.topics or (version.wording.title,),
        tier=tier,
        at=occasion.now,
    )
    id_ = occasion.new_id(DEFLECTION)
    books.knowledge_use.solve(id_, solved)
    body = {"deflection": id_, "article": article.id, "version": version.number}
    books.append([occasion.fact("ArticleSolved", account, body)])
    return solved
