"""What a health report says in sentences: what it came to, and what its reader may do about it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tierline.languages.language import message
from tierline.web.reading import READING, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.languages.language import Language
    from tierline.scorecards.health_report import HealthReport

_WAITING, _MISSED, _USED_UP, _NEARLY = "waiting", "missed", "breach", "warn"
_NOTHING_USED = "0"


def in_short(report: HealthReport) -> tuple[str, ...]:
    """What the period came to, in sentences of the reader's language."""
    language = READING.get()
    return tuple(_in_short(report, language))


def advice(report: HealthReport) -> tuple[str, ...]:
    """What the account may do, each sentence from a figure of the report. Nothing is offered for
    sale: who withdrew that consent reads the same."""
    language = READING.get()
    return tuple(_advice(report, language))


def _in_short(report: HealthReport, language: Language) -> Iterator[str]:
    decided = report.met + report.missed
    if decided:
        yield language.phrase(
            "%(met)s of %(decided)s promises were kept, %(missed)s missed.",
            met=language.number(report.met),
            decided=language.number(decided),
            missed=language.number(report.missed),
        )
    else:
        yield language.phrase("No promise came to its end in this period.")
    yield language.phrase(
        "Cases raised: %(opened)s, resolved: %(resolved)s, open when this was drawn up: %(open)s.",
        opened=language.number(report.cases_opened),
        resolved=language.number(report.cases_resolved),
        open=language.number(len(report.open_cases)),
    )
    if report.misses:
        worst = report.misses[0]
        yield language.phrase(
            "Furthest beyond what was promised: case %(number)s, %(used)s instead of %(promised)s "
            "(%(promise)s).",
            number=worst.number,
            promise=language.within(said(worst.name)),
            used=language.open_length(worst.used_seconds),
            promised=language.open_length(worst.allowed_seconds),
        )
    overdue = sum(row.is_overdue for row in report.actions)
    if report.actions:
        yield language.phrase(
            "Actions of ours that are still open: %(open)s, of which overdue: %(overdue)s.",
            open=language.number(len(report.actions)),
            overdue=language.number(overdue),
        )


def _advice(report: HealthReport, language: Language) -> Iterator[str]:
    waiting = [str(row.number) for row in report.open_cases if row.state == _WAITING]
    if waiting:
        yield language.phrase(
            "See whether an answer of yours is what is waited for: case %(numbers)s.",
            numbers=language.joined(waiting),
        )
    for care in report.care:
        if care.state == _MISSED:
            yield language.phrase(
                "%(what)s of %(day)s was not held: agree with us on a day for it.",
                what=said(care.what),
                day=_day(care.due_on, language),
            )
    for row in report.balances:
        yield from _of_balance(row.name, row.used, row.state, language)
    held = {care.what for care in report.care}
    for coming in report.next:
        if coming.what in held or coming.what in _OURS:
            continue
        held.add(coming.what)
        yield language.phrase(
            "%(what)s is due by %(day)s: send us what it should look at.",
            what=said(coming.what),
            day=_day(coming.on, language),
        )


_OURS = (message("Next health report"), message("The contract's last day"))
"""What is to come, and nobody prepares."""


def _of_balance(name: str, used: str, state: str, language: Language) -> Iterator[str]:
    if state == _USED_UP:
        yield language.phrase("Used up: %(name)s. Look at what uses it.", name=name)
    elif state == _NEARLY:
        yield language.phrase("Nearly used up: %(name)s. Look at what uses it.", name=name)
    elif used.split(" ", maxsplit=1)[0] == _NOTHING_USED:
        yield language.phrase(
            "Included and not used: %(name)s. Tell us where it would help.", name=name
        )


def _day(text: str, language: Language) -> str:
    return language.day(date.fromisoformat(text))
