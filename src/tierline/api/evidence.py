"""The signed evidence of how promises to an account were kept, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.account_exports import MEDIA_TYPE
from tierline.api.callers import account_for, may
from tierline.api.inputs import LastMonth
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.evidence import evidence_bundle
from tierline.languages.language import ENGLISH
from tierline.queries.attainment import account_attainment

router = Routes(prefix="/v1/accounts", tags=["accounts"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]


@router.get(
    "/{account}/evidence",
    summary="How promises to an account were kept, signed, as a ZIP",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}},
)
def read_evidence(
    request: Request, caller: Reader, account: str, *, until: LastMonth = ""
) -> Response:
    """Figures, every case with its facts, the promises, and a manifest with digests and signature:
    `tierline bundle verify` works all of it out again, without a server."""
    application = application_of(request)
    found = account_for(application, caller, account, Permission.read_cases)
    now = application.now()
    year = application.read(
        lambda reads: account_attainment(reads.snapshot, reads.accounts.get(found), now, until)
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{year.file_name("evidence")}.zip"',
        "Cache-Control": "no-store",
    }
    content = evidence_bundle(year.attained, ENGLISH)
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
