"""Versions of a record: its ETag, and the `If-Match` of who changes what they have seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header

from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Conflict

_DIGITS = 32
IF_MATCH = "If-Match"
IfMatch = Annotated[
    str | None,
    Header(
        alias=IF_MATCH,
        max_length=1_000,
        description="The ETag of what you have seen; refused where it has changed since.",
    ),
]


def tag_of(document: Mapping[str, Any]) -> str:
    """The ETag of a document: equal documents have equal ones."""
    return f'"{digest_of(document).removeprefix("sha256:")[:_DIGITS]}"'


def expect(if_match: str | None, document: Mapping[str, Any]) -> None:
    """Raise Conflict where a change is meant for another version of the document than this."""
    if if_match is None or if_match.strip() == "*":
        return
    if tag_of(document) not in {tag.strip() for tag in if_match.split(",")}:
        raise Conflict(
            "It has changed since you read it. Read it again, and decide again.",
            code="precondition_failed",
        )
