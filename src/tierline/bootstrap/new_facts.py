"""Facts of the journal that a reader has not looked at yet, a stretch of them at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tierline.bootstrap.application import Application
    from tierline.store.outbox import Published
    from tierline.store.records import Reads

_FACTS_AT_ONCE = 500


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

    def look(reads: Reads) -> tuple[int, tuple[Published, ...]]:
        seen = reads.outbox.position(reader)
        return seen, reads.outbox.after(seen, limit=_FACTS_AT_ONCE)

    while True:
        seen, placed = application.read(look)
        if not placed:
            return
        changed = {each.fact.subject for each in placed if each.fact.kind in kinds}
        if changed:
            follow(sorted(changed))
        _move(application, reader, seen, placed[-1].position)


def _move(application: Application, reader: str, seen: int, to: int) -> None:
    application.change(lambda records: records.outbox.move(reader, seen=seen, to=to))
