"""Cases that go together: merged ones, and those that were split off (decision 0180).

A merged case keeps its facts, its promise and its clocks. What we say and do in the case that it
goes with is said and done in it as well, and what its customer writes is heard there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from tierline.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from tierline.cases.case import Case
    from tierline.cases.participant import Merge, Split

_OUT_OF_TURN = frozenset({"case_ended", "case_open", "case_waits", "case_waits_not"})


class KnownLinks(Protocol):
    """Which cases go together."""

    def merge_of(self, case: str) -> Merge | None: ...
    def merged_into(self, case: str) -> tuple[Merge, ...]: ...
    def split_of(self, case: str) -> Split | None: ...
    def splits_from(self, case: str) -> tuple[Split, ...]: ...


class LinksOfMany(Protocol):
    """Which of many cases go together."""

    def merges_among(self, cases: Collection[str]) -> dict[str, str]: ...


class CaseLinks(KnownLinks, LinksOfMany, Protocol):
    """The records of it."""

    def merge(self, merge: Merge) -> None: ...
    def unmerge(self, case: str) -> None: ...
    def split(self, split: Split) -> None: ...


class LinkedBooks(Protocol):
    """What looking at them needs."""

    @property
    def links(self) -> CaseLinks: ...


def speaking_for_all(links: LinksOfMany, cases: Sequence[str]) -> list[str]:
    """Of these cases those in which something is to be said, so that it is said once in each: what
    is said in a case is said in those that go with it."""
    into, among = links.merges_among(cases), set(cases)
    return [case for case in cases if into.get(case) not in among]


def in_merged(books: LinkedBooks, case: Case, act: Callable[[str], object]) -> None:
    """Do the same in the cases that go with this one; one in which it cannot be done by now (it
    waits already, it has ended) is let be."""
    for each in books.links.merged_into(case.id):
        try:
            act(each.case)
        except Invalid:
            continue  # its own promise has no such reason to wait
        except Conflict as error:
            if error.code not in _OUT_OF_TURN:
                raise


def in_main(books: LinkedBooks, case: Case, act: Callable[[str], object]) -> None:
    """Have the case hear it that this one goes with, if there is one and it has not ended."""
    merge = books.links.merge_of(case.id)
    if merge is None:
        return
    try:
        act(merge.into)
    except Conflict as error:
        if error.code not in _OUT_OF_TURN:
            raise
