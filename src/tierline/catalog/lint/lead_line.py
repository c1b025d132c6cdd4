"""Reading a lead line: `This plan <verb> <outcome> for <who>`."""

from __future__ import annotations

import re

_OPENING = re.compile(r"this (?:plan|tier)\b\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ADVERB = re.compile(r"\w+ly|always|never|also", re.IGNORECASE)
_PREPOSITIONS = re.compile(
    r"for|to|with|by|at|in|on|of|from|into|across|under|over|per|against|around|within|without|"
    r"and|or|but|so|that|which|who|where|when|while|as|than",
    re.IGNORECASE,
)
_NO_ACTION = re.compile(r"is|has|was|does|its|this|us|plus|less|bonus|campus|status", re.IGNORECASE)
"""Words that end as a verb does and say of no outcome what happens to it."""


def lead_line_fault(line: str) -> str | None:
    """What a lead line lacks, as the end of the sentence `it ...`; None where it has the form."""
    opening = _OPENING.match(line.strip())
    if opening is None:
        return "does not begin with “This plan”"
    words = _WORD.findall(line.strip()[opening.end() :])
    while words and _ADVERB.fullmatch(words[0]):
        words = words[1:]
    if not words or not _is_verb(words[0]):
        return "has no verb that says what the plan does"
    rest = words[1:]
    if not rest or _PREPOSITIONS.fullmatch(rest[0]):
        return "has no outcome after its verb"
    if len(rest) < 2 or _PREPOSITIONS.fullmatch(rest[-1]):
        return "does not say for whom"
    return None


def _is_verb(word: str) -> bool:
    """Third person singular: `keeps`, `shortens`. English has no better sign without a grammar."""
    lowered = word.lower()
    return (
        len(lowered) > 2
        and lowered.endswith("s")
        and not lowered.endswith(("ss", "'s", "’s"))
        and not _NO_ACTION.fullmatch(lowered)
    )
