"""Many cases as columns: the same facts as `CaseHistory`, held so that a year is one array."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CaseHistory
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Labels:
    """A text column: `codes` index into `names`; -1 is absent."""

    codes: NDArray[np.int32]
    names: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Labels:
        """Encode texts in the order of first appearance; an empty text is absent."""
        names = tuple(filter(None, dict.fromkeys(texts)))
        code_of = {"": -1} | {name: code for code, name in enumerate(names)}
        codes = np.fromiter(map(code_of.__getitem__, texts), np.int32, len(texts))
        return cls(codes, names)

    def text(self, place: int) -> str:
        """The text at a place, or an empty one."""
        code = int(self.codes[place])
        return self.names[code] if code >= 0 else ""


@dataclass(frozen=True)
class CaseLog:
    """Events sorted by case and time; each case is a run of rows that begins with `opened`."""

    case_ids: tuple[str, ...]
    first_row: NDArray[np.int64]
    """Row of each case's `opened` event, and the number of rows at the end: one longer."""
    at: NDArray[np.int64]
    """Microseconds since 1970 (UTC)."""
    kind: NDArray[np.int8]
    value: Labels
    """Severity, tier or pause reason of the event."""
    tier: Labels
    """By case: the tier in force when it was opened."""
    as_of: int
    """Microseconds since 1970: the log is complete up to here."""
    attributes: Mapping[str, Labels]
    """By case."""

    def __len__(self) -> int:
        return len(self.case_ids)

    @property
    def opened_at(self) -> NDArray[np.int64]:
        """By case."""
        return self.at[self.first_row[:-1]]

    @cached_property
    def case_of_row(self) -> NDArray[np.int64]:
        """The case index of every row."""
        return np.repeat(np.arange(len(self)), np.diff(self.first_row))

    @cached_property
    def _place_of(self) -> dict[str, int]:
        return {case_id: place for place, case_id in enumerate(self.case_ids)}

    def place_of(self, case_id: str) -> int:
        """The index of a case. Raises NotFound."""
        try:
            return self._place_of[case_id]
        except KeyError:
            raise NotFound(f"There is no case '{case_id}' in this log.") from None

    def history(self, place: int) -> CaseHistory:
        """The facts of one case."""
        rows = range(int(self.first_row[place]), int(self.first_row[place + 1]))
        events = tuple(
            CaseEvent(
                from_micros(self.at[row]), EventKind(int(self.kind[row])), self.value.text(row)
            )
            for row in rows
        )
        attributes = {name: labels.text(place) for name, labels in self.attributes.items()}
        return CaseHistory(self.case_ids[place], self.tier.text(place), events, attributes)

    @classmethod
    def of(cls, histories: Sequence[CaseHistory], as_of: datetime) -> CaseLog:
        """The log of these cases; for tests, samples and single cases."""
        events = [event for history in histories for event in history.events]
        names = sorted({name for history in histories for name in history.attributes})
        counts = [0, *(len(history.events) for history in histories)]
        return cls(
            case_ids=tuple(history.case_id for history in histories),
            first_row=np.cumsum(np.array(counts, dtype=np.int64)),
            at=np.array([to_micros(event.at) for event in events], dtype=np.int64),
            kind=np.array([event.kind for event in events], dtype=np.int8),
            value=Labels.of([event.value for event in events]),
            tier=Labels.of([history.tier for history in histories]),
            as_of=to_micros(as_of),
            attributes={
                name: Labels.of([history.attributes.get(name, "") for history in histories])
                for name in names
            },
        )
