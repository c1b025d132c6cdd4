"""How much depends on us at an account: the profile that triage, eligibility and the chooser read.

Each part is an assessment of its own, with evidence, reviewer and day of review. Assessments are
facts and are never changed; the profile of an instant is the last assessment of each part that was
made by then. What is missing or older than twelve months is listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tierline.kernel.errors import Fault, Invalid

YEARS_FRESH = 1


class Part(StrEnum):
    """What is assessed, in the order in which it is shown."""

    mission_criticality = "mission_criticality"
    """How much of the account's own work stops with us: a level."""
    uptime_impact = "uptime_impact"
    """What an hour of outage costs them: a whole amount of money with its currency."""
    recovery_time = "recovery_time"
    """RTO: minutes until they must work again."""
    recovery_point = "recovery_point"
    """RPO: minutes of data that they may lose."""
    regulatory_exposure = "regulatory_exposure"
    """Rules that bind them where we are involved (GxP, DORA, HIPAA), or `none`."""
    data_sensitivity = "data_sensitivity"
    """What of theirs we hold: a level."""
    switching_cost = "switching_cost"
    """How hard it is for them to leave: a level."""


LEVELS = ("low", "moderate", "high", "critical")
_OF_LEVEL = frozenset({Part.mission_criticality, Part.data_sensitivity, Part.switching_cost})
_OF_MINUTES = frozenset({Part.recovery_time, Part.recovery_point})
_LONGEST_MINUTES = 525_600
_TEXT_LIMIT_CHARACTERS = 200
_EVIDENCE_LIMIT_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One part as somebody found it. `value` is text: a level, minutes, `12000 USD`, `GxP, DORA`.
    `reviewer` is the id of a user; `recorded_at` is when we came to know it, in microseconds."""

    id: str
    account: str
    part: Part
    value: str
    evidence: str
    reviewer: str
    reviewed_on: date
    recorded_at: int

    @property
    def minutes(self) -> int | None:
        """The value of a part that is measured in minutes."""
        return int(self.value) if self.part in _OF_MINUTES else None

    @property
    def regulations(self) -> tuple[str, ...]:
        """The rules named in regulatory exposure."""
        if self.part is not Part.regulatory_exposure or self.value == "none":
            return ()
        return tuple(name.strip() for name in self.value.split(","))


@dataclass(frozen=True, slots=True)
class Profile:
    """The assessments that hold for an account; a part that nobody assessed is not among them."""

    account: str
    parts: dict[Part, Assessment]

    def due(self, on: date) -> tuple[Due, ...]:
        """Parts that are missing, or were last reviewed more than twelve months before a day."""
        found = []
        for part in Part:
            known = self.parts.get(part)
            if known is None or is_stale(known.reviewed_on, on):
                found.append(Due(part, None if known is None else known.reviewed_on))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Due:
    """A part to review; `last_on` None: it never was."""

    part: Part
    last_on: date | None

    @property
    def is_missing(self) -> bool:
        """Whether nobody has ever assessed it."""
        return self.last_on is None


def profile_at(
    assessments: Iterable[Assessment], account: str, *, on: date, known_at: int | None = None
) -> Profile:
    """The profile of a day: of each part what was reviewed last; of two of one day what we came to
    know last."""
    found: dict[Part, Assessment] = {}
    known = (
        each
        for each in assessments
        if each.account == account
        and each.reviewed_on <= on
        and (known_at is None or each.recorded_at <= known_at)
    )
    for each in sorted(known, key=lambda one: (one.reviewed_on, one.recorded_at, one.id)):
        found[each.part] = each
    return Profile(account, {part: found[part] for part in Part if part in found})


def is_stale(reviewed_on: date, on: date) -> bool:
    """Whether more than twelve months lie between; a review of 29 February holds to 28 February."""
    return on > _years_later(reviewed_on, YEARS_FRESH)


def fresh_from(on: date) -> date:
    """The earliest day of a review that is still fresh on a day: the other side of `is_stale`."""
    try:
        return on.replace(year=on.year - YEARS_FRESH)
    except ValueError:
        return date(on.year - YEARS_FRESH, 3, 1)


def plain_value(part: Part, text: str) -> str:
    """The value in the one form in which it is kept. Raises Invalid with what to write instead."""
    value = " ".join(text.split())
    if part in _OF_LEVEL:
        return _one_of(part, value.lower())
    if part in _OF_MINUTES:
        return _minutes(part, value)
    if part is Part.uptime_impact:
        return _amount(value)
    names = [name.strip() for name in value.split(",") if name.strip()]
    if not names or len(value) > _TEXT_LIMIT_CHARACTERS or not value.isprintable():
        raise _wrong(part, "Write the rules with commas between them (GxP, DORA), or 'none'.")
    return "none" if [name.lower() for name in names] == ["none"] else ", ".join(names)


def plain_evidence(text: str) -> str:
    """Where the assessment comes from. Raises Invalid where nothing is said."""
    evidence = text.strip()
    if not 1 <= len(evidence) <= _EVIDENCE_LIMIT_CHARACTERS:
        fault = Fault(
            "no_evidence",
            "An assessment names its evidence.",
            "evidence",
            "Write where it comes from: a contract clause, a call, a questionnaire.",
        )
        raise Invalid("The assessment cannot be kept as stated.", [fault])
    return evidence


def _one_of(part: Part, value: str) -> str:
    if value not in LEVELS:
        raise _wrong(part, f"Write one of {', '.join(LEVELS)}.")
    return value


def _minutes(part: Part, value: str) -> str:
    is_number = value.isascii() and value.isdigit() and len(value) <= len(str(_LONGEST_MINUTES))
    if not is_number or int(value) > _LONGEST_MINUTES:
        raise _wrong(part, f"Write whole minutes from 0 to {_LONGEST_MINUTES:,}, e.g. 240.")
    return str(int(value))


def _amount(value: str) -> str:
    number, _, currency = value.partition(" ")
    is_currency = len(currency) == 3 and currency.isascii() and currency.isalpha()
    if not number.isascii() or not number.isdigit() or len(number) > 12 or not is_currency:
        raise _wrong(Part.uptime_impact, "Write the cost of an hour with its currency: 12000 USD.")
    return f"{int(number)} {currency.upper()}"


def _wrong(part: Part, instead: str) -> Invalid:
    said = f"This says nothing about {part.value.replace('_', ' ')}."
    return Invalid(
        "The assessment cannot be kept as stated.", [Fault("bad_value", said, "value", instead)]
    )


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
