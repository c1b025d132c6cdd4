"""The guide in memory: how cases of a batch are worked by it (decision 0173)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tierline.cases.playbook import Guide
    from tierline.cases.playbook_run import GuideEvent
    from tierline.knowledge.suggestion import SolvedCase
    from tierline.store.records import Reads, Records

Read = Callable[[Callable[["Reads"], Any]], Any]


class BatchGuides:
    """What was said and ticked on the cases of a batch. The guide in force is read once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._newest: tuple[int, Guide] | None = None
        self._events: dict[str, list[GuideEvent]] = {}

    def newest(self) -> tuple[int, Guide]:
        """The guide in force with its number; 0 and an empty one where there is none."""
        if self._newest is None:
            self._newest = self._read(lambda reads: reads.guides.newest())
        found: tuple[int, Guide] = self._newest
        return found

    def get(self, number: int) -> Guide:
        """A version of the guide. Raises NotFound."""
        known, guide = self.newest()
        if known == number:
            return guide
        found: Guide = self._read(lambda reads: reads.guides.get(number))
        return found

    def of_case(self, case: str) -> tuple[GuideEvent, ...]:
        """What was said and ticked on a case, in its order."""
        return tuple(self._events.get(case, ()))

    def note(self, case: str, place: int, event: GuideEvent) -> None:
        """Keep what was said or ticked."""
        events = self._events.setdefault(case, [])
        if place != len(events):
            raise AssertionError(f"{case} has {len(events)} of them, and this one says {place}")
        events.append(event)

    def put_into(self, records: Records) -> None:
        """Write all of it."""
        for case, events in self._events.items():
            for place, event in enumerate(events):
                records.guides.note(case, place, event)

    def forget(self) -> None:
        """Let go of what was written."""
        self._events.clear()


class NoSuggestions:
    """Nobody is asked what is alike: who tells a case knows what it is about."""

    def solved_alike(
        self,
        _texts: Sequence[str],
        *,
        without: str = "",  # noqa: ARG002 - as whoever knows such cases is asked
    ) -> tuple[SolvedCase, ...]:
        """None."""
        return ()
