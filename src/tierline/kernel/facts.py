"""A fact: something that happened, stated once and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tierline.kernel.ids import FACT, FactId, Randomness, new_id


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened (`kind`: CaseOpened) to whom (`subject`: an id), when (`at`), and since when we
    know (`recorded_at`). The body refers to people by id, and holds no float."""

    id: FactId
    at: datetime
    recorded_at: datetime
    kind: str
    subject: str
    body: Mapping[str, Any]


def new_fact(
    kind: str,
    subject: str,
    body: Mapping[str, Any],
    *,
    at: datetime,
    now: datetime,
    randomness: Randomness,
) -> Fact:
    """A fact that becomes known `now`."""
    return Fact(new_id(FACT, now, randomness), at, now, kind, subject, body)
