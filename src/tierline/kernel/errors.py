"""Every error that Tierline raises on purpose, each with a stable code and a sentence.

Entry points map the five kinds once: to an exit code, to problem+json, to a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input: where, what, and what to write instead.

    `path` is the place inside the document (`tiers.gold.targets[2].within`), `line` and `column`
    count from 1 and are None where the input has no lines.
    """

    code: str
    message: str
    path: str = ""
    write_instead: str = ""
    source: str = ""
    line: int | None = None
    column: int | None = None

    def place(self) -> str:
        """`file:line:column path`, with the parts that are known."""
        parts = [self.source] if self.source else []
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        where = ":".join(parts)
        return f"{where} {self.path}".strip()

    def __str__(self) -> str:
        place = self.place()
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} {self.write_instead}".rstrip()


class TierlineError(Exception):
    """Base of all errors with a code. `str(error)` is a sentence for the person who caused it; it
    can be written as UTF-8 whatever it quotes: half of a pair stands in it as `\\ud800`."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        writable = message.encode("utf-8", "backslashreplace").decode()
        super().__init__(writable)
        self.message = message if writable == message else writable
        if code is not None:
            self.code = code


class Invalid(TierlineError):
    """An input breaks its rules. Carries all faults found, not the first one."""

    code = "invalid"

    def __init__(
        self, message: str, faults: Sequence[Fault] = (), *, code: str | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.faults = tuple(faults)


class NotFound(TierlineError):
    """What was asked for is not there."""

    code = "not_found"


class Conflict(TierlineError):
    """The request is sound, and contradicts what is already recorded."""

    code = "conflict"


class Forbidden(TierlineError):
    """The caller may not do this."""

    code = "forbidden"


class LimitReached(TierlineError):
    """A bound on size, depth, count or time was reached; the message names it with its unit."""

    code = "limit_reached"
