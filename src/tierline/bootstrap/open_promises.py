"""After a contract has changed: its account's open cases are held to what it promises more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.accounts.hierarchy import Inheritable, way_up
from tierline.actions.open_promises import FACTS, READER, improve_open_cases, watch

if TYPE_CHECKING:
    from collections.abc import Collection

    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.entitlements.span import Span
    from tierline.store.outbox import Published
    from tierline.store.records import Reads, Records

_FACTS_AT_ONCE = 500


def has_news(reads: Reads) -> bool:
    """Whether there are facts that were not looked at for this."""
    return reads.outbox.position(READER) < reads.outbox.head()


def follow_contracts(application: Application, occasion: Occasion) -> None:
    """Look at every fact that is new: whose contract has changed has their open cases improved."""

    def look(reads: Reads) -> tuple[int, tuple[Published, ...]]:
        seen = reads.outbox.position(READER)
        return seen, reads.outbox.after(seen, limit=_FACTS_AT_ONCE)

    while True:
        seen, placed = application.read(look)
        if not placed:
            return
        changed = {each.fact.subject for each in placed if each.fact.kind in FACTS}
        for account in sorted(_with_heirs(application, changed)):
            _follow(application, account, occasion)
        _move(application, seen, placed[-1].position)


def spans_of(application: Application, account: str) -> tuple[Span, ...]:
    """All stretches of an account's rules; none of one that has no contract."""
    first = application.rulebook.ruleset.accounts.get(account)
    if first is None:
        return ()
    return first.timeline.spans if first.timeline else (first,)


def _follow(application: Application, account: str, occasion: Occasion) -> None:
    spans = spans_of(application, account)

    def work(records: Records) -> None:
        improve_open_cases(records, account, spans, occasion)
        watch(records, account, spans, occasion)

    application.change(work)


def _move(application: Application, seen: int, to: int) -> None:
    application.change(lambda records: records.outbox.move(READER, seen=seen, to=to))


def _with_heirs(application: Application, accounts: Collection[str]) -> set[str]:
    """These accounts, and all who stand on their contracts, as they are in the database now."""
    if not accounts:
        return set()
    links = application.read(lambda reads: reads.hierarchy.inheriting(Inheritable.contract))
    heirs = {
        each
        for each in links
        if not set(accounts).isdisjoint(way_up(Inheritable.contract, each, links))
    }
    found = heirs | set(accounts)
    application.read(lambda reads: application.rulebook.read_again(reads, sorted(found)))
    return found
