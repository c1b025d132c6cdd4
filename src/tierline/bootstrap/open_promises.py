"""After a contract has changed: its account's open cases are held to what it promises more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.accounts.hierarchy import Inheritable, way_up
from tierline.actions.open_promises import FACTS, READER, improve_open_cases, watch
from tierline.bootstrap.new_facts import follow_facts

if TYPE_CHECKING:
    from collections.abc import Collection

    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.entitlements.span import Span
    from tierline.store.records import Records


def follow_contracts(application: Application, occasion: Occasion) -> None:
    """Look at every fact that is new: whose contract has changed has their open cases improved."""

    def follow(changed: Collection[str]) -> None:
        for account in sorted(_with_heirs(application, changed)):
            _follow(application, account, occasion)

    follow_facts(application, READER, FACTS, follow)


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


def _with_heirs(application: Application, accounts: Collection[str]) -> set[str]:
    """These accounts, and all who stand on their contracts, as they are in the database now."""
    links = application.read(lambda reads: reads.hierarchy.inheriting(Inheritable.contract))
    heirs = {
        each
        for each in links
        if not set(accounts).isdisjoint(way_up(Inheritable.contract, each, links))
    }
    found = heirs | set(accounts)
    application.read(lambda reads: application.rulebook.read_again(reads, sorted(found)))
    return found
