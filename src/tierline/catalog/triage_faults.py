"""Faults of a triage table: each row with what is wrong in it, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from tierline.catalog.triage_questions import ANSWERS
from tierline.catalog.triage_statement import Triage, TriageRule
from tierline.catalog.triage_table import cells_of, space_of
from tierline.kernel.errors import Fault

if TYPE_CHECKING:
    from tierline.catalog.document import Document

_Path = list[str | int]


def triage_faults(document: Document) -> list[Fault]:
    """Every fault of the table that its form alone does not show."""
    stated = document.value.get("triage")
    try:
        triage = None if stated is None else Triage.model_validate(stated)
    except ValidationError:
        return []  # the catalog's own validation names these
    if triage is None:
        return []
    known = document.value.get("severities")
    found = [*_word_faults(triage, known if isinstance(known, dict) else {})]
    if not any(fault.code == "unknown_answer" for fault, _ in found):
        found += _reach_faults(triage)
    return [document.at(fault, ["triage", *path]) for fault, path in found]


def _word_faults(triage: Triage, severities: dict[str, Any]) -> Iterator[tuple[Fault, _Path]]:
    for place, rule in enumerate(triage.rules):
        row: _Path = ["rules", place]
        if rule.severity not in severities:
            message = f"'{rule.severity}' is not a severity of the catalog."
            yield _fault("unknown_severity", message, tuple(severities)), [*row, "severity"]
        for name, cell in cells_of(rule).items():
            for answer in cell:
                if answer not in ANSWERS[name]:
                    yield _unknown_answer(name, answer), [*row, name]
    for question, words in triage.questions.items():
        for answer in words.answers:
            if answer not in ANSWERS[question]:
                path: _Path = ["questions", question.value, "answers", answer]
                yield _unknown_answer(question.value, answer), path


def _reach_faults(triage: Triage) -> Iterator[tuple[Fault, _Path]]:
    space = space_of(triage.rules)
    for place in space.unreached:
        yield (
            Fault(
                "unreachable_row",
                f"Row {place + 1} never decides: the rows above it take all that it says.",
                write_instead="Move it up, or remove it.",
            ),
            ["rules", place],
        )
    if not _fits_everything(triage.rules[-1]):
        open_ = np.argwhere(space.rows < 0)
        example = f" Nothing fits {space.case_at([*map(int, open_[0])])}." if len(open_) else ""
        yield (
            Fault(
                "no_catch_all",
                f"The last row does not fit everything.{example}",
                write_instead="End with a row that leaves every column out: "
                "'{severity: ..., because: ...}'.",
            ),
            ["rules", len(triage.rules) - 1],
        )


def _fits_everything(rule: TriageRule) -> bool:
    return not any(cells_of(rule).values()) and isinstance(rule.recovery_within, str)


def _unknown_answer(column: str, answer: str) -> Fault:
    message = f"'{answer}' is no answer on {column.replace('_', ' ')}."
    return _fault("unknown_answer", message, (*ANSWERS[column], "any"))


def _fault(code: str, message: str, known: tuple[str, ...]) -> Fault:
    instead = f"Write one of: {', '.join(known)}." if known else "List the severities first."
    return Fault(code, message, write_instead=instead)
