"""The registry: every rule with its id, level and the words that the documentation prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Level, Observation

RULE_PACK = "2025.3"
"""Version of the rules: it changes whenever a rule is added, removed or judges differently."""

Check = Callable[[Context], Iterable[Observation]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pure check and what to say about it."""

    id: str
    level: Level
    family: str
    summary: str
    """One sentence a finance lead understands."""
    why: str
    example: str
    check: Check


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that are read together. Used as a decorator factory: `@family.error(id, ...)`."""

    name: str
    rules: dict[str, Rule]

    def error(self, rule_id: str, summary: str, *, why: str, example: str) -> Registration:
        """Register a check whose findings stop a publication."""
        return Registration(self, rule_id, Level.error, summary, why, example)

    def warning(self, rule_id: str, summary: str, *, why: str, example: str) -> Registration:
        """Register a check whose findings somebody should look at."""
        return Registration(self, rule_id, Level.warning, summary, why, example)

    def note(self, rule_id: str, summary: str, *, why: str, example: str) -> Registration:
        """Register a check whose findings are worth knowing."""
        return Registration(self, rule_id, Level.note, summary, why, example)


@dataclass(frozen=True, slots=True)
class Registration:
    """The words of a rule, waiting for its function."""

    family: Family
    rule_id: str
    level: Level
    summary: str
    why: str
    example: str

    def __call__(self, check: Check) -> Check:
        if self.rule_id in self.family.rules:
            raise ValueError(f"rule '{self.rule_id}' is registered twice")
        self.family.rules[self.rule_id] = Rule(
            self.rule_id,
            self.level,
            self.family.name,
            self.summary,
            self.why,
            self.example,
            check,
        )
        return check


def family(name: str) -> Family:
    """A new family of rules, in the order in which its module registers them."""
    return Family(name, {})
