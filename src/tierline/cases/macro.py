"""Macros: words with places to fill in, and what is done with a case as they are said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from tierline.catalog.statement import Statement
from tierline.kernel.errors import Fault, Invalid

PLACES = (
    "case.number",
    "case.subject",
    "account.name",
    "contact.name",
    "contact.first_name",
    "agent.name",
    "agent.first_name",
    "due",
)
"""What a text may leave to be filled in, as `{{case.number}}`."""
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
Short = Annotated[str, Field(max_length=200)]


class Macro(Statement):
    """What is said, and done with it: `note` says it among us, `wait` for `reason` with the text as
    the question, `resolve` with the text as how. `severity` and `topic` are set first."""

    model_config = ConfigDict(defer_build=False)  # a body of a request: FastAPI builds it at once

    name: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    does: Literal["answer", "note", "wait", "resolve"] = "answer"
    reason: Short = ""
    severity: Short = ""
    topic: Short = ""
    why: Annotated[str, Field(max_length=10_000)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMacro:
    """A macro in the records; `owner` is None where it is everybody's."""

    id: str
    owner: str | None
    macro: Macro


def refuse_odd_macro(macro: Macro) -> None:
    """Raise Invalid with every fault that one field does not show."""
    faults = [
        Fault("unknown_place", f"Nothing is called '{name}'.", "text",
              f"Places are: {', '.join(PLACES)}.")
        for name in _PLACE.findall(macro.text)
        if name not in PLACES
    ]  # fmt: skip
    if macro.does == "wait" and not macro.reason:
        faults.append(Fault("no_reason", "Nothing says what is waited for.", "reason"))
    if faults:
        raise Invalid("The macro cannot be kept as stated.", faults)


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with what is known filled in; a place of which nothing is known stays as it is, for
    somebody to see."""
    return _PLACE.sub(lambda found: known.get(found[1], "") or found[0], text)


def refuse_open_places(text: str) -> None:
    """Raise Invalid where a place was not filled in."""
    left = sorted(set(_PLACE.findall(text)))
    if left:
        message = f"This is not filled in: {', '.join(left)}."
        fault = Fault("open_place", message, "text", "Write it, or leave it out.")
        raise Invalid("It cannot be sent as it stands.", [fault])
