"""What history says of breaches, learned once a day in each process and kept in memory."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from tierline.queries.breach_risk import learned_risk

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.scorecards.breach_risk import BreachRisk
    from tierline.store.records import Reads


class BreachRisks:
    """May be asked from any thread. Dropping what is kept and learning it again changes no answer,
    but for facts of earlier days that were recorded since."""

    def __init__(self, read: Callable[[Callable[[Reads], BreachRisk]], BreachRisk]) -> None:
        self._read = read
        self._learning = threading.Lock()
        self._kept: tuple[datetime, BreachRisk] | None = None

    def of(self, now: datetime) -> BreachRisk:
        """What was known as the day began (UTC), so that all processes answer alike. Whoever asks
        first on a day waits until it is learned."""
        day = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
        with self._learning:
            if self._kept is None or self._kept[0] != day:
                self._kept = day, self._read(lambda reads: learned_risk(reads.snapshot, day))
            return self._kept[1]
