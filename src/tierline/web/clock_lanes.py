"""Clock lanes of a case: the picture of what ran, stood still, was due and stopped, and when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words_clock import MILESTONE_NAMES
from tierline.kernel.instants import SECOND_US
from tierline.languages.language import ENGLISH, Language, message
from tierline.milestones.table import NEVER, Verdict
from tierline.web import replay_words as words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.milestones.fold import Milestone, Span

_OPEN = (Verdict.running, Verdict.paused)
_WHOLE_MINUTES_FROM = 600


@dataclass(frozen=True, slots=True)
class LaneSpan:
    """A stretch in which a clock ran, or stood still; its ends are percent of the picture."""

    start: float
    end: float
    runs: bool
    says: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One clock, or all rounds of one kind. `dues` are the places where it was or is due."""

    label: str
    verdict: str
    """`met`, `missed`, `running` or `paused`."""
    says: str
    """What stands beside it."""
    text: str
    """The same in full."""
    dues: tuple[float, ...]
    spans: tuple[LaneSpan, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """From when to when a picture goes; microseconds."""

    start: int
    end: int

    @classmethod
    def around(cls, milestones: Sequence[Milestone]) -> Frame:
        """All that these clocks ran, and when they were due."""
        ends = [max(each.spans[-1].end, each.due) for each in milestones]
        return cls(min(each.started for each in milestones), max(ends))

    def place(self, at: int) -> float:
        """Where an instant stands, in percent."""
        return round(100 * (at - self.start) / max(1, self.end - self.start), 2)


def case_lanes(
    milestones: Sequence[Milestone], language: Language = ENGLISH
) -> tuple[Frame, tuple[Lane, ...]] | None:
    """A lane for each kind of clock, with all its rounds, of milestones by kind and round; None
    where there are none. A post-mortem begins when the rest is over and takes days: it would
    squeeze the rest."""
    shown = [each for each in milestones if each.kind is not MilestoneKind.post_mortem]
    if not shown:
        return None
    frame = Frame.around(shown)
    kinds = groupby(shown, key=lambda each: each.kind)
    return frame, tuple(_of_kind(list(rounds), frame, language) for _, rounds in kinds)


def clock_lane(milestone: Milestone, frame: Frame, language: Language = ENGLISH) -> Lane:
    """The lane of one round of a clock."""
    round_ = f" {milestone.cycle + 1}" if milestone.cycle else ""
    over = milestone.used - milestone.allowance
    says = language.phrase(_VERDICTS[milestone.verdict])
    text = says
    if over > 0:
        length = language.open_length(_whole(over))
        text = language.phrase("%(verdict)s, over by %(length)s", verdict=says, length=length)
    return Lane(
        label=_label(milestone, language) + round_,
        verdict=milestone.verdict.name,
        says=says,
        text=text,
        dues=_dues([milestone], frame),
        spans=_spans([milestone], frame, language),
    )


_VERDICTS = {
    Verdict.met: message("met"),
    Verdict.missed: message("missed"),
    Verdict.running: message("running"),
    Verdict.paused: message("paused"),
}


def _label(milestone: Milestone, language: Language) -> str:
    return language.within(language.phrase(MILESTONE_NAMES[milestone.kind]))


def _of_kind(rounds: Sequence[Milestone], frame: Frame, language: Language) -> Lane:
    if len(rounds) == 1:
        return clock_lane(rounds[0], frame, language)
    met = sum(each.verdict is Verdict.met for each in rounds)
    missed = [each for each in rounds if each.verdict is Verdict.missed]
    verdict = Verdict.missed if missed else rounds[-1].verdict
    says = language.phrase("%(met)s of %(rounds)s met", met=met, rounds=len(rounds))
    bad = language.phrase("%(missed)s missed", missed=len(missed))
    return Lane(
        label=_label(rounds[0], language),
        verdict=verdict.name,
        says=says,
        text=f"{says}, {bad}" if missed else says,
        dues=_dues([each for each in rounds if each in missed or each.verdict in _OPEN], frame),
        spans=_spans(rounds, frame, language),
    )


def _dues(rounds: Sequence[Milestone], frame: Frame) -> tuple[float, ...]:
    return tuple(frame.place(each.due) for each in rounds if each.due != NEVER)


def _spans(rounds: Sequence[Milestone], frame: Frame, language: Language) -> tuple[LaneSpan, ...]:
    return tuple(_span(span, frame, language) for each in rounds for span in each.spans)


def _span(span: Span, frame: Frame, language: Language) -> LaneSpan:
    reason = f": {words.kind_words(span.reason)}" if span.reason else ""
    length = language.length(_whole(span.end - span.start))
    return LaneSpan(
        start=frame.place(span.start),
        end=frame.place(span.end),
        runs=span.state == "running",
        says=f"{language.phrase(words.kind_words(span.state))}{reason} {length}",
    )


def _whole(micros: int) -> int:
    """Seconds; from ten minutes on whole minutes of them."""
    seconds = round(micros / SECOND_US)
    return seconds if seconds < _WHOLE_MINUTES_FROM else (seconds + 30) // 60 * 60
