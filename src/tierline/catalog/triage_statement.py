"""The triage table as a catalog writes it: rows from questions to a severity, with a reason."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from tierline.catalog.statement import DurationField, Key, Statement, Text
from tierline.catalog.term import ExpertiseLevel
from tierline.kernel.durations import Duration

ANY: Final = "any"
MOST_ROWS = 200


class TriageQuestion(StrEnum):
    """What is asked about a case: at most five questions, whoever answers."""

    business_impact = "business_impact"
    urgency = "urgency"
    uptime_impact = "uptime_impact"
    data_sensitivity = "data_sensitivity"
    regulatory_exposure = "regulatory_exposure"


def _answers(value: Any) -> Any:
    """`any` is an empty cell, and one answer a list of one."""
    if value is None or value == ANY:
        return ()
    return (value,) if isinstance(value, str) else value


Answers = Annotated[
    tuple[Key, ...],
    Field(max_length=8),
    BeforeValidator(_answers),
    WithJsonSchema(
        {
            "description": "An answer, a list of answers of which one must be given, or `any`.",
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "maxItems": 8},
                {"type": "null"},
            ],
        }
    ),
]
"""A cell of the table; empty where every answer fits."""


class TriageRule(Statement):
    """One row: it fits where every cell does. The first row that fits decides."""

    business_impact: Answers = ()
    urgency: Answers = ()
    uptime_impact: Answers = ()
    data_sensitivity: Answers = ()
    regulatory_exposure: Answers = ()
    criticality: Answers = ()
    """The account's own mission criticality, from its profile."""
    recovery_within: DurationField | Literal["any"] = ANY
    """Fits an account that must work again within this long (its RTO), from its profile."""
    severity: Key
    level: ExpertiseLevel | None = None
    """Who answers; whom the plan names where it is absent."""
    because: Text
    """The reason, in words that the customer reads."""


class QuestionWords(Statement):
    """A question in the company's own words; what is left out keeps the usual words."""

    ask: Text | None = None
    answers: dict[Key, Text] = Field(default_factory=dict)


class DisputeRules(Statement):
    """What happens where somebody says that a severity is wrong."""

    decide_within: DurationField = Duration(seconds=4 * 3600)
    """Open time until it is decided, on the hours that the case is promised."""
    decided_by: Text = "Support lead"
    """The role that decides, as both sides read it."""


class Triage(Statement):
    """How severity is found."""

    rules: tuple[TriageRule, ...] = Field(min_length=1, max_length=MOST_ROWS)
    """The first row that fits decides; the last one fits everything."""
    questions: dict[TriageQuestion, QuestionWords] = Field(default_factory=dict)
    disputes: DisputeRules = DisputeRules()
