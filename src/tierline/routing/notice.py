"""A notice: somebody is written to because a case has climbed to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

UNACKNOWLEDGED = "unacknowledged"
BREACH = "breach"
UNASSIGNED = "unassigned"
UNSKILLED = "unskilled"
ASSIGNED = "assigned"
LIFTED = "lifted"
CALLED_CRITICAL = "called_critical"
REOPENED = "reopened"
DISPUTED = "disputed"
DISPUTE_WAITS = "dispute_waits"
CALLED_IN = "called_in"
CALLED_IN_VAIN = "called_in_vain"
"""Nobody who leads the subject has answered, or could be asked."""
OF_HOLDER = frozenset({ASSIGNED, LIFTED, CALLED_CRITICAL, REOPENED})
"""What whoever has a case is told of it: that they have it, and that their work has changed."""
AT_NO_LEVEL = OF_HOLDER | {DISPUTED, DISPUTE_WAITS, CALLED_IN, CALLED_IN_VAIN}
"""What is told to one person because it is for them, and not because a case has climbed."""
NO_CLIMBS = AT_NO_LEVEL | {UNASSIGNED, UNSKILLED}
"""What is told of a case that has not climbed by its clocks: it is not worked out again from the
case and its promise."""
QUEUE = "queue"
"""What a notice is about that nobody may have a case."""
SKILL = "skill"
"""With its name: what a notice is about that nobody has a skill which a case needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """A case climbs to a level of its escalation. `what` is the share of the target in percent,
    `breach`, or `unacknowledged`; `at` is when that became, or will become, true."""

    level: int
    milestone: str
    cycle: int
    what: str
    at: datetime
    is_running: bool

    @property
    def about(self) -> str:
        """By which it is told once to each who is told."""
        return f"{self.level}.{self.milestone}.{self.cycle}.{self.what}"


def row_of(case: str, about: str, user: str) -> str:
    """The id of the due row of a notice."""
    return f"notice {case} {about} {user}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one person is told of a climb. `deliver_at` is later than `noticed_at` where it was held
    back to the end of their quiet hours; `is_instead` where they are told in the place of somebody
    who is not there."""

    case: str
    about: str
    user: str
    role: str
    milestone: str
    what: str
    severity: str
    is_instead: bool
    true_at: datetime
    noticed_at: datetime
    deliver_at: datetime
    told_at: datetime | None = None
    corrected_at: datetime | None = None
    correction_told_at: datetime | None = None

    @property
    def was_held_back(self) -> bool:
        """Whether quiet hours lay between."""
        return self.deliver_at > self.noticed_at

    @property
    def row(self) -> str:
        """The id of its due row."""
        return row_of(self.case, self.about, self.user)

    @property
    def correction_row(self) -> str:
        """The id of its correction's due row."""
        return f"correction {self.case} {self.about} {self.user}"


def subject_of(notice: Notice, number: int) -> str:
    """The subject line: nothing that a customer wrote."""
    what = "is corrected" if notice.corrected_at is not None else _short(notice)
    return f"Case {number} ({notice.severity or 'no severity'}): {what}"


def words_of(notice: Notice, number: int) -> tuple[str, str]:
    """What stands before the link, and what stands after it."""
    if notice.corrected_at is not None:
        before = f"You were told of case {number}: {_short(notice)}. By what is known now that is "
        before += "not so. Nothing has to be done on account of it."
        return before, "A fact that was learned late, or another target, has moved its clock."
    before = f"Case {number} has come to you as {notice.role}: {_long(notice)}."
    if notice.is_instead:
        before += " You are told because nobody holds that role at this hour."
    after = "" if notice.what in AT_NO_LEVEL else "Nobody else is told of this at this level."
    if notice.was_held_back:
        after = f"This was held back to the end of your quiet hours. {after}".rstrip()
    return before, after


Numbered = tuple[Notice, int]
"""A notice, and what people call its case by."""


def subject_of_many(told: Sequence[Numbered]) -> str:
    """The subject line of a letter that tells several, the most urgent of them first."""
    first, number = told[0]
    cases = len({notice.case for notice, _ in told})
    what = "are corrected" if first.corrected_at is not None else "have come to you"
    counted = f"{cases} cases" if cases > 1 else f"{len(told)} notices of a case"
    return f"{counted} {what}: first case {number} ({first.severity or 'no severity'})"


