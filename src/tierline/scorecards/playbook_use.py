"""How playbooks are used: where they applied, what was ticked and when, what cases took with and
without one, and which failure modes have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tierline.cases.playbook import NO_TOPIC, Guide, Playbook
from tierline.kernel.durations import Duration
from tierline.scorecards.experience import Share
from tierline.scorecards.with_and_without import Taken, WithAndWithout, compared

MOST_FREQUENT = 20
"""So many failure modes of the period should each have a playbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A step that was ticked: open time since the case was raised (microseconds), and whether it
    was in time; None where the step has no time."""

    taken: int
    is_in_time: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidedCase:
    """A case as a guide sees it. `playbook` is the right one, "" where none fits; `ticks` are by
    key of its steps, the first of them at the age `begun`. `restored` is when service worked again,
    at the latest with the resolution. Ages are microseconds of the wall clock since it was raised;
    None where it has not come so far, or where nothing is promised and no clock was looked at."""

    topic: str
    tier: str
    severity: str
    playbook: str
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    begun: int | None = None
    restored: int | None = None
    resolved: int | None = None

    @property
    def is_used(self) -> bool:
        """Whether any step of its playbook is ticked."""
        return bool(self.ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUse:
    """A step: in how many of the cases that used the playbook and have this step it was ticked, the
    median of open time until then (microseconds), and how many of those in time."""

    step: str
    do: str
    within: Duration | None
    ticked: Share
    median: int | None
    in_time: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookUse:
    """A playbook: in how many of the cases in which it applied it was used, its steps, and what the
    cases took with and without. Where no service worked again before its case was resolved,
    `restored` compares nothing."""

    playbook: str
    name: str
    used: Share
    steps: tuple[StepUse, ...]
    restored: WithAndWithout
    resolved: WithAndWithout


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureMode:
    """A topic of the period: its cases, and those of them for which there is a playbook."""

    topic: str
    name: str
    guided: Share

    @property
    def has_none(self) -> bool:
        """Whether no case of it has a playbook."""
        return not self.guided.hits


def use_of(guide: Guide, cases: Sequence[GuidedCase]) -> tuple[PlaybookUse, ...]:
    """Every playbook of the guide, in its order."""
    found = [_use(each, [case for case in cases if case.playbook == each.key])
             for each in guide.playbooks]  # fmt: skip
    looks = [each for row in found for each in (row.restored, row.resolved)]
    beside = max(1, sum(each.change is not None for each in looks))
    return tuple(
        replace(
            each,
            restored=replace(each.restored, beside=beside),
            resolved=replace(each.resolved, beside=beside),
        )
        for each in found
    )


def failure_modes(guide: Guide, cases: Iterable[GuidedCase]) -> tuple[FailureMode, ...]:
    """The topics of the period, the most frequent first. Cases about nothing known are one row of
    them, without a name."""
    counts: dict[str, list[int]] = {}
    for case in cases:
        of_topic = counts.setdefault(case.topic, [0, 0])
        of_topic[0] += bool(case.playbook)
        of_topic[1] += 1
    found = [
        FailureMode(
            topic=topic,
            name=guide.topics[topic].name if topic in guide.topics else topic,
            guided=Share(guided, total),
        )
        for topic, (guided, total) in counts.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.guided.total, each.topic)))


def without_playbook(modes: Iterable[FailureMode]) -> tuple[FailureMode, ...]:
    """Of the MOST_FREQUENT failure modes those that have none."""
    known = [each for each in modes if each.topic != NO_TOPIC][:MOST_FREQUENT]
    return tuple(each for each in known if each.has_none)


def _use(playbook: Playbook, cases: Sequence[GuidedCase]) -> PlaybookUse:
    used = [case for case in cases if case.is_used]
    worked_before = any(case.restored != case.resolved for case in cases)
    return PlaybookUse(
        playbook=playbook.key,
        name=playbook.name,
        used=Share(len(used), len(cases)),
        steps=_steps(playbook, used),
        restored=_compared(cases if worked_before else (), lambda case: case.restored),
        resolved=_compared(cases, lambda case: case.resolved),
    )


def _steps(playbook: Playbook, used: Sequence[GuidedCase]) -> tuple[StepUse, ...]:
    found = []
    for step in playbook.steps:
        fitting = [case for case in used if step.fits(case.tier, case.severity)]
        ticks = [case.ticks[step.key] for case in fitting if step.key in case.ticks]
        timed = [tick.is_in_time for tick in ticks if tick.is_in_time is not None]
        taken = sorted(tick.taken for tick in ticks)
        found.append(
            StepUse(
                step=step.key,
                do=step.do,
                within=step.within,
                ticked=Share(len(ticks), len(fitting)),
                median=taken[(len(taken) - 1) // 2] if taken else None,
                in_time=Share(sum(timed), len(timed)),
            )
        )
    return tuple(found)


def _compared(
    cases: Sequence[GuidedCase], length_of: Callable[[GuidedCase], int | None]
) -> WithAndWithout:
    return compared(
        [
            Taken(f"{case.tier}/{case.severity}", length, case.begun)
            for case in cases
            if (length := length_of(case)) is not None
        ]
    )
