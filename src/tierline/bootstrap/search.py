"""What each way to search shares: who may find what, and making the index again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tierline.access.permission import Permission
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import to_micros
from tierline.knowledge.article import CUSTOMERS
from tierline.knowledge.document import EVERYBODY, DocumentKind, Reach, for_account, for_tier
from tierline.queries.articles import article_ids_after
from tierline.queries.search import case_ids_after

if TYPE_CHECKING:
    from collections.abc import Collection

    from tierline.access.caller import Caller
    from tierline.bootstrap.application import Application
    from tierline.knowledge.article import Article, ArticleVersion
    from tierline.store.records import Reads, Records

_RECORDS_AT_ONCE = 500


def scopes_of(application: Application, reads: Reads, caller: Caller) -> frozenset[str] | None:
    """The words for what a caller may read as a customer: their own accounts' cases, and articles
    for everybody, for customers, and for customers of the tiers that they are on now. None for us.
    """
    visible = caller.visible_accounts
    if visible is None:
        return None
    scopes = {EVERYBODY, CUSTOMERS, *(for_account(account) for account in visible)}
    tiers = tiers_of(application, reads, visible).values()
    return frozenset(scopes | {for_tier(tier) for tier in tiers})


def tiers_of(application: Application, reads: Reads, accounts: Collection[str]) -> dict[str, str]:
    """The tier that each of some accounts is on now, where it is on one."""
    at = to_micros(application.now())
    spans = {account: application.rulebook.span_of(account, at) for account in accounts}
    contracts = {
        account: span.contract for account, span in spans.items() if span and span.contract
    }
    if not contracts:
        return {}
    held = {each.id: each for each in reads.contracts.of_ids(sorted(set(contracts.values())))}
    return {account: held[contract].plan_at(at).tier for account, contract in contracts.items()}


def tier_of(application: Application, reads: Reads, caller: Caller) -> str:
    """The tier that a caller's own account is on, to count by; empty for us, and without one."""
    own = sorted(caller.accounts or ())[:1]
    return next(iter(tiers_of(application, reads, own).values()), "")


def read_article(
    application: Application, reads: Reads, article: str, caller: Caller
) -> tuple[Article, ArticleVersion]:
    """The article, and the version of it that the caller reads. Raises NotFound: one that they do
    not read is told like one that is not there."""
    found = reads.articles.get(article)
    version = found.read_by(scopes_of(application, reads, caller))
    if version is None:
        raise NotFound(f"There is no article '{article}'.")
    return found, version


def reach_of(
    application: Application,
    reads: Reads,
    caller: Caller,
    kinds: Collection[DocumentKind] = (),
) -> Reach:
    """What a caller may find of these kinds, of all that they may read where none is stated. How a
    case was resolved stands in the case too, and is found as a note only where notes are asked for.
    """
    wanted = set(kinds) or {DocumentKind.article, DocumentKind.case}
    if not caller.may(Permission.read_cases):
        wanted -= {DocumentKind.case, DocumentKind.note}
    scopes = scopes_of(application, reads, caller)
    if scopes is not None:
        wanted -= {DocumentKind.note}
    return Reach(frozenset(wanted), scopes)


def make_search_again(application: Application) -> int:
    """Make the index of everything that can be found again, from the records; how many records it
    holds. Others search and write meanwhile."""
    count, after = 0, ""
    while cases := application.read(partial(_cases_after, after)):
        application.change(partial(_find_again, cases))
        count, after = count + len(cases), cases[-1]
    after = ""
    while articles := application.read(partial(_articles_after, after)):
        application.change(partial(_find_articles_again, articles))
        count, after = count + len(articles), articles[-1]
    application.change(lambda records: records.search.make_again())
    return count


def _articles_after(after: str, reads: Reads) -> list[str]:
    return article_ids_after(reads.snapshot, after, _RECORDS_AT_ONCE)


def _find_articles_again(articles: list[str], records: Records) -> None:
    records.articles.find_again(list(records.articles.of_ids(articles).values()))


def _cases_after(after: str, reads: Reads) -> list[str]:
    return case_ids_after(reads.snapshot, after, _RECORDS_AT_ONCE)


def _find_again(cases: list[str], records: Records) -> None:
    records.cases.find_again(cases)
