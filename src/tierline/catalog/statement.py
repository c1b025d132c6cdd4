"""The base of everything a catalog file may say, and the small types that fields are made of."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from tierline.kernel.durations import Duration, parse_duration
from tierline.kernel.errors import Invalid


class Statement(BaseModel):
    """A frozen piece of a catalog. Unknown keys are refused, so that a typing error is never a
    promise that silently does not exist."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        defer_build=True,  # most commands read no catalog, or a part of one
    )


def _duration(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise ValueError("a duration is text such as PT4H")  # noqa: TRY004 - pydantic collects these
    try:
        return parse_duration(value)
    except Invalid as error:
        raise ValueError(str(error)) from None


DurationField = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "ISO 8601 (PT15M, PT4H, P2D) or short (15m, 4h, 2d). A day on business "
            "hours is one business day; on hours that never close it is 24 hours.",
            "examples": ["PT15M", "PT4H", "P2D"],
        }
    ),
]

Key = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=100)]
"""The stable name of a thing inside the catalog: promise ids are made of keys, so a key never
changes once it is published. Letters, digits and underscores."""

Text = Annotated[str, Field(min_length=1, max_length=2_000)]
"""Words for people."""

Number = Annotated[Decimal, Field(max_digits=24, decimal_places=12, allow_inf_nan=False)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4, allow_inf_nan=False)]
"""A price in whole currency units, exact: 490 or 0.0015."""

Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=6)]
Count = Annotated[int, Field(ge=0, le=10**15)]
Quantity = Annotated[Decimal, Field(ge=0, max_digits=24, decimal_places=6)] | Literal["unlimited"]
"""A limit: a number of units, or `unlimited`."""


class Period(StrEnum):
    """The stretch of time that a limit, a price or a cadence repeats in."""

    second = "second"
    minute = "minute"
    hour = "hour"
    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"
    year = "year"


class Axis(StrEnum):
    """The four axes on which tiers differ; every entitlement is filed under exactly one."""

    outcome = "outcome"
    performance_limit = "performance_limit"
    risk_transfer = "risk_transfer"
    support_experience = "support_experience"


class MilestoneKind(StrEnum):
    """The promises that are timed on a case."""

    acknowledge = "acknowledge"
    first_response = "first_response"
    next_response = "next_response"
    periodic_update = "periodic_update"
    restore = "restore"
    resolution = "resolution"
    post_mortem = "post_mortem"
