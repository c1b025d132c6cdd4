"""Imports as somebody sends them: read, looked at and kept; then imported part by part."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from tierline import bootstrap
from tierline.actions.account_import import check_import, import_accounts
from tierline.actions.case_import import check_cases, import_part
from tierline.actions.case_import_report import MOST_FAULTS, document_of, faults_of
from tierline.actions.imports import ImportKind, ImportState, Looked, SentFile, keep_import
from tierline.bootstrap.case_imports import (
    export_fields,
    known_here,
    read_case_export,
)
from tierline.bootstrap.sent import Sent
from tierline.kernel.digest import digest_of_bytes
from tierline.kernel.errors import Conflict, Invalid, LimitReached, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tierline.actions.account_rows import ImportReport
    from tierline.actions.imported_case import CaseFile, CaseImportReport, ImportedPart
    from tierline.actions.imports import KeptImport
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.store.records import Records

CASES_AT_ONCE = 200
"""So many are imported in one transaction."""
MOST_ATTEMPTS = 8
_NAME_CHARACTERS = 200


def look_at(application: Application, file: SentFile, occasion: Occasion) -> Looked:
    """What importing a file would do. Raises Invalid or LimitReached for one that as a whole cannot
    be read; what is wrong with single rows stands in the details."""
    if file.kind is ImportKind.accounts:
        return _look_at_accounts(application, file, occasion)
    export = read_case_export(file.desk, file.source, file.name, file.content)
    report = application.read(
        lambda reads: check_cases(reads, export, known_here(application, reads), occasion)
    )
    return looked_at_cases(report, fields_of(file))


def fields_of(file: SentFile) -> list[dict[str, str]]:
    """What becomes of each field of an export."""
    return [
        {"list": each.list, "field": each.field, "fate": each.fate.value, "reason": each.reason}
        for each in export_fields(file.desk, file.content)
    ]


def looked_at_cases(report: CaseImportReport, fields: Sequence[Mapping[str, str]]) -> Looked:
    """The report of an import of cases as it is kept, with what becomes of each field."""
    document = document_of(report)
    return Looked(
        total=len(report.file.cases),
        changes=report.counts.added + report.counts.changed,
        counts=_counts_of(document),
        details=document | {"fields": list(fields)},
    )


def looked_at_accounts(report: ImportReport) -> Looked:
    """The same of an import of accounts."""
    rows = {kind.value: asdict(count) for kind, count in report.counts.items()}
    return Looked(
        total=sum(sum(each.values()) for each in rows.values()),
        changes=sum(each["added"] + each["changed"] for each in rows.values()),
        counts={"rows": rows},
        details={"faults": [], "notices": list(report.notices)},
    )


def keep_file(application: Application, file: SentFile, by: str) -> KeptImport:
    """Look at a file and keep it, until somebody decides."""
    occasion = application.occasion(by)
    looked = look_at(application, file, occasion)
    return application.change(lambda records: keep_import(records, file, looked, occasion))


def sent_file(
    kind: ImportKind, name: str, content: bytes, *, desk: str = "", source: str = ""
) -> SentFile:
    """A file as it was sent; its source is its desk where nothing else is stated. Raises Invalid
    for one that is empty."""
    if not content:
        raise Invalid("The file is empty.", code="empty_file")
    of_cases = kind is ImportKind.cases
    return SentFile(
        kind=kind,
        desk=desk if of_cases else "",
        source=(source or desk) if of_cases else "",
        name=name[-_NAME_CHARACTERS:],
        content=content,
        digest=digest_of_bytes(content),
    )


@dataclass(slots=True)
class _Open:
    """The export that is being imported, read once for all of its parts."""

    id: str
    file: CaseFile


class Importing:
    """Imports kept files. One for each process, for one thread."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._open: _Open | None = None

    def go_on(self, import_: str, by: str, attempts: int = 1) -> Sent:
        """Import the next part of a file, if it is still to be imported. `attempts` are the tries
        of this part: after so many it is given up."""
        occasion = self._application.occasion(by)
        kept = self._application.read(lambda reads: reads.imports.get(import_))
        if kept.state is not ImportState.running:
            self._let_go(import_)
            return Sent()
        if attempts > MOST_ATTEMPTS:
            return self._failed(import_, f"It failed {MOST_ATTEMPTS} times. Send the file again.")
        try:
            if kept.kind is ImportKind.accounts:
                return self._accounts(kept, occasion)
            return self._cases(kept, occasion)
        except (Invalid, LimitReached, NotFound) as error:
            return self._failed(import_, error.message)

    def _failed(self, import_: str, said: str) -> Sent:
        self._let_go(import_)
        return Sent(lambda records: records.imports.fail(import_, said))

    def _let_go(self, import_: str) -> None:
        if self._open is not None and self._open.id == import_:
            self._open = None

    def _accounts(self, kept: KeptImport, occasion: Occasion) -> Sent:
        content = self._application.read(lambda reads: reads.imports.content(kept.id))
        file = bootstrap.read_account_file(kept.name, content)
        self._application.read(lambda reads: check_import(reads, file, occasion))

        def write(records: Records) -> None:
            looked = looked_at_accounts(import_accounts(records, file, occasion))
            told = (looked.counts, looked.details)
            records.imports.advance(kept, kept.total, told, occasion.now)

        return Sent(write)

    def _cases(self, kept: KeptImport, occasion: Occasion) -> Sent:
        file = self._file_of(kept)
        upto = min(kept.done + CASES_AT_ONCE, len(file.cases))
        part = replace(file, cases=file.cases[kept.done : upto])
        if kept.done:
            part = replace(part, faults=(), rejected_cases=0)
        is_last = upto == len(file.cases)

        def write(records: Records) -> None:
            done = import_part(records, part, known_here(self._application, records), occasion)
            before = records.imports.details(kept.id)
            if before is None:
                raise Conflict("This import was ended meanwhile.", code="import_went_on")
            details = _with_part(before, done, is_first=not kept.done)
            told = (_counts_of(details), details)
            records.imports.advance(kept, upto, told, occasion.now if is_last else None)

        if is_last:
            self._let_go(kept.id)
        return Sent(write, None if is_last else occasion.now)

    def _file_of(self, kept: KeptImport) -> CaseFile:
        """Its cases in the order in which they were opened, as all of them have it at once."""
        if self._open is None or self._open.id != kept.id:
            content = self._application.read(lambda reads: reads.imports.content(kept.id))
            file = read_case_export(kept.desk, kept.source, kept.name, content)
            ordered = sorted(file.cases, key=lambda each: (each.events[0].at, each.external_id))
            self._open = _Open(kept.id, replace(file, cases=tuple(ordered)))
        return self._open.file


