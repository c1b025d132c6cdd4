"""Saved views: which cases somebody wants to see again. What is due first stays first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from tierline.cases.channel import Channel
from tierline.cases.standing import CaseState
from tierline.catalog.statement import Statement

VIEWS_LIMIT = 50
"""So many views a person keeps at most."""
Keys = Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=20)]


class CaseFilter(Statement):
    """Which cases; what is left out is not asked. Without `states` all that have not ended. `view`
    is one of those that the list has anyhow."""

    states: Annotated[tuple[CaseState, ...], Field(max_length=5)] = ()
    severities: Keys = ()
    tiers: Keys = ()
    channels: Annotated[tuple[Channel, ...], Field(max_length=20)] = ()
    account: Annotated[str, Field(max_length=200)] = ""
    view: Annotated[str, Field(max_length=20)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A view in the records; `owner` is None where it is everybody's of ours."""

    id: str
    name: str
    owner: str | None
    filter: CaseFilter
