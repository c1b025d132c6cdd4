"""A playbook on a case: which steps are done, by whom, and which are late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from tierline.cases.playbook import Playbook, Step
from tierline.kernel.durations import Duration


class GuideEventKind(StrEnum):
    """What happened with a case by the guide."""

    topic_set = auto()
    """`value` is the topic."""
    step_done = auto()
    """`value` is the playbook and the step, `outage/call`."""
    step_undone = auto()
    """It was ticked by mistake."""
    exception = auto()
    """Somebody was helped beyond what their plan includes; the reason is a note in the case, and
    `value` is the topic."""
    edit_suggested = auto()
    """Somebody would word or time a step otherwise, `value` is the playbook and the step; how is a
    note in the case."""
    edit_accepted = auto()
    """`value` is the place of the suggestion among the events of its case; why is a note."""
    edit_declined = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideEvent:
    """One fact. `guide` is the version that was read as it happened."""

    guide: int
    kind: GuideEventKind
    value: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """A step on a case. `due_at` is None where it has no time, `done_at` where it is not done."""

    step: Step
    due_at: datetime | None
    done_at: datetime | None
    done_by: str

    def is_late(self, now: datetime) -> bool:
        """Whether its time was up before it was done."""
        return self.due_at is not None and (self.done_at or now) > self.due_at


def step_name(playbook: str, step: str) -> str:
    """How events name a step."""
    return f"{playbook}/{step}"


def topic_of(events: Sequence[GuideEvent]) -> str | None:
    """What somebody said that a case is about; None where nobody did."""
    said = (each.value for each in reversed(events) if each.kind is GuideEventKind.topic_set)
    return next(said, None)


def ticks_of(events: Sequence[GuideEvent]) -> dict[tuple[str, str], GuideEvent]:
    """The ticks that stand, by playbook and step, in the order in which they were set."""
    found: dict[tuple[str, str], GuideEvent] = {}
    for each in events:
        if each.kind in _TICKS:
            playbook, _, step = each.value.partition("/")
            found.pop((playbook, step), None)
            if each.kind is GuideEventKind.step_done:
                found[playbook, step] = each
    return found


def steps_of(
    playbook: Playbook,
    of: tuple[str, str],
    events: Sequence[GuideEvent],
    due: Callable[[Duration], datetime],
) -> tuple[StepRun, ...]:
    """The steps for a case `of` a tier and a severity; `due` is when so much open time is over
    since it was raised. The last word on a step counts."""
    last = {each.value: each for each in events if each.kind in _TICKS}
    found: list[StepRun] = []
    for step in playbook.steps:
        if not step.fits(*of):
            continue
        tick = last.get(step_name(playbook.key, step.key))
        is_done = tick is not None and tick.kind is GuideEventKind.step_done
        found.append(
            StepRun(
                step=step,
                due_at=None if step.within is None else due(step.within),
                done_at=tick.at if tick is not None and is_done else None,
                done_by=tick.by if tick is not None and is_done else "",
            )
        )
    return tuple(found)


_TICKS = frozenset({GuideEventKind.step_done, GuideEventKind.step_undone})
