"""Facts of the journal that a reader has not looked at yet, a stretch of them at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads

_FACTS_AT_ONCE = 10_000


def has_new_facts(reads: Reads, reader: str) -> bool:
    """Whether there are facts that the reader has not looked at."""
    return reads.outbox.position(reader) < reads.outbox.head()


def follow_facts(
    application: Application,
    reader: str,
    kinds: Collection[str],
    follow: Callable[[list[str]], None],
) -> None:
    """Call `follow` with the subjects of new facts of these kinds, until there are none.

    The reader moves on after it: whoever was stopped between the two is called again, so `follow`
    does nothing new for a subject that it has followed.
    """

    def look(reads: Reads) -> tuple[int, int, list[str]]:
        outbox = reads.outbox
        seen = outbox.position(reader)
        upto = min(outbox.head(), seen + _FACTS_AT_ONCE)
        return seen, upto, outbox.subjects_after(seen, kinds, upto=upto)

    while True:
        seen, upto, changed = application.read(look)
        if upto <= seen:
            return
        if changed:
            follow(changed)
        _move(application, reader, seen, upto)


def _move(application: Application, reader: str, seen: int, to: int) -> None:
    application.change(lambda records: records.outbox.move(reader, seen=seen, to=to))
