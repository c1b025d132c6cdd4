"""The chooser: short, and every answer leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tierline.catalog.chooser_statement import Need
from tierline.catalog.lint.comparison import UNLIMITED, LimitTerm, limit_of
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Amount, Observation
from tierline.catalog.lint.in_words import wait_in_words
from tierline.catalog.lint.rules import family
from tierline.catalog.resolved import ResolvedTier
from tierline.kernel.instants import SECOND_US

choosing = family("The chooser")

MOST_QUESTIONS = 6


@choosing.error(
    "chooser-too-long",
    f"The chooser asks more than {MOST_QUESTIONS} questions.",
    why="A buyer gives it a minute; after six questions they call, or leave.",
    example="Eight questions.",
)
def chooser_too_long(context: Context) -> Iterator[Observation]:
    """More than six questions."""
    count = len(context.catalog.chooser)
    if count > MOST_QUESTIONS:
        yield Observation(
            ("chooser",),
            f"The chooser asks {count} questions; a buyer answers {MOST_QUESTIONS}.",
            "Keep the questions whose answers lead to different tiers.",
            amounts=(Amount("questions", Decimal(count), "count"),),
        )


@choosing.warning(
    "answer-leads-nowhere",
    "An answer of the chooser asks for what no tier gives.",
    why="The buyer says what they need and is told that we have nothing.",
    example="`We need an answer in 5 minutes`, and the fastest tier takes 15.",
)
def answer_leads_nowhere(context: Context) -> Iterator[Observation]:
    """Needs that no sold tier meets by itself."""
    for question_key, question in context.catalog.chooser.items():
        for answer_key, answer in question.answers.items():
            for place, need in enumerate(answer.needs):
                known = need.feature is None or need.feature in context.catalog.features
                if known and not any(_meets(context, t, need) for t in context.sold.values()):
                    yield Observation(
                        ("chooser", question_key, "answers", answer_key, "needs", place),
                        f"No tier gives what “{answer.text}” asks for{_asked(context, need)}.",
                        "Ask for what the highest tier gives, or add it.",
                        about=(question_key, answer_key),
                    )


def _meets(context: Context, tier: ResolvedTier, need: Need) -> bool:
    if need.feature is not None:
        term = context.terms[tier.key].get(need.feature)
        if term is None:
            return False
        if need.at_least is not None:
            wanted = UNLIMITED if need.at_least == "unlimited" else Decimal(need.at_least)
            if isinstance(term, LimitTerm) and limit_of(term) < wanted:
                return False
    if need.severity is None or need.milestone is None:
        return True
    target = tier.targets.get((need.severity, need.milestone.value))
    if target is None or target.statement.within is None:
        return False
    calendar = context.waits.calendar(target.hours)
    if need.always_on and (calendar is None or not calendar.hours.always_open):
        return False
    allowance = context.waits.allowance_us(target)
    if need.within is None or allowance is None:
        return True
    return allowance <= need.within.elapsed_seconds() * SECOND_US


def _asked(context: Context, need: Need) -> str:
    if need.feature:
        return f" ('{context.feature_name(need.feature)}')"
    if need.within and need.milestone:
        within = wait_in_words(need.within.elapsed_seconds() * SECOND_US)
        return f" ({need.severity} {need.milestone.value.replace('_', ' ')} within {within})"
    return ""
