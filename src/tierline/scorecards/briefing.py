"""The pack for a call or briefing with a customer: what is told there, as one document.

Its form is `tierline/briefing/1`. It is drawn up each time it is asked for, and never kept: so it
may tell words that people wrote. Days are on the contract's own wall clock.
"""

from __future__ import annotations

from typing import Literal

from tierline.catalog.statement import Statement
from tierline.scorecards.health_report import HealthReport

MONTHS = 12
"""So far back its charts reach."""
MOST_ROWS = 8
"""So many rows a list of it has: a pack is told in an hour, and fits on six pages."""


MOST_CHARACTERS = 240
"""So much is told of what somebody wrote."""


class MonthRow(Statement):
    """How promises were kept of the cases that were raised in a month, and what was up."""

    month: str
    """`2025-03`."""
    met: int
    """Milestones met."""
    missed: int
    """Milestones missed."""
    percent: str | None
    """Met of met and missed; null: nothing is decided."""
    uptime: str | None
    """Uptime of the month in per cent, as the account had it; null: nothing was watched."""


class SeverityRow(Statement):
    """Cases of one severity."""

    severity: str
    """Its name; empty while none is agreed."""
    cases: int
    """Raised in the months that the charts show."""
    lately: int
    """Of these, raised in the period."""


class CareCount(Statement):
    """How many dated promises of these months came out so."""

    state: str
    """done, late, missed or excused."""
    count: int
    """How many."""


class RiskRow(Statement):
    """Advice of which nothing came yet."""

    advice: str
    """Its id."""
    number: int
    """Which of the account's advice it is."""
    title: str
    """What it is about."""
    state: str
    """waiting, accepted or declined."""
    follow_up_on: str
    """The day on which we look again, in UTC."""
    is_overdue: bool
    """Whether that day is over."""
    later: int
    """Cases of its topic that were raised after the decision."""


class TodoRow(Statement):
    """An action that is not done: of care with its words, of a post-mortem with the case."""

    text: str
    """What was found, where it is long its beginning; of a post-mortem empty."""
    number: int | None
    """What people call the case of the post-mortem by."""
    due_on: str
    """The day by which it is done, in UTC."""
    is_overdue: bool
    """Whether that day is over."""


class Briefing(Statement):
    """What is told in a call or a briefing."""

    format: Literal["tierline/briefing/1"] = "tierline/briefing/1"
    """The form of this document."""
    what: str
    """What the call is, as it is promised."""
    due_on: str
    """The day by which it is held."""
    report: HealthReport
    """The period since the last one, in the form of a health report; its lists are cut."""
    open_more: int
    """Open cases that are not listed."""
    months: tuple[MonthRow, ...]
    """The oldest first."""
    severities: tuple[SeverityRow, ...]
    """The gravest first."""
    care: tuple[CareCount, ...]
    """Of what was due in these months."""
    risks: tuple[RiskRow, ...]
    """The newest first."""
    risks_more: int
    """Risks that are not listed."""
    actions: tuple[TodoRow, ...]
    """What is due first stands first."""
    actions_more: int
    """Actions that are not listed."""
