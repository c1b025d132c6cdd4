"""Waits of cases that are noted late, over HTTP."""

from __future__ import annotations

from pydantic import Field

from tierline.actions.late_waits import LateWait, wait_since
from tierline.api.case_answers import CaseAnswer
from tierline.api.cases import Text, Worker, worked
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Instant, Word
from tierline.api.routes import Routes

router = Routes(tags=["cases"])


class LateWaitBody(Body):
    """Either the message in which the customer was asked, or from when (and until when: absent
    where it is still waited for) with what one can tell it by."""

    reason: Word
    asked_in: Word | None = Field(default=None, description="The id of our message in the case.")
    since: Instant | None = None
    until: Instant | None = None
    evidence: Text | None = Field(default=None, description="It stays among us.")


@router.post("/v1/cases/{case}/waits", status_code=201, summary="Note a wait that began earlier")
def wait_late(caller: Worker, case: str, body: LateWaitBody, once: Once) -> CaseAnswer:
    """The case with a wait in its past: clocks are judged anew, and a warning or breach that was
    told and is none now is followed by a correction."""
    late = LateWait(**body.model_dump())
    return worked(
        once, caller, case,
        lambda records, at: wait_since(records, records.cases, case, late, at),
    )  # fmt: skip
