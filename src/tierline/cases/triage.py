"""Triage: from what was answered, and what the account's profile says, to a severity and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.accounts.criticality import Part, Profile
from tierline.catalog.canonical import plain_statement
from tierline.catalog.triage_questions import ANSWERS
from tierline.catalog.triage_statement import Triage, TriageQuestion
from tierline.catalog.triage_table import COLUMNS, row_for, rule_words
from tierline.kernel.digest import canonical_json, digest_of_bytes
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from datetime import datetime

RECOVERY = "recovery_minutes"
_SENSITIVE = frozenset({"high", "critical"})


class Origin(StrEnum):
    """Where an input of triage comes from."""

    answered = auto()
    profile = auto()
    """The account's criticality profile fills in what nobody answered."""
    assumed = auto()
    """Nobody knows: the mildest."""


@dataclass(frozen=True, slots=True)
class TriageInput:
    """What was taken for one column, and from where."""

    value: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageResult:
    """What the table says. `row` counts from 1; `rule` is the row on one line, the same in every
    version that says the same; `level` is empty where the plan says who answers."""

    severity: str
    level: str
    reason: str
    row: int
    rule: str
    digest: str
    inputs: Mapping[str, TriageInput]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTriage:
    """One triage of a case, the `place`-th of it from 0. `agreed` is the severity that was set: an
    override where it is not the table's, with a reason. `is_customers` where the customer answered
    as they raised it, and nobody of ours has agreed yet."""

    case: str
    place: int
    at: datetime
    by: str
    is_customers: bool
    answers: Mapping[str, str]
    result: TriageResult
    catalog: str
    version: str
    agreed: str
    override_reason: str | None

    @property
    def is_override(self) -> bool:
        """Whether somebody set another severity than the table's."""
        return self.agreed != self.result.severity


def checked_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers, by question. Raises Invalid with every fault: an unknown question or answer, or
    none at all."""
    questions = {question.value for question in TriageQuestion}
    faults = [
        Fault("unknown_question", f"'{name}' is no question of triage.", f"answers.{name}",
              f"Answer one of: {', '.join(TriageQuestion)}.")
        for name in answers
        if name not in questions
    ]  # fmt: skip
    faults += [
        Fault("unknown_answer", f"'{answer}' is no answer on {name.replace('_', ' ')}.",
              f"answers.{name}", f"Write one of: {', '.join(ANSWERS[name])}.")
        for name, answer in answers.items()
        if name in questions and answer not in ANSWERS[name]
    ]  # fmt: skip
    if not answers:
        message = "Nothing was answered."
        faults.append(Fault("no_answers", message, "answers", "Answer at least one question."))
    if faults:
        raise Invalid("The case cannot be triaged on these answers.", faults)
    return dict(answers)


def inputs_of(answers: Mapping[str, str], profile: Profile | None) -> dict[str, TriageInput]:
    """Every column: as answered, else from the account's profile, else the mildest."""
    known = _known_of(profile)
    found = {}
    for name in COLUMNS:
        if name in answers:
            found[name] = TriageInput(answers[name], Origin.answered)
        elif name in known:
            found[name] = TriageInput(known[name], Origin.profile)
        else:
            found[name] = TriageInput(ANSWERS[name][-1], Origin.assumed)
    if RECOVERY in known:
        found[RECOVERY] = TriageInput(known[RECOVERY], Origin.profile)
    return found


def _known_of(profile: Profile | None) -> dict[str, str]:
    """What the profile says of the columns."""
    parts = profile.parts if profile else {}
    known: dict[str, str] = {}
    if Part.mission_criticality in parts:
        known["criticality"] = parts[Part.mission_criticality].value
    if Part.data_sensitivity in parts:
        is_sensitive = parts[Part.data_sensitivity].value in _SENSITIVE
        known[TriageQuestion.data_sensitivity] = "sensitive" if is_sensitive else "none"
    if Part.regulatory_exposure in parts:
        is_regulated = bool(parts[Part.regulatory_exposure].regulations)
        known[TriageQuestion.regulatory_exposure] = "regulated" if is_regulated else "none"
    if Part.recovery_time in parts:
        known[RECOVERY] = str(parts[Part.recovery_time].minutes)
    return known


def triaged(triage: Triage, answers: Mapping[str, str], profile: Profile | None) -> TriageResult:
    """What the table says about these answers of this account."""
    inputs = inputs_of(answers, profile)
    given = {name: inputs[name].value for name in COLUMNS}
    minutes = int(inputs[RECOVERY].value) if RECOVERY in inputs else None
    place = row_for(triage.rules, given, minutes)
    rule = triage.rules[place]
    return TriageResult(
        severity=rule.severity,
        level=rule.level.value if rule.level else "",
        reason=rule.because,
        row=place + 1,
        rule=rule_words(rule),
        digest=digest_of_bytes(canonical_json(plain_statement(triage))),
        inputs=inputs,
    )


CIRCUMSTANCES = (TriageQuestion.data_sensitivity, TriageQuestion.regulatory_exposure)
"""What a case is about, beside how much it hurts and how soon: which data, under which rules."""


def lifted_by(
    triage: Triage, result: TriageResult, severities: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Each circumstance that made a result worse by itself, with the severity that the table would
    give if it were at its mildest. `severities` are the worst first."""
    given = {name: result.inputs[name].value for name in COLUMNS}
    minutes = int(result.inputs[RECOVERY].value) if RECOVERY in result.inputs else None
    for name in CIRCUMSTANCES:
        milder = given | {name.value: ANSWERS[name][-1]}
        without = triage.rules[row_for(triage.rules, milder, minutes)].severity
        if severities.index(without) > severities.index(result.severity):
            yield name.value, without
