"""Imports of cases from another desk over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.case_import import check_cases, import_cases
from tierline.actions.case_import_report import document_of
from tierline.actions.imports import SOURCE_FORM, ImportKind, note_import
from tierline.api.answers import TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.case_imports import known_here, read_case_export
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.imports import fields_of, looked_at_cases, sent_file
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import format_instant

if TYPE_CHECKING:
    from tierline.actions.imported_case import CaseImportReport
    from tierline.store.records import Reads, Records

router = Routes(tags=["cases"])
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Importer = Annotated[Caller, Depends(may(Permission.import_records))]
MOST_BYTES = 64 * 1024**2
_FILE = {"schema": {"type": "string", "format": "binary"}}
_CONTENT = {"application/octet-stream": _FILE, "application/json": _FILE, "application/zip": _FILE}


class ImportedCasesAnswer(TypedDict):
    """What became of the cases."""

    added: Annotated[int, said("Cases of which nothing was known.")]
    changed: Annotated[int, said("Cases that went on in the other desk since the last import.")]
    unchanged: Annotated[int, said("Cases that say what is known.")]
    rejected: Annotated[int, said("Cases that are not imported; the faults say why.")]


class ImportFaultAnswer(TypedDict):
    """Why a record or a case is not taken."""

    code: Annotated[str, said("A stable word.")]
    message: Annotated[str, said("What is wrong.")]
    path: Annotated[str, said("The field, or the part of the mapping.")]
    write_instead: Annotated[str, said("What to write instead.")]
    source: Annotated[str | None, said("The file, the record and the case.")]
    line: Annotated[int | None, said("The line, where it has lines.")]


class UnknownFieldAnswer(TypedDict):
    """A field that the mapping neither reads, keeps nor leaves out."""

    list: Annotated[str, said("The list of records.")]
    field: Annotated[str, said("The field.")]
    records: Annotated[int, said("How many records have it.")]


class ComparedKindAnswer(TypedDict):
    """Both verdicts of one kind of milestone, counted by case."""

    milestone: Annotated[str, said("The kind.")]
    compared: Annotated[int, said("Cases that both sides have decided.")]
    agreeing: Annotated[int, said("Cases with the same verdict.")]
    both_met: Annotated[int, said("Met here and there.")]
    both_missed: Annotated[int, said("Missed here and there.")]
    only_ours_missed: Annotated[int, said("Missed here; the other desk says met.")]
    only_theirs_missed: Annotated[int, said("Met here; the other desk says missed.")]
    undecided: Annotated[int, said("Decided there alone.")]


class ReasonAnswer(TypedDict):
    """Why the other desk judged otherwise."""

    reason: Annotated[str, said("A stable word, or two with a plus.")]
    means: Annotated[str, said("What the other desk does otherwise.")]
    cases: Annotated[int, said("How many cases.")]
    first: Annotated[list[str], said("The first of them, as they are called there.")]


class DifferenceAnswer(TypedDict):
    """A case that was judged otherwise."""

    case: Annotated[str, said("As it is called there.")]
    milestone: Annotated[str, said("The kind.")]
    here: Annotated[str, said("met or missed.")]
    there: Annotated[str, said("met or missed.")]
    used_seconds: Annotated[int, said("Open time that was used.")]
    target_seconds: Annotated[int, said("Open time that was promised.")]
    due_at: Annotated[str | None, said("When the target was used up.")]
    reasons: Annotated[list[str], said("What explains it; of two both are needed.")]
    others: Annotated[list[str], said("What would explain it as well.")]


class ComparisonAnswer(TypedDict):
    """The other desk's verdicts beside ours."""

    kinds: Annotated[list[ComparedKindAnswer], said("By kind of milestone.")]
    reasons: Annotated[list[ReasonAnswer], said("By reason, the most frequent first.")]
    differences: Annotated[list[DifferenceAnswer], said("The first thousand.")]


