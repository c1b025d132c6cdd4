"""What a rule saw, and the finding that it becomes once rule, level and place are known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

PathParts = tuple[str | int, ...]


class Level(StrEnum):
    """How much a finding weighs; the words are those of SARIF."""

    error = "error"
    warning = "warning"
    note = "note"


@dataclass(frozen=True, slots=True)
class Amount:
    """Money at stake, or another number that a finding rests on; `unit` is USD, USD/month, h ..."""

    name: str
    value: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.name} {plain(self.value)} {self.unit}"


@dataclass(frozen=True, slots=True)
class Observation:
    """One place where a rule is broken: a sentence for a finance lead, and what to do instead.

    `subject` is the promise id where one promise is meant; `about` holds further names that a
    waiver may use for it (tier, feature, add-on).
    """

    path: PathParts
    message: str
    instead: str
    subject: str = ""
    about: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    level: Level | None = None
    """Only where it differs from the rule's own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An observation under its rule, placed in its file."""

    rule: str
    level: Level
    path: str
    message: str
    instead: str
    subject: str
    about: tuple[str, ...]
    amounts: tuple[Amount, ...]
    source: str
    line: int | None
    column: int | None

    def is_about(self, name: str) -> bool:
        """Whether a waiver that names a promise id, path, tier, feature or add-on means this."""
        return name in (self.subject, self.path) or name in self.about

    def to_values(self) -> dict[str, object]:
        """Plain values for JSON; amounts as text, so that they stay exact."""
        return {
            "rule": self.rule,
            "level": self.level.value,
            "file": self.source,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "promise": self.subject or None,
            "message": self.message,
            "instead": self.instead,
            "amounts": [
                {"name": amount.name, "value": plain(amount.value).replace(",", ""),
                 "unit": amount.unit}
                for amount in self.amounts
            ],
        }  # fmt: skip


def plain(value: Decimal) -> str:
    """A number for people: thousands set off, no trailing zeros, no exponent."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
