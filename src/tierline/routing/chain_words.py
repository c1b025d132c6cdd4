"""An escalation in words: what brings a case to a level, and why somebody holds it or nobody."""

from __future__ import annotations

from decimal import Decimal

from tierline.languages.language import ENGLISH, Language
from tierline.routing.chain import HUNDRED, Level
from tierline.routing.notice import BREACH, UNACKNOWLEDGED, Climb
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


def trigger_words(level: Level, language: Language = ENGLISH) -> str:
    """When a case climbs to a level."""
    parts = []
    if level.after_percent == HUNDRED:
        parts.append(language.phrase("when a target is missed"))
    elif level.after_percent is not None:
        share = language.percent(level.after_percent)
        parts.append(language.phrase("when %(share)s of a target is used", share=share))
    if level.after_seconds is not None:
        after = language.length(level.after_seconds)
        parts.append(
            language.phrase(
                "%(length)s after it was raised, if nobody has said that they have it",
                length=after,
            )
        )
    if len(parts) == len(("either", "or")):
        return language.phrase("%(one)s, or %(other)s", one=parts[0], other=parts[1])
    return "".join(parts) or language.phrase("only by hand")


def climb_words(climb: Climb, milestone: str, language: Language = ENGLISH) -> str:
    """What brings a case to a level at the instant of this climb; `milestone` is the name of what
    is timed."""
    if climb.what == UNACKNOWLEDGED:
        return language.phrase("if nobody has said by then that they have it")
    if climb.what == BREACH:
        return language.phrase("when the target is missed: %(milestone)s", milestone=milestone)
    share = language.percent(Decimal(climb.what))
    return language.phrase(
        "when %(share)s of the target is used: %(milestone)s", share=share, milestone=milestone
    )


def why_words(held: Holding) -> str:
    """Why somebody holds a level, or nobody does."""
    return _WHY[held.why]


def vacancy_words(why: Why) -> str:
    """Why nobody holds a role."""
    return _WHY[why]
