"""What can be done with criticality: record what somebody found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.criticality import Assessment, Part, plain_evidence, plain_value
from tierline.actions.contacts import KnownAccounts
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.ids import ASSESSMENT
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion


class Assessments(Protocol):
    """The assessments that there are."""

    def add(self, assessments: Sequence[Assessment]) -> None: ...


class CriticalityBooks(Journal, Protocol):
    """What the action of this module needs."""

    @property
    def accounts(self) -> KnownAccounts: ...

    @property
    def criticality(self) -> Assessments: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody found out about one part: reviewed on a day (today), by whom (the caller)."""

    part: Part
    value: str
    evidence: str
    reviewed_on: date | None = None
    reviewer: str | None = None


def record_findings(
    books: CriticalityBooks, account: str, findings: Sequence[Finding], occasion: Occasion
) -> tuple[Assessment, ...]:
    """The assessments, in effect from the day of their review. Raises NotFound, or Invalid with
    every fault."""
    known = books.accounts.get(account).id
    found: list[Assessment] = []
    faults = _told_twice(findings)
    for number, finding in enumerate(findings):
        try:
            found.append(_assessment(known, finding, occasion))
        except Invalid as error:
            faults += [_placed(fault, number) for fault in error.faults]
    if faults:
        raise Invalid("The profile cannot be kept as stated.", faults)
    books.criticality.add(found)
    books.append(
        [
            occasion.fact(
                "CriticalityAssessed",
                known,
                {
                    "assessment": each.id,
                    "part": each.part.value,
                    "value": each.value,
                    "reviewed_on": each.reviewed_on.isoformat(),
                },
            )
            for each in found
        ]
    )
    return tuple(found)


def _told_twice(findings: Sequence[Finding]) -> list[Fault]:
    parts = [finding.part for finding in findings]
    return [
        Fault("told_twice", f"'{part}' is assessed twice.", f"findings[{number}].part")
        for number, part in enumerate(parts)
        if part in parts[:number]
    ]


def _assessment(account: str, finding: Finding, occasion: Occasion) -> Assessment:
    today = occasion.now.date()
    reviewed_on = finding.reviewed_on or today
    if reviewed_on > today:
        fault = Fault("in_the_future", "The review lies in the future.", "reviewed_on")
        raise Invalid("The assessment cannot be kept as stated.", [fault])
    return Assessment(
        id=occasion.new_id(ASSESSMENT),
        account=account,
        part=finding.part,
        value=plain_value(finding.part, finding.value),
        evidence=plain_evidence(finding.evidence),
        reviewer=finding.reviewer or occasion.by,
        reviewed_on=reviewed_on,
        recorded_at=to_micros(occasion.now),
    )


def _placed(fault: Fault, number: int) -> Fault:
    return Fault(fault.code, fault.message, f"findings[{number}].{fault.path}", fault.write_instead)
