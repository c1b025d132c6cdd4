"""A usage event: one fact of use, named by its source and id, so that it counts once."""

from __future__ import annotations

from typing import Any

import msgspec

from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Fault
from tierline.kernel.instants import format_micros

Data = dict[str, Any]
WORD_LIMIT_CHARACTERS = 500
DATA_LIMIT_BYTES = 64 * 1024
DATA_LIMIT_LEVELS = 32


class UsageEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """In CloudEvents' shape. `subject` is the account (its id or an alias of it), `at` the instant
    of use in microseconds since 1970. `corrects` is the id of an earlier event of the same source
    that this one replaces."""

    source: str
    id: str
    type: str
    subject: str
    at: int
    data: Data
    corrects: str | None = None
    digest: str = ""

    def with_digest(self) -> UsageEvent:
        """The event with the digest of all that it says."""
        said = {
            "type": self.type,
            "subject": self.subject,
            "at": self.at,
            "data": _texts(self.data),
            "corrects": self.corrects,
        }
        return msgspec.structs.replace(self, digest=digest_of(said).removeprefix("sha256:")[:32])

    def __str__(self) -> str:
        return f"{self.type} {self.id} of {self.subject} at {format_micros(self.at)}"


def faults_of(event: UsageEvent, path: str = "") -> list[Fault]:
    """What is wrong with the words of an event."""
    found = []
    for name in ("source", "id", "type", "subject", "corrects"):
        word: str | None = getattr(event, name)
        if word is None:
            continue
        if not word or len(word) > WORD_LIMIT_CHARACTERS:
            found.append(
                Fault(
                    "bad_word",
                    f"'{name}' is text of 1 to {WORD_LIMIT_CHARACTERS} characters.",
                    f"{path}{name}",
                )
            )
        elif not is_storable(word):
            found.append(
                Fault(
                    "unstorable_text",
                    f"'{name}' holds a NUL or half of a pair of characters.",
                    f"{path}{name}",
                )
            )
    return found


def is_too_deep(data: Data) -> bool:
    """Whether values stand in each other over more than `DATA_LIMIT_LEVELS` levels."""
    level: list[Any] = [data]
    for _ in range(DATA_LIMIT_LEVELS):
        level = [
            part
            for value in level
            for part in (value.values() if isinstance(value, dict) else value)
            if isinstance(part, dict | list)
        ]
        if not level:
            return False
    return True


def is_storable(word: str) -> bool:
    """Whether every database can keep the text."""
    return "\x00" not in word and not any("\ud800" <= letter <= "\udfff" for letter in word)


def _texts(value: Any) -> Any:
    """Plain values without floats: a float is written differently by different programs."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {str(key): _texts(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_texts(part) for part in value]
    return value
