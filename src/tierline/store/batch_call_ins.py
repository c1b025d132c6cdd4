"""Call-ins in memory: how leads are called in to cases of a batch (decision 0173)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.routing.call_in import CallInEvent
    from tierline.routing.subject_leads import SubjectLeads
    from tierline.store.batch_books import Read
    from tierline.store.records import Records


class BatchCallIns:
    """The facts of the call-ins of a batch."""

    def __init__(self) -> None:
        self._events: dict[str, list[CallInEvent]] = {}

    def of_case(self, case: str) -> tuple[CallInEvent, ...]:
        """What happened with the call-ins of a case, in its order."""
        return tuple(self._events.get(case, ()))

    def note(self, case: str, place: int, events: Sequence[CallInEvent]) -> None:
        """Keep what happened."""
        known = self._events.setdefault(case, [])
        if place != len(known):
            raise AssertionError(f"{case} has {len(known)} of them, and this one says {place}")
        known += events

    def put_into(self, records: Records) -> None:
        """Write all of it."""
        for case, events in self._events.items():
            records.call_ins.note(case, 0, events)

    def forget(self) -> None:
        """Let go of what was written."""
        self._events.clear()


class KeptSubjectLeads:
    """Who leads what, read once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._newest: tuple[int, SubjectLeads] | None = None

    def newest(self) -> tuple[int, SubjectLeads]:
        """The version in force with its number; 0 and nobody where there is none."""
        if self._newest is None:
            self._newest = self._read(lambda reads: reads.subject_leads.newest())
        found: tuple[int, SubjectLeads] = self._newest
        return found

    def get(self, number: int) -> SubjectLeads:
        """A version. Raises NotFound."""
        found: SubjectLeads = self._read(lambda reads: reads.subject_leads.get(number))
        return found
