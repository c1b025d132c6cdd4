"""Imports of accounts, contacts and contracts over HTTP, and the templates to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from tierline import bootstrap
from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.account_import import check_import, import_accounts
from tierline.actions.account_rows import Count, ImportReport, RowKind
from tierline.actions.imports import ImportKind, note_import
from tierline.api.answers import TypedDict, said
from tierline.api.callers import may
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.imports import looked_at_accounts, sent_file
from tierline.kernel.media_types import WORKBOOK

if TYPE_CHECKING:
    from tierline.store.records import Records

router = Routes(prefix="/v1/account-imports", tags=["accounts"])
Importer = Annotated[Caller, Depends(may(Permission.import_records))]
MOST_BYTES = 64 * 1024**2
_CSV = "text/csv"
_FILE = {"schema": {"type": "string", "format": "binary"}}
_CONTENT = {"application/octet-stream": _FILE, _CSV: _FILE, WORKBOOK: _FILE}


class ImportedRowsAnswer(TypedDict):
    """What became of the rows of one kind."""

    added: Annotated[int, said("Rows of which nothing was known.")]
    changed: Annotated[int, said("Rows that say something else than before.")]
    unchanged: Annotated[int, said("Rows that say what is known.")]


class ImportAnswer(TypedDict):
    """What an import did, or would do."""

    is_dry_run: Annotated[bool, said("Whether nothing was written.")]
    accounts: Annotated[ImportedRowsAnswer, said("Rows of accounts.")]
    contacts: Annotated[ImportedRowsAnswer, said("Rows of contacts.")]
    contracts: Annotated[ImportedRowsAnswer, said("Rows of contracts.")]
    notices: Annotated[list[str], said("What is odd, and no fault.")]


@router.post(
    "",
    summary="Import accounts, contacts and contracts",
    openapi_extra={"requestBody": {"required": True, "content": _CONTENT}},
)
async def import_file(
    request: Request,
    caller: Importer,
    once: Once,
    *,
    name: Annotated[str, Query(min_length=1, max_length=200, description="Of the file.")] = "file",
    dry_run: bool = False,
) -> ImportAnswer:
    """A CSV file of one kind of row, or a workbook with the sheets `accounts`, `contacts` and
    `contracts`. All of it is imported, or nothing, and then every fault is told with its line. The
    same file again changes nothing."""
    content = await request.body()
    return await run_in_threadpool(_imported, request, caller, once, content, name, dry_run)


@router.get(
    "/template",
    summary="A file to fill in",
    response_class=Response,
    responses={200: {"content": {_CSV: _FILE, WORKBOOK: _FILE}}},
)
def read_template(
    _: Importer,
    kind: Annotated[RowKind | None, Query(description="CSV of one kind; else a workbook.")] = None,
) -> Response:
    """With an example of each kind of row."""
    stated = None if kind is None else kind.value
    return Response(
        bootstrap.account_template(stated), media_type=WORKBOOK if kind is None else _CSV
    )


def _imported(
    request: Request, caller: Caller, once: OnceOnly, content: bytes, name: str, dry_run: bool
) -> ImportAnswer:
    application = application_of(request)
    file = bootstrap.read_account_file(name, content)
    occasion = application.occasion(caller.id)
    if dry_run:
        return _document(application.read(lambda reads: check_import(reads, file, occasion)))
    sent = sent_file(ImportKind.accounts, name, content)

    def work(records: Records) -> ImportAnswer:
        report = import_accounts(records, file, occasion)
        note_import(records, sent, looked_at_accounts(report), occasion)
        return _document(report)

    return once.change(caller, work)


def _document(report: ImportReport) -> ImportAnswer:
    return {
        "is_dry_run": report.is_dry_run,
        "accounts": _count(report.counts[RowKind.account]),
        "contacts": _count(report.counts[RowKind.contact]),
        "contracts": _count(report.counts[RowKind.contract]),
        "notices": list(report.notices),
    }


def _count(count: Count) -> ImportedRowsAnswer:
    return {"added": count.added, "changed": count.changed, "unchanged": count.unchanged}
