"""`/healthz`: this process lives. `/readyz`: it can do its work."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request

from tierline.api.answers import TypedDict, said
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.kernel.errors import TierlineError
from tierline.store.errors import StoreUnavailable

router = Routes(tags=["operation"])
_UNREADY = "The database does not answer. This process tries again with every request."


class StateAnswer(TypedDict):
    """How the process is."""

    state: Annotated[str, said("`alive` or `ready`.")]


@router.get("/healthz", summary="Does this process live?")
async def healthz() -> StateAnswer:
    """Yes, if it answers. A process that does not is to be restarted."""
    return {"state": "alive"}


@router.get("/readyz", summary="Can it do its work?", responses={503: {"description": _UNREADY}})
def readyz(request: Request) -> StateAnswer:
    """Whether the database answers. Send no requests here while it says 503."""
    try:
        application_of(request).read(lambda reads: reads.outbox.head())
    except TierlineError as error:
        raise StoreUnavailable(_UNREADY) from error
    return {"state": "ready"}
