"""Acknowledging cases over HTTP."""

from __future__ import annotations

from tierline.actions.acknowledgement import let_know
from tierline.api.case_answers import CaseAnswer
from tierline.api.cases import Worker, worked
from tierline.api.idempotency import Once
from tierline.api.routes import Routes

router = Routes(tags=["cases"])


@router.put("/v1/cases/{case}/acknowledgement", summary="Say that one of us has a case")
def acknowledge_case(caller: Worker, case: str, once: Once) -> CaseAnswer:
    """The case, acknowledged before it is answered, and its customer told so. Again changes
    nothing."""
    return worked(once, caller, case, lambda records, at: let_know(records, case, at))
