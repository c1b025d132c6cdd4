"""Counting usage anew, piece after piece, each in a unit of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tierline.actions.usage_recount import Recount, count_anew, recount, repair_usage
from tierline.bootstrap.subjects import KnownSubjects
from tierline.store.unit_of_work import Isolation

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.store.records import Records


def verified(application: Application, after: str) -> Recount:
    """The next accounts after one, compared with their raw events."""
    subjects = KnownSubjects(application)
    return application.read(lambda reads: recount(reads, subjects, after=after))


def repaired(application: Application, after: str, occasion: Occasion) -> Recount:
    """The same, and made right; limits that this reaches are told."""
    subjects = KnownSubjects(application)

    def work(records: Records) -> Recount:
        found = repair_usage(records, subjects, occasion, after=after)
        application.limits.look(records, occasion)
        return found

    return application.change(work, Isolation.BY_STATEMENT)


def finish_counting(application: Application, occasion: Occasion) -> None:
    """Let every meter count what came before it was defined."""
    subjects = KnownSubjects(application)

    def work(key: str, records: Records) -> bool:
        is_more = count_anew(records, key, subjects)
        application.limits.look(records, occasion)
        return is_more

    for key in application.read(lambda reads: reads.usage_recount.unfinished()):
        while application.change(partial(work, key), Isolation.BY_STATEMENT):
            pass
