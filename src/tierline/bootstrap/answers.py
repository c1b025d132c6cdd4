"""Answers to "may this account do this now?", from memory where nothing has changed.

Counts are kept for a short time: on one machine until this process changes them, beside other
processes for at most a second. A reservation never trusts them: it counts in its transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tierline.actions.checks import FIRST_INSTANT, Question, counted_rule, period_of
from tierline.entitlements.check import NOTHING_KNOWN, check
from tierline.entitlements.decision import Counter

if TYPE_CHECKING:
    from tierline.bootstrap.rulebook import Rulebook
    from tierline.entitlements.decision import Decision
    from tierline.entitlements.rule import Rule
    from tierline.entitlements.span import Span

Count = Callable[["Span", "Rule", int], Counter]
KEPT_COUNTS = 1_000_000
SHARED_SECONDS = 1.0


class Answers:
    """`count` reads one count from the database; `is_shared` where other processes change it."""

    def __init__(self, rulebook: Rulebook, count: Count, *, is_shared: bool) -> None:
        self._rulebook = rulebook
        self._count = count
        self.kept_for = SHARED_SECONDS if is_shared else float("inf")
        """How long a count is believed, in seconds."""
        self._versions: dict[str, int] = {}
        self._kept: dict[tuple[str, str], tuple[int, float, Counter]] = {}
        self._generation = 0

    def ask(self, question: Question) -> Decision:
        """The answer. Reads the database only for a count that is not kept."""
        ruleset, at = self._rulebook.ruleset, question.at
        counters = NOTHING_KNOWN
        found = counted_rule(ruleset, question)
        if found is not None:
            span, rule = found
            counters = {rule.key: self._counter(span, rule, at)}
        return check(
            ruleset,
            question.account,
            question.feature,
            question.quantity,
            at=at,
            counters=counters,
            severity=question.severity,
        )

    def version_of(self, account: str) -> int:
        """Changes whenever this process has changed a count of the account."""
        return self._versions.get(account, 0)

    def forget(self, changed: Iterable[tuple[str, str]]) -> None:
        """Let the counts go of these accounts and features."""
        self._generation += 1
        for account, feature in changed:
            self._kept.pop((account, feature), None)
            self._versions[account] = self._versions.get(account, 0) + 1

    def _counter(self, span: Span, rule: Rule, at: int) -> Counter:
        key = span.account, rule.key
        start = FIRST_INSTANT if rule.per is None else period_of(span, rule, at)[0]
        kept = self._kept.get(key)
        if kept is not None and kept[0] == start and kept[1] > time.monotonic():
            return kept[2]
        generation = self._generation
        counter = self._count(span, rule, at)
        if generation == self._generation:  # else it may have changed while we read it
            if len(self._kept) >= KEPT_COUNTS:
                self._kept.clear()
            self._kept[key] = start, time.monotonic() + self.kept_for, counter
        return counter
