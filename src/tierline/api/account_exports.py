"""The export of everything an account owns, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Annotated

from fastapi import Depends, Request, Response
from starlette.responses import StreamingResponse

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.callers import account_for, may
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.account_export import write_account_export

MEDIA_TYPE = "application/zip"
_CHUNK_BYTES = 256 * 1024
router = Routes(prefix="/v1/accounts", tags=["accounts"])
Exporter = Annotated[Caller, Depends(may(Permission.export_records))]


@router.get(
    "/{account}/export",
    summary="Everything that belongs to an account, as a ZIP",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
)
def export_account(request: Request, caller: Exporter, account: str) -> Response:
    """A file of JSON Lines for each table that the caller may read, as of one moment, and
    `manifest.json` with the rows and the SHA-256 of each. Customers get what is theirs, without
    what the company notes about them."""
    application = application_of(request)
    found = account_for(application, caller, account, Permission.export_records)
    file = TemporaryFile()  # noqa: SIM115 - closed when the last byte was sent
    try:
        write_account_export(application, found, caller, file)
        size = file.tell()
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="{found}.zip"',
        "Content-Length": str(size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_chunks(file), media_type=MEDIA_TYPE, headers=headers)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
