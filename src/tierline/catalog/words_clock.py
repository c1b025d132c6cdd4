"""Targets and clock rules in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from tierline.catalog.clock_rules import (
    Absence,
    CalendarChangeRule,
    ClockStart,
    ReopenRule,
    RetargetRule,
)
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words_amount import duration_in_words, joined, percent_in_words
from tierline.catalog.words_hours import duration_on_hours
from tierline.languages.language import ENGLISH, Language, message

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.clock_rules import ClockRules, Pause, Target
    from tierline.catalog.resolved import ResolvedTarget

NO_TARGET = message("No target")
_LONGEST_CODE = 4
"""A severity's key up to this length is what people call it (S1, P2, Sev1)."""

_ABSENCES = {
    Absence.best_effort: message("Best effort, no target"),
    Absence.not_promised: NO_TARGET,
    Absence.not_applicable: message("Does not apply"),
    Absence.not_known: message("Not known"),
}

MILESTONE_NAMES = {
    MilestoneKind.acknowledge: message("Acknowledgement"),
    MilestoneKind.first_response: message("First response"),
    MilestoneKind.next_response: message("Next response"),
    MilestoneKind.periodic_update: message("Update"),
    MilestoneKind.restore: message("Restored or worked around"),
    MilestoneKind.resolution: message("Resolution"),
    MilestoneKind.post_mortem: message("Post-mortem"),
}


def milestone_name(kind: MilestoneKind, language: Language = ENGLISH) -> str:
    """The heading of a kind of milestone."""
    return language.phrase(MILESTONE_NAMES[kind])


def clock_name(kind: MilestoneKind) -> str:
    """The clock of a kind inside a sentence: `first response`, `restore`, `post-mortem`."""
    return "restore" if kind is MilestoneKind.restore else MILESTONE_NAMES[kind].lower()


def severity_name(catalog: Catalog, severity: str) -> str:
    """`S1 Critical`; where the key is a word and no code, the name alone."""
    known = catalog.severities.get(severity)
    if known is None or known.name == severity:
        return severity
    return f"{severity} {known.name}" if len(severity) <= _LONGEST_CODE else known.name


def severity_code(catalog: Catalog, severity: str) -> str:
    """`S1`, or the name where the key is a word and no code."""
    return severity if len(severity) <= _LONGEST_CODE else severity_name(catalog, severity)


def target_in_words(catalog: Catalog, target: ResolvedTarget, language: Language = ENGLISH) -> str:
    """`15 minutes, day and night`, `every 4 hours on weekdays (24×5)`, `No target`."""
    stated = target.statement
    if stated.within is None:
        absent = NO_TARGET if stated.absence is None else _ABSENCES[stated.absence]
        words = language.phrase(absent)
        return f"{words} ({stated.note})" if stated.note else words
    is_repeated = stated.milestone is MilestoneKind.periodic_update
    words = duration_on_hours(
        catalog, stated.within, target.hours, language, is_repeated=is_repeated
    )
    return f"{words}{_qualified(stated, language)}"


def _qualified(stated: Target, language: Language) -> str:
    """What else the row says: a share of cases, what must be delivered, what it needs."""
    said = ""
    if stated.attainment_percent is not None:
        share = percent_in_words(stated.attainment_percent, language)
        said += language.phrase(", for %(share)s of cases", share=share)
    if stated.delivers:
        said += language.phrase(", with %(what)s", what=stated.delivers)
    if stated.negotiable:
        said += language.phrase(", unless agreed otherwise")
    notes = [language.phrase("needs: %(what)s", what=stated.needs)] if stated.needs else []
    notes += [f"“{stated.label}”"] if stated.label else []
    notes += [language.phrase("beta")] if stated.beta else []
    notes += [language.phrase("inferred")] if stated.inferred else []
    notes += [stated.note] if stated.note else []
    return f"{said} ({'; '.join(notes)})" if notes else said


def clock_rules_in_words(rules: ClockRules) -> tuple[str, ...]:
    """One sentence for each rule, in the order in which a case meets them."""
    return (
        _start_in_words(rules.starts),
        *(pause_in_words(pause) for pause in rules.pauses.values()),
        _other_pauses(rules),
        _retarget_in_words(rules),
        _calendar_change_in_words(rules.calendar_change),
        _reopen_in_words(rules),
    )


def pause_in_words(pause: Pause) -> str:
    """`Waiting on customer stops the clocks of restore and resolution, ...`."""
    if not pause.stops:
        return f"“{pause.name}” stops no clock."
    clocks = joined([clock_name(kind) for kind in pause.stops])
    noun = "clock" if len(pause.stops) == 1 else "clocks"
    question = ", but only after we asked a question" if pause.needs_question else ""
    return f"“{pause.name}” stops the {noun} of {clocks}{question}."


def _start_in_words(start: ClockStart) -> str:
    match start:
        case ClockStart.opened:
            return "Clocks start when the case is opened."
        case ClockStart.severity_set:
            return "Clocks start when we set the severity."
        case _:
            assert_never(start)


def _other_pauses(rules: ClockRules) -> str:
    nothing = "Nothing else" if rules.pauses else "Nothing"
    return (
        f"{nothing} stops a clock. An automatic reply or a private note does not count as an "
        "answer."
    )


def _retarget_in_words(rules: ClockRules) -> str:
    when = "When the severity or the tier changes, the new target counts"
    match rules.retarget:
        case RetargetRule.from_original_start:
            return f"{when} from the original start."
        case RetargetRule.from_change:
            return f"{when} from the change."
        case RetargetRule.from_original_start_with_floor:
            floor = duration_in_words(rules.retarget_floor)
            return f"{when} from the original start, and leaves at least {floor}."
        case _:
            assert_never(rules.retarget)


def _calendar_change_in_words(rule: CalendarChangeRule) -> str:
    match rule:
        case CalendarChangeRule.bank_elapsed:
            return "When the hours change, time that was used stays used."
        case CalendarChangeRule.recompute_from_start:
            return "When the hours change, the clock is computed again from its start."
        case _:
            assert_never(rule)


def _reopen_in_words(rules: ClockRules) -> str:
    match rules.reopen.rule:
        case ReopenRule.resume:
            within = duration_in_words(rules.reopen.within)
            return (
                f"A case reopened within {within} of its resolution goes on with its clocks; "
                "later it starts new ones."
            )
        case ReopenRule.new_cycle:
            return "A reopened case starts new clocks."
        case ReopenRule.final:
            return "A reopened case starts no clock: the first resolution is final."
        case _:
            assert_never(rules.reopen.rule)
