"""What came of sending something outside, for the worker that has it done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tierline.store.records import Records


@dataclass(frozen=True, slots=True)
class Sent:
    """What to write after an attempt, and when to try again; None where it was the last.
    `is_attempt` is False where nothing was sent, and nothing is counted."""

    write: Callable[[Records], None] | None = None
    again_at: datetime | None = None
    is_attempt: bool = True
