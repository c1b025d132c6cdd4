"""The occasion of an action: when it is done, by whom, and where new ids take their chance from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tierline.kernel.facts import Fact, new_fact
from tierline.kernel.ids import IdT, Kind, Randomness, new_id
from tierline.languages.language import ENGLISH, Language


@dataclass(frozen=True, slots=True)
class Occasion:
    """`by` is the id of the user or token, or a word for the system itself (`operator`);
    `language` is the installation's, for readers of whom none is known."""

    now: datetime
    by: str
    randomness: Randomness
    language: Language = ENGLISH

    def new_id(self, kind: Kind[IdT]) -> IdT:
        """An id for a new thing of a kind."""
        return new_id(kind, self.now, self.randomness)

    def fact(
        self, kind: str, subject: str, body: Mapping[str, Any], *, at: datetime | None = None
    ) -> Fact:
        """A fact about `subject` that becomes known now; it happened now where `at` is absent."""
        return new_fact(
            kind,
            subject,
            {"by": self.by, **body},
            at=at or self.now,
            now=self.now,
            randomness=self.randomness,
        )


class Journal(Protocol):
    """Where facts go."""

    def append(self, facts: Iterable[Fact]) -> None:
        """Write facts down for ever."""
