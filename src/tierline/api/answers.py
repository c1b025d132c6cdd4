"""What answers are made of: every field says its meaning in the API document.

Answers are typed dictionaries, so that a route writes plain values, the type checker holds them
against their type, and the document is made from it.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, Generic, NotRequired, TypeVar

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

__all__ = [
    "AccountId",
    "ActorId",
    "ContactId",
    "ContractId",
    "Feature",
    "Id",
    "NotRequired",
    "Page",
    "TypedDict",
    "instant",
    "open_form",
    "said",
    "word_of",
]
ItemT = TypeVar("ItemT")
open_form = with_config(ConfigDict(extra="allow"))
"""An answer that another part of the product may add to: what is not known of it is told too."""


def said(meaning: str) -> Any:
    """The meaning of a field."""
    return Field(description=meaning)


def instant(meaning: str) -> Any:
    """An instant, ISO 8601 in UTC."""
    return Field(description=meaning, json_schema_extra={"format": "date-time"})


def word_of(kinds: type[Enum], meaning: str) -> Any:
    """One of the words of an enumeration, or null where the type says so."""

    def state(schema: dict[str, Any]) -> None:
        for each in schema.get("anyOf", (schema,)):
            if each.get("type") == "string":
                each["enum"] = [str(kind.value) for kind in kinds]

    return Field(description=meaning, json_schema_extra=state)


Id = Annotated[str, said("Its id.")]
AccountId = Annotated[str, said("The account's id.")]
ActorId = Annotated[str, said("Who did it: the id of a user or a token, or `operator`.")]
ContactId = Annotated[str, said("The contact's id.")]
ContractId = Annotated[str, said("The contract's id.")]
Feature = Annotated[str, said("The key of the feature or target in its catalog.")]


class Page(TypedDict, Generic[ItemT]):
    """A page of a list."""

    items: Annotated[list[ItemT], said("In the order that the operation states.")]
    next: Annotated[str | None, said("What `after` is for the next page; null on the last one.")]
