"""Cases as an export of another desk tells them, and what became of them here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tierline.cases.event import CaseEvent
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Fault
from tierline.kernel.instants import format_instant
from tierline.scorecards.differences import Comparison, OldVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCase:
    """`external_id` is what the other desk calls it, `place` where it stands in the export. `texts`
    are what was written, by the place of their event; that of the opening is 0. `account` and
    `contact` are the other desk's ids of who asked, empty where it names nobody."""

    external_id: str
    place: str
    events: tuple[CaseEvent, ...]
    tier: str = ""
    account: str = ""
    contact: str = ""
    channel: str = ""
    subject: str = ""
    address: str = ""
    texts: tuple[tuple[int, str], ...] = ()
    kept: Mapping[str, Any] = field(default_factory=dict)
    verdicts: Mapping[MilestoneKind, OldVerdict] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Equal for exports that tell the same of it."""
        return digest_of(
            {
                "events": [
                    [format_instant(event.at), event.kind.name, event.value]
                    for event in self.events
                ],
                "said": [list(each) for each in self.texts],
                "who": [self.account, self.contact, self.channel, self.subject, self.address],
                "kept": self.kept,
                "verdicts": {
                    kind.value: [old.is_met, old.target_us] for kind, old in self.verdicts.items()
                },
            }
        )


@dataclass(frozen=True, slots=True)
class FieldFate:
    """What becomes of a field of an export: `unknown` is what the mapping does not name."""

    list: str
    field: str
    records: int


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """All cases of an export, and what is wrong with the rest. `as_of` is until when it is
    complete."""

    source: str
    """The key of the other desk, by which cases are known again."""
    name: str
    cases: tuple[ImportedCase, ...]
    faults: tuple[Fault, ...]
    as_of: datetime
    records: Mapping[str, int]
    """By list."""
    rejected_rows: int = 0
    rejected_cases: int = 0
    """Cases that no sound row tells whole."""
    unused: tuple[str, ...] = ()
    """Lists that nobody reads."""
    unknown: tuple[FieldFate, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptCase:
    """What is kept of an imported case beside its facts."""

    case: str
    source: str
    external_id: str
    address: str
    kept: Mapping[str, Any]
    verdicts: Mapping[str, Any]
    imported_at: datetime


@dataclass(slots=True)
class CaseCounts:
    """What becomes of the cases of a file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class ImportedPart:
    """What became of some cases of a file."""

    counts: CaseCounts
    faults: tuple[Fault, ...]
    coverage: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class CaseImportReport:
    """What was done, or in a dry run would be."""

    is_dry_run: bool
    file: CaseFile
    counts: CaseCounts
    faults: tuple[Fault, ...]
    """Of the file, then of its cases."""
    coverage: Mapping[str, int]
    """New cases by how their account stood when they were opened."""
    comparison: Comparison
    notices: tuple[str, ...] = ()
