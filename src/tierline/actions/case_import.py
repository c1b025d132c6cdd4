"""Importing cases of another desk: their histories become facts at their own instants.

A case is known again by its source and the id it has there. The same case again changes nothing;
one that went on there gets the facts that are new. A case that cannot be imported is rejected with
every reason, and the others are imported. Nobody is told of what became true before the import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.actions.case_import_draft import CaseImportReads, Draft, Known, drafted
from tierline.actions.case_import_writing import CaseImportBooks, write
from tierline.actions.imported_case import CaseCounts, CaseFile, CaseImportReport, ImportedPart
from tierline.cases.history import CaseHistory
from tierline.scorecards.difference_rules import with_target
from tierline.scorecards.differences import Judged, compared

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.milestones.terms import Terms


def check_cases(
    reads: CaseImportReads, file: CaseFile, here: Known, occasion: Occasion
) -> CaseImportReport:
    """What importing would do, without doing it."""
    return _report(drafted(reads, file, here, occasion), is_dry_run=True)


def import_cases(
    books: CaseImportBooks, file: CaseFile, here: Known, occasion: Occasion
) -> CaseImportReport:
    """Import the sound cases of an export, all in one unit."""
    draft = drafted(books, file, here, occasion)
    write(books, draft, occasion)
    return _report(draft, is_dry_run=False)


def import_part(
    books: CaseImportBooks, file: CaseFile, here: Known, occasion: Occasion
) -> ImportedPart:
    """The same of some cases of an export, whose verdicts were compared when it was looked at."""
    draft = drafted(books, file, here, occasion)
    write(books, draft, occasion)
    return ImportedPart(draft.counts, tuple(draft.faults), dict(draft.coverage))


def judge_cases(file: CaseFile, terms: Terms, *, own_targets: bool = False) -> CaseImportReport:
    """The same report without an installation: every case held to these terms in the tier that the
    mapping says; with `own_targets` to the targets that the export states, where it states them."""
    judged = [
        Judged(
            CaseHistory(case.external_id, case.tier, case.events),
            kind,
            with_target(terms, kind, old.target_us) if own_targets and old.target_us else terms,
            old,
        )
        for case in file.cases
        for kind, old in case.verdicts.items()
    ]
    counts = CaseCounts(added=len(file.cases), rejected=file.rejected_cases)
    return CaseImportReport(
        is_dry_run=True,
        file=file,
        counts=counts,
        faults=file.faults,
        coverage={},
        comparison=compared(judged, file.as_of),
        notices=file.notices,
    )


def _report(draft: Draft, *, is_dry_run: bool) -> CaseImportReport:
    return CaseImportReport(
        is_dry_run=is_dry_run,
        file=draft.file,
        counts=draft.counts,
        faults=tuple(draft.faults),
        coverage=dict(sorted(draft.coverage.items())),
        comparison=compared(draft.judged, draft.file.as_of),
        notices=(*draft.file.notices, *dict.fromkeys(draft.notices)),
    )
