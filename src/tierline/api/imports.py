"""Imports that wait to be decided about, over HTTP: kept with what was found, imported or taken
back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.imports import (
    SOURCE_FORM,
    ImportKind,
    ImportState,
    KeptImport,
    SentFile,
    discard_import,
    keep_import,
    start_import,
)
from tierline.api.answers import ActorId, Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.case_imports import MOST_BYTES
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import DEFAULT_LIMIT, After, Limit, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.imports import look_at, sent_file
from tierline.kernel.media_types import WORKBOOK
from tierline.queries.imports import list_imports

__all__ = ["MOST_BYTES", "router"]
router = Routes(prefix="/v1/imports", tags=["imports"])
Importer = Annotated[Caller, Depends(may(Permission.import_records))]
ImportPath = Annotated[str, Path(alias="import")]
_FILE = {"schema": {"type": "string", "format": "binary"}}
_TYPES = (
    "application/octet-stream",
    "application/json",
    "application/zip",
    "text/csv",
    WORKBOOK,
)


class KeptImportAnswer(TypedDict):
    """An import."""

    id: Id
    kind: Annotated[str, word_of(ImportKind, "What its file holds.")]
    state: Annotated[str, word_of(ImportState, "Where it is in its life.")]
    desk: Annotated[str, said("Whose export it is; empty for accounts.")]
    source: Annotated[str, said("By which its cases are known again.")]
    name: Annotated[str, said("Of the file.")]
    size_bytes: Annotated[int, said("Of the file.")]
    digest: Annotated[str, said("`sha256:` of the file.")]
    sent_by: ActorId
    sent_at: Annotated[str, instant("When it was sent.")]
    started_at: Annotated[str | None, instant("When somebody had it imported.")]
    finished_at: Annotated[str | None, instant("When all of it was imported.")]
    done: Annotated[int, said("Cases or rows that were gone through.")]
    total: Annotated[int, said("All of them.")]
    changes: Annotated[int, said("Those that would change something, when it was looked at.")]
    failure: Annotated[str, said("Why it ended before its end; else empty.")]
    counts: Annotated[dict[str, Any], said("What became of its cases or rows, by number.")]


class WholeImportAnswer(KeptImportAnswer):
    """An import with what was found in its file."""

    report: Annotated[
        dict[str, Any] | None,
        said("What is wrong with single rows, verdicts beside ours, fields; kept for 30 days."),
    ]


@router.get("", summary="Imports, the newest first")
def read_imports(
    request: Request, _: Importer, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> Page[KeptImportAnswer]:
    """Those that wait, run and are done; also those that were made at once."""
    page = application_of(request).read(
        lambda reads: list_imports(reads.snapshot, after=after, limit=limit)
    )
    return listed([_document(each) for each in page.items], page.next)


@router.post(
    "",
    status_code=201,
    summary="Keep a file to import",
    openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(_TYPES, _FILE)}},
)
async def keep(
    request: Request,
    caller: Importer,
    once: Once,
    *,
    kind: ImportKind,
    from_: Annotated[
        str, Query(alias="from", max_length=40, description="Of cases: whose export it is.")
    ] = "",
    source: Annotated[
        str,
        Query(
            pattern=f"^({SOURCE_FORM})?$",
            description="Tells two installations of one desk apart; as `from` where absent.",
        ),
    ] = "",
    name: Annotated[
        str, Query(min_length=1, max_length=200, description="Of the file.")
    ] = "export.json",
) -> KeptImportAnswer:
    """The file is looked at and kept for a day. Nothing is imported before somebody says so."""
    content = await request.body()
    file = sent_file(kind, name, content, desk=from_, source=source)
    return await run_in_threadpool(_kept, request, caller, once, file)


@router.get("/{import}", summary="An import")
def read_import(request: Request, _: Importer, import_: ImportPath) -> WholeImportAnswer:
    """With what was found in its file."""
    kept, details = application_of(request).read(
        lambda reads: (reads.imports.get(import_), reads.imports.details(import_))
    )
    return {**_document(kept), "report": None if details is None else dict(details)}


@router.post("/{import}/start", status_code=202, summary="Have a kept file imported")
def start(caller: Importer, import_: ImportPath, once: Once) -> KeptImportAnswer:
    """A worker imports it part by part: `done` says how far it is."""
    return once.act(caller, lambda records, at: _document(start_import(records, import_, at)))


@router.delete("/{import}", summary="Take a file back")
def discard(caller: Importer, import_: ImportPath, once: Once) -> KeptImportAnswer:
    """That was not imported: what was found stays in the list, the file goes."""
    return once.change(caller, lambda records: _document(discard_import(records, import_)))


def _kept(request: Request, caller: Caller, once: OnceOnly, file: SentFile) -> KeptImportAnswer:
    application = application_of(request)
    occasion = application.occasion(caller.id)
    looked = look_at(application, file, occasion)
    return once.change(
        caller, lambda records: _document(keep_import(records, file, looked, occasion))
    )


def _document(kept: KeptImport) -> KeptImportAnswer:
    return {
        "id": kept.id,
        "kind": kept.kind.value,
        "state": kept.state.value,
        "desk": kept.desk,
        "source": kept.source,
        "name": kept.name,
        "size_bytes": kept.size_bytes,
        "digest": kept.digest,
        "sent_by": kept.sent_by,
        "sent_at": shown(kept.sent_at),
        "started_at": shown(kept.started_at),
        "finished_at": shown(kept.finished_at),
        "done": kept.done,
        "total": kept.total,
        "changes": kept.changes,
        "failure": kept.failure,
        "counts": dict(kept.counts),
    }
