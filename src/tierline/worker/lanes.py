"""What a worker does: rows of lanes as their time comes, and duties that come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tierline.store.due_work import Claim

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is written once a row was worked on. It is done, or due again at `again_at`, when
    `attempts` are counted from there (0: as if it was new)."""

    write: Callable[[Records], None] | None = None
    again_at: datetime | None = None
    attempts: int = 0


Handler = Callable[["Application", Claim], Settled]
"""Does one row. Called again where a worker died, so what it does outside must bear that."""


Together = Callable[["Application", "Records", Sequence[Claim]], Mapping[str, datetime]]
"""Does many rows of a kind in one unit, in which nothing goes outside: when those are due again
that are, by their ids. For `Isolation.BY_STATEMENT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Rows that are done alike: `batch` rows are claimed at a time by each of `threads`. A batch
    must be done within the lease. Rows of the kinds in `sends` go outside; several of a kind in
    `together` are done in one unit, and alone only where that fails. Where it `is_held`, the rows
    of a batch are only held, and each is claimed in the unit that settles the one before it, with
    what is `around` them all: who is cut off was sending one of them at most."""

    name: str
    handlers: Mapping[str, Handler]
    batch: int
    threads: int
    sends: frozenset[str] = frozenset()
    together: Mapping[str, Together] = field(default_factory=dict)
    is_held: bool = False
    around: Callable[[Sequence[Claim]], AbstractContextManager[object]] = nullcontext

    def is_again(self, claim: Claim) -> bool:
        """Whether it is sent again, and may have arrived before."""
        return claim.is_again and claim.kind in self.sends


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something that comes back `every` so often, and is done by one worker of all. `is_needed`
    only reads, so that an idle installation writes nothing."""

    name: str
    every: timedelta
    is_needed: Callable[[Reads], bool]
    do: Callable[[Application], None]
