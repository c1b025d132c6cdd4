"""What sounds like a promise in free words: an SLA, a guarantee, a time until something comes.

A promise lives in a contract, as a row that clocks run by. What is only said is found here, so that
somebody makes it a row, or says that it is none. English and German are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.accounts.exceptions import ExceptionState, exceptions_of
from tierline.accounts.layers import is_target

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.accounts.contract import Contract

_SHOWN_AROUND = 80
_NUMBER = (
    r"(?:\d{1,4}|an?|one|two|three|four|five|six|eight|ten|twelve|fifteen|thirty"
    r"|einer?|eines|zwei|drei|vier|fünf|sechs|acht|zehn|zwölf|fünfzehn|dreißig)"
)
_UNIT = (
    r"(?:(?:business|working|open)\s+)?"
    r"(?:min(?:ute)?s?|minuten?|hours?|hrs?|h|stunden?|days?|tagen?|tage?s?|werktagen?)"
)
_SAID = re.compile(
    r"\bSLAs?\b"
    r"|\b(?i:service[\s-]+level\s+agreements?)\b"
    r"|\b(?i:guarant(?:ee[ds]?|eeing))\b|\b(?i:garantier\w+|zugesichert\w*)\b"
    rf"|\b(?i:within|innerhalb\s+von|binnen)\s+(?i:{_NUMBER})\s*-?\s*(?i:{_UNIT})\b"
)
HINTS = ("sla", "agreement", "guarant", "garantier", "zugesichert", "within", "innerhalb", "binnen")
"""Every text with a mention holds one of these, in small letters: what a database looks for. Each
is one word, because lines are broken anywhere."""


@dataclass(frozen=True, slots=True)
class Mention:
    """`said` is what sounds like a promise, `words` the text around it."""

    said: str
    words: str


def mention_in(text: str) -> Mention | None:
    """The first in a text."""
    found = _SAID.search(text)
    if found is None:
        return None
    start, end = max(0, found.start() - _SHOWN_AROUND), found.end() + _SHOWN_AROUND
    words = " ".join(text[start:end].split())
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return Mention(" ".join(found[0].split()), f"{before}{words}{after}")


def is_written_down(contracts: Iterable[Contract], at: int) -> bool:
    """Whether a target on other terms than the plan's was in force for an account at an instant:
    then what is said may be that."""
    return any(
        is_target(each.feature) and each.state is ExceptionState.in_force
        for contract in contracts
        for each in exceptions_of(contract, at)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissedMention:
    """Somebody looked at a mention: it is no promise, or it stands as the row `made_into` by now.
    `digest` is of the text that they read; other words in its place are looked at again."""

    record: str
    digest: str
    reason: str
    made_into: str | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ContractNote:
    """Why something was agreed beside a plan, in free words; `record` names the row."""

    record: str
    at: int
    text: str


def notes_of(contract: Contract) -> Iterator[ContractNote]:
    """The reasons of rows that no clock runs by; where one does, its promise is written down."""
    for override in contract.overrides:
        if not is_target(override.feature):
            record = f"{contract.id}/override/{override.id}"
            yield ContractNote(record, override.start, override.exception.reason)
    for uplift in contract.uplifts:
        if not is_target(uplift.feature):
            yield ContractNote(f"{contract.id}/uplift/{uplift.id}", uplift.start, uplift.reason)