def words_of_many(told: Sequence[Numbered], address: str) -> tuple[str, str]:
    """What stands before the link and after it: a line for each, in this order."""
    is_corrected = told[0][0].corrected_at is not None
    intro = (
        "You were told of these. By what is known now they are not so, and nothing has to be done:"
        if is_corrected
        else "These have come to you, the most urgent first:"
    )
    lines = [line_of(notice, number, address) for notice, number in told]
    after = "Each of them is told once, and nobody else is told of it at this level."
    return "\n".join([intro, "", *lines]), "" if is_corrected else after


def line_of(notice: Notice, number: int, address: str) -> str:
    """A notice on one line of a letter with several."""
    line = f"Case {number} ({notice.severity or 'no severity'}): "
    if notice.corrected_at is not None:
        line += _short(notice)
    else:
        line += f"{_long(notice)}. To you as {notice.role}"
        line += ", because nobody holds that role at this hour." if notice.is_instead else "."
        line += " Held back to the end of your quiet hours." if notice.was_held_back else ""
    return f"{line} {address}/cases/{notice.case}"


_FIRST = {BREACH: 0, LIFTED: 1, CALLED_CRITICAL: 2}


def most_urgent_first(told: Iterable[Numbered], ranks: Mapping[str, int]) -> list[Numbered]:
    """By how severe a case is (`ranks` by case, the worst 0), then what is missed, then what its
    customer calls critical, then by what became true first."""
    return sorted(
        told,
        key=lambda each: (
            ranks[each[0].case], _FIRST.get(each[0].what, len(_FIRST)), each[0].true_at,
            each[1], each[0].about
        ),
    )  # fmt: skip


_SHORT = {
    ASSIGNED: "given to you",
    LIFTED: "its customer says that it is critical",
    CALLED_CRITICAL: "its customer says that it is critical",
    REOPENED: "opened again",
    DISPUTED: "its severity is disputed",
    DISPUTE_WAITS: "a dispute waits for you",
    CALLED_IN: "you are called in",
    CALLED_IN_VAIN: "nobody answers a call-in",
}


def _short(notice: Notice) -> str:
    name = notice.milestone.replace("_", " ")
    if notice.what == BREACH:
        return f"{name} missed"
    if notice.what == UNACKNOWLEDGED:
        return "nobody has acknowledged it"
    if notice.what == UNASSIGNED:
        return "nobody may have it"
    if notice.what == UNSKILLED:
        return f"nobody has the skill {notice.milestone}"
    if notice.what in AT_NO_LEVEL:
        return _SHORT[notice.what]
    return f"{notice.what}% of {name} used"


_AT = {
    UNACKNOWLEDGED: "nobody had said that they have it by %(at)s",
    ASSIGNED: "it was given to you at %(at)s",
    LIFTED: "its customer said at %(at)s that it is critical, which made it %(severity)s",
    CALLED_CRITICAL: "its customer said at %(at)s that it is critical; it stays as it was agreed",
    REOPENED: "it was opened again at %(at)s",
    DISPUTED: "its severity was disputed at %(at)s, which you decide by %(about)s",
    DISPUTE_WAITS: "its severity is disputed still, which you decide by %(about)s",
    CALLED_IN: "you are called in at %(at)s. Say on its page that you come",
    CALLED_IN_VAIN: "nobody who leads %(about)s has come to a call-in, as of %(at)s",
    UNASSIGNED: "nobody may have it, for want of %(about)s",
    UNSKILLED: "it needs the skill %(about)s, which nobody has who may have such a case. "
    "Hand it to whoever suits best, or say who knows that",
}
"""What is told by what it is, in full; `about` is what stands where else the milestone does."""


def _long(notice: Notice) -> str:
    at, name = f"{notice.true_at:%Y-%m-%d %H:%M} UTC", notice.milestone.replace("_", " ")
    if notice.what == BREACH:
        return f"the target of {name} was missed at {at}"
    if notice.what in _AT:
        told = {"at": at, "about": notice.milestone, "severity": notice.severity}
        return _AT[notice.what] % told
    return f"{notice.what}% of the target of {name} was used up at {at}"
