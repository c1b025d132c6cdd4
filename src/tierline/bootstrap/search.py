"""What each way to search shares: who may find what, and making the index again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tierline.access.permission import Permission
from tierline.knowledge.document import DocumentKind, Reach, for_account
from tierline.queries.search import case_ids_after

if TYPE_CHECKING:
    from collections.abc import Collection

    from tierline.access.caller import Caller
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads, Records

_CASES_AT_ONCE = 500


def reach_of(caller: Caller, kinds: Collection[DocumentKind] = ()) -> Reach:
    """What a caller may find of these kinds, of all that they may read where none is stated. How a
    case was resolved stands in the case too, and is found as a note only where notes are asked for.
    """
    wanted = set(kinds) or {DocumentKind.article, DocumentKind.case}
    if not caller.may(Permission.read_cases):
        wanted -= {DocumentKind.case, DocumentKind.note}
    visible = caller.visible_accounts
    if visible is None:
        return Reach(frozenset(wanted), None)
    scopes = frozenset(for_account(account) for account in visible)
    return Reach(frozenset(wanted - {DocumentKind.note}), scopes)


def make_search_again(application: Application) -> int:
    """Make the index of everything that can be found again, from the records; how many records it
    holds. Others search and write meanwhile."""
    count, after = 0, ""
    while cases := application.read(partial(_cases_after, after)):
        application.change(partial(_find_again, cases))
        count, after = count + len(cases), cases[-1]
    application.change(lambda records: records.search.make_again())
    return count


def _cases_after(after: str, reads: Reads) -> list[str]:
    return case_ids_after(reads.snapshot, after, _CASES_AT_ONCE)


def _find_again(cases: list[str], records: Records) -> None:
    records.cases.find_again(cases)
