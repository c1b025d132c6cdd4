"""What REST bodies and queries are made of, and how instants and lists are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar, overload

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tierline.api.answers import Page
from tierline.kernel.instants import format_instant
from tierline.queries.pages import PAGE_LIMIT_ROWS, PAGE_ROWS

Instant = Annotated[
    AwareDatetime, Field(description="ISO 8601 with its zone: 2026-10-01T09:00:00Z.")
]
Word = Annotated[str, Field(min_length=1, max_length=200)]
After = Annotated[str | None, Query(max_length=2_000, description="The `next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_LIMIT_ROWS, description="Rows of a page.")]
DEFAULT_LIMIT = PAGE_ROWS
LastMonth = Annotated[
    str, Query(max_length=20, description="The last of twelve months: `2025-12`. Absent: this one.")
]
ItemT = TypeVar("ItemT")


NO_TOKEN: dict[str, Any] = {"security": []}
"""For the document: an operation that needs no token."""


class Body(BaseModel):
    """A body of which every key is known: a typing error is told and not overlooked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def listed(items: Sequence[ItemT], next_: str | None) -> Page[ItemT]:
    """A page of a list."""
    return {"items": list(items), "next": next_}


@overload
def shown(instant: datetime) -> str: ...


@overload
def shown(instant: datetime | None) -> str | None: ...


def shown(instant: datetime | None) -> str | None:
    """An instant as text."""
    return None if instant is None else format_instant(instant)
