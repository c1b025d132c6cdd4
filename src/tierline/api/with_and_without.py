"""Comparisons of cases with something and without, as every report answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from tierline.api.adherence import IntervalAnswer, interval_answer
from tierline.api.answers import TypedDict, said
from tierline.kernel.instants import SECOND_US

if TYPE_CHECKING:
    from tierline.scorecards.with_and_without import MoreOrFewer, WithAndWithout


class WithAndWithoutAnswer(TypedDict):
    """What cases took with something and without, on the wall clock."""

    cases_with: Annotated[int, said("n with it.")]
    cases_without: Annotated[int, said("n without.")]
    median_with_seconds: Annotated[float | None, said("In the middle, with it.")]
    median_without_seconds: Annotated[float | None, said("In the middle, without.")]
    compared_with: Annotated[int, said("Of those with it: have their like without it.")]
    compared_without: Annotated[int, said("Of those without: have their like with it.")]
    change: Annotated[
        float | None,
        said("By which part those with it took longer than their like: -0.2 is a fifth shorter."),
    ]
    interval: Annotated[IntervalAnswer | None, said("95% interval of the change.")]
    is_weak: Annotated[bool, said("Fewer than 8 of either are compared.")]
    is_clear: Annotated[bool, said("Beyond what chance gives to any of all these comparisons.")]


class MoreOrFewerAnswer(TypedDict):
    """Handoffs of cases with named people and without."""

    cases_with: Annotated[int, said("n with them.")]
    cases_without: Annotated[int, said("n without.")]
    mean_with: Annotated[float | None, said("Handoffs per case, with them.")]
    mean_without: Annotated[float | None, said("Handoffs per case, without.")]
    compared_with: Annotated[int, said("Of those with them: have their like without.")]
    compared_without: Annotated[int, said("Of those without: have their like with them.")]
    change: Annotated[
        float | None, said("How many more handoffs those with them have than their like.")
    ]
    interval: Annotated[IntervalAnswer | None, said("95% interval of the change.")]
    is_weak: Annotated[bool, said("Fewer than 8 of either are compared.")]
    is_clear: Annotated[bool, said("The interval leaves out that nothing differs.")]


def with_and_without_answer(row: WithAndWithout) -> WithAndWithoutAnswer:
    """What cases took."""
    return {
        "cases_with": row.cases_with,
        "cases_without": row.cases_without,
        "median_with_seconds": seconds(row.median_with),
        "median_without_seconds": seconds(row.median_without),
        "compared_with": row.compared_with,
        "compared_without": row.compared_without,
        "change": row.change,
        "interval": interval_answer(row.interval),
        "is_weak": row.is_weak,
        "is_clear": row.is_clear,
    }


def more_or_fewer_answer(row: MoreOrFewer) -> MoreOrFewerAnswer:
    """How many handoffs cases had."""
    return {
        "cases_with": row.cases_with,
        "cases_without": row.cases_without,
        "mean_with": row.mean_with,
        "mean_without": row.mean_without,
        "compared_with": row.compared_with,
        "compared_without": row.compared_without,
        "change": row.change,
        "interval": interval_answer(row.interval),
        "is_weak": row.is_weak,
        "is_clear": row.is_clear,
    }


def seconds(micros: int | None) -> float | None:
    """Microseconds as seconds."""
    return None if micros is None else micros / SECOND_US
