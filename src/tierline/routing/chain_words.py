"""An escalation in words: what brings a case to a level, and why somebody holds it or nobody."""

from __future__ import annotations

from tierline.kernel.durations import in_words
from tierline.routing.chain import HUNDRED, Level
from tierline.routing.rota import Holding, Why

_WHY = {
    Why.shift: "by the rota",
    Why.override: "stands in",
    Why.owner: "has the case",
    Why.nobody_planned: "nobody is on the rota then",
    Why.overridden: "the rota says that nobody is there",
    Why.absent: "whoever is on the rota is away",
    Why.no_rota: "no rota is stated for this role",
    Why.no_owner: "nobody has the case",
}


def trigger_words(level: Level) -> str:
    """When a case climbs to a level."""
    parts = []
    if level.after_percent == HUNDRED:
        parts.append("when a target is missed")
    elif level.after_percent is not None:
        parts.append(f"when {level.after_percent:f}% of a target is used")
    if level.after_seconds is not None:
        after = in_words(level.after_seconds)
        parts.append(f"{after} after it was raised, if nobody has said that they have it")
    return ", or ".join(parts) or "only by hand"


def why_words(held: Holding) -> str:
    """Why somebody holds a level, or nobody does."""
    return _WHY[held.why]


def vacancy_words(why: Why) -> str:
    """Why nobody holds a role."""
    return _WHY[why]