def _look_at_accounts(application: Application, file: SentFile, occasion: Occasion) -> Looked:
    rows = bootstrap.read_account_file(file.name, file.content)
    try:
        report = application.read(lambda reads: check_import(reads, rows, occasion))
    except Invalid as error:
        total = len(rows.accounts) + len(rows.contacts) + len(rows.contracts) + len(rows.unread)
        return Looked(
            total=total,
            changes=0,
            counts={"rows": {}, "faults": len(error.faults)},
            details={"faults": faults_of(error.faults), "notices": []},
        )
    return looked_at_accounts(report)


def _counts_of(details: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept for good: how many, and nobody's name."""
    kinds = details["comparison"]["kinds"]
    return {
        "cases": details["cases"],
        "rejected_records": details["rejected_records"],
        "coverage": details["coverage"],
        "compared": sum(each["compared"] for each in kinds),
        "agreeing": sum(each["agreeing"] for each in kinds),
    }


def _with_part(before: Mapping[str, Any], done: ImportedPart, *, is_first: bool) -> dict[str, Any]:
    """What was said when the file was looked at, with what came of its cases so far."""
    counted = asdict(done.counts)
    faults, coverage = faults_of(done.faults), Counter(done.coverage)
    if not is_first:
        counted = {key: before["cases"][key] + count for key, count in counted.items()}
        faults = list(islice((*before["faults"], *faults), MOST_FAULTS))
        coverage.update(before["coverage"])
    changed = {"cases": counted, "faults": faults, "coverage": dict(sorted(coverage.items()))}
    return {**before, **changed, "is_dry_run": False}
