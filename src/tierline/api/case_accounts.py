"""Whose a case is, over HTTP."""

from __future__ import annotations

from fastapi import Request

from tierline.access.permission import Permission
from tierline.actions.identification import identify
from tierline.api.callers import account_for
from tierline.api.case_answers import CaseAnswer
from tierline.api.cases import Worker, worked
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Word
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import promise_for

router = Routes(tags=["cases"])


class CaseAccountBody(Body):
    """Whose it is (an id or an alias), and which of its contacts raised it."""

    account: Word
    contact: Word | None = None


@router.put("/v1/cases/{case}/account", summary="Say whose case it is")
def set_account(
    request: Request, caller: Worker, case: str, body: CaseAccountBody, once: Once
) -> CaseAnswer:
    """The case of somebody unknown, now an account's: held to what the account was promised when
    the case reached us, so that the time until it was known counts."""
    application = application_of(request)
    account = account_for(application, caller, body.account, Permission.work_cases)
    return worked(
        once, caller, case,
        lambda records, at: identify(
            records, records.cases, case, (account, body.contact),
            lambda whose, when: promise_for(application, records, whose, when), at,
        ),
    )  # fmt: skip
