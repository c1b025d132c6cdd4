"""Questions that lead a buyer to a tier, as the catalog states them."""

from __future__ import annotations

from pydantic import Field

from tierline.catalog.statement import (
    DurationField,
    Key,
    MilestoneKind,
    Quantity,
    Statement,
    Text,
)


class Need(Statement):
    """What an answer asks of a tier: a term (of at least a limit), or a target at a severity."""

    feature: Key | None = None
    at_least: Quantity | None = None
    severity: Key | None = None
    milestone: MilestoneKind | None = None
    within: DurationField | None = None
    always_on: bool = False
    """The target must count on hours that never close."""


class Answer(Statement):
    """One answer in the buyer's words."""

    text: Text
    needs: tuple[Need, ...] = ()


class Question(Statement):
    """A plain question; answers from the least demanding to the most."""

    ask: Text
    answers: dict[Key, Answer] = Field(min_length=2, max_length=6)
