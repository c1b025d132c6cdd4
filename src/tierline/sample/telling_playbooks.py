"""Telling how cases are worked by the guide: who takes one up says what it is about, some tick the
steps of its playbook, and a few help beyond the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tierline.actions.playbooks import GuideBooks, guided, help_beyond, set_topic, tick_step
from tierline.kernel.instants import SECOND_US, from_micros
from tierline.sample.chance import Chance
from tierline.sample.story import COMPLETE_UNTIL

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.playbook_run import StepRun
    from tierline.sample.case_life import CaseLife

TOPICS = {
    "Edge box": "edge_box",
    "Camera": "camera",
    "Model quality": "model_quality",
    "Integration": "integration",
    "Sign-in": "sign_in",
    "Security": "security",
    "API": "api",
    "Certificate expiry": "certificate",
    "Edge sync": "edge_sync",
    "Billing": "billing",
}
"""By category."""
REASONS = (
    "The renewal is next month, and they asked for little until now.",
    "Their line stood, and explaining the plan would have taken longer.",
    "It was our fault in part: the note on the change was late.",
    "Five minutes on the phone spared a day of letters.",
    "They think of Priority; this shows what it is.",
)
_TICKED_OF_THOUSAND = 850
_BEYOND_OF_THOUSAND = 60
_LATEST_PERCENT = 115
"""Of the time that is left for a step: one of seven is ticked too late."""
_MINUTE = timedelta(minutes=1)


def work_by_the_guide(
    books: GuideBooks,
    case: str,
    life: CaseLife,
    ours: Occasion,
    moment: Callable[[datetime, str], Occasion],
) -> None:
    """What whoever takes a case up does by the guide, then and until it is resolved."""
    story = life.story
    chance = Chance(story.seed, "guide", story.number)
    set_topic(books, case, TOPICS[story.category], ours)
    found = guided(books, books.cases.get(case))
    beyond = found.script is not None and found.script.not_included is not None
    if beyond and chance.happens(_BEYOND_OF_THOUSAND):
        help_beyond(books, case, chance.one_of(REASONS), ours)
    habit = Chance(story.seed, "habit", story.agent).between(250, 900)
    if not chance.happens(habit):
        return
    end = from_micros(life.resolved * SECOND_US) if life.resolved else COMPLETE_UNTIL
    for run in found.steps:
        at = _ticked_at(run, chance, ours.now)
        if chance.happens(_TICKED_OF_THOUSAND) and at <= end:
            tick_step(books, case, run.step.key, moment(at, ours.by))


def _ticked_at(run: StepRun, chance: Chance, now: datetime) -> datetime:
    if run.due_at is None or run.due_at <= now:
        return now + chance.between(2, 180) * _MINUTE
    return now + (run.due_at - now) * chance.between(10, _LATEST_PERCENT) / 100