class CaseImportAnswer(TypedDict):
    """What an import did, or would do."""

    format: Annotated[str, said("tierline/case-import/1")]
    is_dry_run: Annotated[bool, said("Whether nothing was written.")]
    source: Annotated[str, said("By which the cases are known again.")]
    name: Annotated[str, said("What the export is.")]
    as_of: Annotated[str, said("Until when it tells.")]
    records: Annotated[dict[str, int], said("Records by list.")]
    cases: Annotated[ImportedCasesAnswer, said("The cases, by what became of them.")]
    rejected_records: Annotated[int, said("Records that could not be used.")]
    coverage: Annotated[dict[str, int], said("New cases by how their account stood.")]
    faults: Annotated[list[ImportFaultAnswer], said("What is not taken, and why.")]
    unknown_fields: Annotated[list[UnknownFieldAnswer], said("Fields that nobody names.")]
    unused_lists: Annotated[list[str], said("Lists that nobody reads.")]
    comparison: Annotated[ComparisonAnswer, said("Verdicts beside ours.")]
    notices: Annotated[list[str], said("What is odd, and no fault.")]


class ImportedFromAnswer(TypedDict):
    """Where a case came from, and what the other desk said of it beside its facts."""

    source: Annotated[str, said("The other desk, as the import named it.")]
    external_id: Annotated[str, said("What it is called there.")]
    address: Annotated[str, said("Where it stands there; empty where the export does not say.")]
    imported_at: Annotated[str, instant("When it was last imported.")]
    verdicts: Annotated[dict[str, Any], said("What the other desk judged, by kind of milestone.")]
    kept: Annotated[dict[str, Any], said("Its own fields, by list of records.")]


@router.get("/v1/cases/{case}/import", summary="Where an imported case came from")
def read_import(request: Request, caller: Worker, case: str) -> ImportedFromAnswer:
    """Not found for one that was raised here."""

    def work(reads: Reads) -> ImportedFromAnswer:
        found = reads.imported_cases.find(seen_case(reads, case, caller, Permission.work_cases).id)
        if found is None:
            raise NotFound(f"The case '{case}' was not imported.")
        return {
            "source": found.source,
            "external_id": found.external_id,
            "address": found.address,
            "imported_at": format_instant(found.imported_at),
            "verdicts": dict(found.verdicts),
            "kept": dict(found.kept),
        }

    return application_of(request).read(work)


@router.post(
    "/v1/case-imports",
    summary="Import cases of another desk",
    openapi_extra={"requestBody": {"required": True, "content": _CONTENT}},
)
async def import_export(
    request: Request,
    caller: Importer,
    once: Once,
    *,
    from_: Annotated[
        str,
        Query(alias="from", min_length=1, max_length=40, description="Whose export it is."),
    ],
    source: Annotated[
        str | None,
        Query(
            pattern=f"^{SOURCE_FORM}$",
            description="Tells two installations of one desk apart; as `from` where absent.",
        ),
    ] = None,
    name: Annotated[
        str, Query(min_length=1, max_length=200, description="Of the file.")
    ] = "export.json",
    dry_run: bool = False,
) -> CaseImportAnswer:
    """An export as JSON, JSON Lines, CSV, or a ZIP of them, in which `mapping.yaml` may stand in
    place of the mapping that ships. Sound cases are imported with their history, the others are
    told with their faults. The same export again changes nothing. The other desk's verdicts are
    compared with ours, and each difference is explained."""
    content = await request.body()
    stated = (from_, source or from_, name, content)
    return await run_in_threadpool(_imported, request, caller, once, stated, dry_run)


def _imported(
    request: Request,
    caller: Caller,
    once: OnceOnly,
    stated: tuple[str, str, str, bytes],
    dry_run: bool,
) -> CaseImportAnswer:
    application = application_of(request)
    file = read_case_export(*stated)
    occasion = application.occasion(caller.id)
    if dry_run:
        report = application.read(
            lambda reads: check_cases(reads, file, known_here(application, reads), occasion)
        )
        return _document(report)
    sent = sent_file(ImportKind.cases, stated[2], stated[3], desk=stated[0], source=stated[1])
    fields = fields_of(sent)

    def work(records: Records) -> CaseImportAnswer:
        report = import_cases(records, file, known_here(application, records), occasion)
        note_import(records, sent, looked_at_cases(report, fields), occasion)
        return _document(report)

    return once.change(caller, work)


def _document(report: CaseImportReport) -> CaseImportAnswer:
    return cast(CaseImportAnswer, document_of(report))
