"""What was found against what is planted: found, missed, wrong, false."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tierline.sample.truth import Found, Truth, Values

_NUMBER = re.compile(r"-?\d+")
_INTERVAL = re.compile(r"(-?\d+) to (-?\d+)")
MOST_FALSE = 2
"""More findings than these on a company where nothing is planted are too many."""


class Mark(StrEnum):
    """How one line came out."""

    found = "found"
    missed = "missed"
    wrong = "wrong"
    """Found, with another value."""
    false = "false"
    """Found where nothing is planted."""
    not_asked = "not asked"
    """The query needs something that is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One plant, or one finding without a plant."""

    mark: Mark
    plant: str
    finder: str
    subject: str
    expected: Values
    said: Values
    is_decoy: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """All lines, in the order of the plants."""

    lines: tuple[Line, ...]
    is_control: bool
    not_asked: tuple[str, ...] = ()
    """Why some queries were not asked, once each."""

    def count(self, mark: Mark) -> int:
        """How many lines came out so."""
        return sum(line.mark is mark for line in self.lines)

    @property
    def is_good(self) -> bool:
        """All asked and found, nothing said of a decoy, and hardly a false alarm."""
        if any(self.count(mark) for mark in (Mark.missed, Mark.wrong, Mark.not_asked)):
            return False
        return not any(line.is_decoy for line in self.lines) and (
            self.count(Mark.false) <= MOST_FALSE
        )


def verdict_of(
    truth: Truth, findings: Iterable[Found], not_asked: Mapping[str, str] | None = None
) -> Verdict:
    """Hold the findings against the truth. `not_asked` are finders with the reason why nobody asked
    them: what they should find is neither found nor missed."""
    silent = not_asked or {}
    found = list(findings)
    said = {(each.finder, each.subject): each.values for each in found}
    listed = {(each.finder, each.subject) for each in found if each.is_listed}
    decoys = {each.subject for each in truth.decoys}
    lines = []
    for planted in truth.planted:
        values = said.pop((planted.finder, planted.subject), None)
        mark = Mark.missed if values is None else Mark.found
        if planted.finder in silent:
            mark = Mark.not_asked
        elif values is not None and not all(
            says(values.get(name, ""), expected) for name, expected in planted.values.items()
        ):
            mark = Mark.wrong
        lines.append(
            Line(
                mark=mark,
                plant=planted.plant,
                finder=planted.finder,
                subject=planted.subject,
                expected=planted.values,
                said=values or {},
            )
        )
    lines.sort(key=lambda line: (line.plant, line.finder, line.subject))
    lines += [
        Line(
            mark=Mark.false,
            plant="",
            finder=finder,
            subject=subject,
            expected={},
            said=values,
            is_decoy=subject in decoys,
        )
        for (finder, subject), values in sorted(said.items())
        if (finder, subject) not in listed
    ]
    return Verdict(tuple(lines), truth.is_control, tuple(sorted(set(silent.values()))))


def says(said: str, expected: str) -> bool:
    """Whether it is what was expected: the same, or an interval ("-63 to -3") around a number."""
    ends = _INTERVAL.fullmatch(said)
    if ends and _NUMBER.fullmatch(expected):
        return int(ends[1]) <= int(expected) <= int(ends[2])
    return said == expected
