"""Secrets and card numbers that somebody pasted: taken out of a text before it is written down.

What is kept is what kind it was, where it stood, when, and by which version of the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tierline.cases.card_numbers import card_numbers, check_codes
from tierline.cases.mask_kind import MaskKind
from tierline.cases.secret_tokens import secret_tokens
from tierline.languages.language import Language

RULES = 1
"""The version of the rules; raised with each change of what they find."""
BY_HAND = "[removed]"
_SHOWN_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Mask:
    """Something was taken away: its kind, in which part of what was written (`subject`, `text`,
    `mail` for the whole of a mail), and at which character of what stands there now. Of a `file`
    nothing is taken: it was seen there."""

    kind: MaskKind
    part: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMask:
    """A mask in the records. `message` is what was said, `mail` the mail that came, `attachment`
    the file that it stands in; `rules` is 0, and `reason` filled in, where one of us (`by`) took it
    away."""

    id: str
    case: str | None
    message: str | None
    mail: str | None
    kind: MaskKind
    part: str
    position: int
    rules: int
    reason: str
    at: datetime
    by: str
    attachment: str | None = None


def masked(text: str, part: str = "text") -> tuple[str, tuple[Mask, ...]]:
    """The text without secrets, and what was taken out of it. Of such a text nothing is taken."""
    pieces: list[str] = []
    masks: list[Mask] = []
    end = length = 0
    for kind, start, stop in secrets_of(text):
        pieces += [text[end:start], _instead(kind, text[start:stop])]
        masks.append(Mask(kind, part, length + start - end))
        length += len(pieces[-2]) + len(pieces[-1])
        end = stop
    return "".join((*pieces, text[end:])), tuple(masks)


def without(text: str, words: str) -> tuple[str, tuple[int, ...]]:
    """The text with words taken out wherever they stand, and where they stood in what is left."""
    pieces = text.split(words)
    places, length = [], 0
    for piece in pieces[:-1]:
        places.append(length + len(piece))
        length += len(piece) + len(BY_HAND)
    return BY_HAND.join(pieces), tuple(places)


def told_politely(kinds: Iterable[MaskKind], language: Language) -> str:
    """What somebody is told who pasted something that we did not keep."""
    named = list(dict.fromkeys(language.phrase(kind.words) for kind in kinds))
    return language.phrase(
        "Your message held what looks like a secret (%(kinds)s). We took it out before your words "
        "were kept, and nobody of ours has seen it; the rest of your message is as you wrote it. "
        "If it was real, please replace it where it is used: it came here by a way that is not "
        "meant for secrets. If we were mistaken, tell us again in other words.",
        kinds=language.joined(named),
    )


def secrets_of(text: str) -> Iterator[tuple[MaskKind, int, int]]:
    """Every secret with where it begins and ends, the first one first; of several at one place the
    longest."""
    end = 0
    for kind, start, stop in _found(text):
        if start >= end:
            end = stop
            yield kind, start, stop


def _found(text: str) -> list[tuple[MaskKind, int, int]]:
    cards = [(MaskKind.card_number, start, end) for start, end in card_numbers(text)]
    codes = check_codes(text) if cards else ()
    found = [*cards, *secret_tokens(text), *((MaskKind.card_code, *span) for span in codes)]
    return sorted(found, key=lambda each: (each[1], -each[2]))


def _instead(kind: MaskKind, secret: str) -> str:
    if kind is MaskKind.card_number:
        return f"[card number removed, it ended in {secret[-_SHOWN_DIGITS:]}]"
    return f"[{kind.words} removed]"
