"""Errors as problem+json (RFC 9457): the one place where an error of ours gets an HTTP status."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from tierline.access.caller import Unauthenticated
from tierline.kernel.errors import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    TierlineError,
)

MEDIA_TYPE = "application/problem+json"
REPLAYED = "Idempotency-Replayed"
"""The header of an answer that was given before."""
_LOG = logging.getLogger("tierline.api")
_STATUS: tuple[tuple[type[TierlineError], int, str], ...] = (
    (Invalid, 422, "The request is not valid"),
    (NotFound, 404, "Not found"),
    (Conflict, 409, "This contradicts what is recorded"),
    (Forbidden, 403, "Not allowed"),
    (LimitReached, 413, "A limit was reached"),
    (Unauthenticated, 401, "Nobody is signed in"),
)
_STATUS_OF_CODE = {
    "malformed_json": 400,
    "too_many_requests": 429,
    "busy_with_others": 503,
    "store_busy": 503,
    "out_of_turn": 503,
    "store_unavailable": 503,
    "store_closed": 503,
    "outcome_unknown": 503,
    "precondition_failed": 412,
    "unsupported_media_type": 415,
}
"""Codes whose status is not that of their kind."""


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    code: str,
    faults: tuple[Fault, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """One problem as a response."""
    return _response(_body(status, title, detail, code, faults), headers)


def _body(
    status: int, title: str, detail: str, code: str, faults: tuple[Fault, ...]
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:tierline:error:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return body | ({"faults": [_told(fault) for fault in faults]} if faults else {})


def _response(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    status = body["status"]
    headers = headers or {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="tierline"'
    if status == 503:
        headers["Retry-After"] = "1"
    return JSONResponse(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def _told(fault: Fault) -> dict[str, Any]:
    """A fault; where it stands in a file, with the file and the line."""
    told: dict[str, Any] = {
        "code": fault.code,
        "path": fault.path,
        "message": fault.message,
        "write_instead": fault.write_instead,
    }
    place = {"source": fault.source, "line": fault.line} if fault.source else {}
    return told | place


def problem_of(error: TierlineError) -> Response:
    """An error of ours as a response."""
    return _response(problem_body(error))


def problem_body(error: TierlineError) -> dict[str, Any]:
    """An error of ours as the body of a response."""
    title = "The request could not be done"
    for kind, _, its_title in _STATUS:
        if isinstance(error, kind):
            title = its_title
    faults = error.faults if isinstance(error, Invalid) else ()
    return _body(status_of(error), title, error.message, error.code, faults)


def status_of(error: TierlineError) -> int:
    """The HTTP status of an error of ours."""
    status = 500
    for kind, its_status, _ in _STATUS:
        if isinstance(error, kind):
            status = its_status
    return _STATUS_OF_CODE.get(error.code, status)


class ReplayedProblem(Exception):
    """A request was refused, and is asked again under its key: the problem that it was told."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body["detail"])
        self.body = body


def install(app: FastAPI) -> None:
    """Answer every error of an application as a problem."""
    app.add_exception_handler(TierlineError, _ours)
    app.add_exception_handler(ReplayedProblem, _replayed)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


def _ours(_: Request, error: Exception) -> Response:
    assert isinstance(error, TierlineError)  # noqa: S101 - the handler is installed for these alone
    return problem_of(error)


def _replayed(_: Request, error: Exception) -> Response:
    assert isinstance(error, ReplayedProblem)  # noqa: S101 - as above
    return _response(error.body, {REPLAYED: "true"})


def _validation(_: Request, error: Exception) -> Response:
    """What pydantic found, in our words: where, what."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return problem(400, "Malformed JSON", "The body is not JSON.", code="malformed_json")
    faults = tuple(
        Fault(each["type"], f"{each['msg']}.", ".".join(str(part) for part in each["loc"]))
        for each in found
    )
    return problem(
        422,
        "The request is not valid",
        f"The request has {len(faults)} {'fault' if len(faults) == 1 else 'faults'}.",
        code="invalid",
        faults=faults,
    )


def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    title = {404: "Not found", 405: "Method not allowed"}.get(error.status_code, "Refused")
    response = problem(
        error.status_code, title, str(error.detail), code=title.lower().replace(" ", "_")
    )
    response.headers.update(error.headers or {})
    return response


def _unforeseen(request: Request, error: Exception) -> Response:
    return unforeseen(request.method, request.url.path, error)


def unforeseen(method: str, path: str, error: Exception) -> Response:
    """A fault of ours: logged with its trace, told without it."""
    _LOG.error("unforeseen error at %s %s", method, path, exc_info=error)
    return problem(
        500,
        "A fault of ours",
        "This should not have happened. It was logged; try again, and report it if it stays.",
        code="internal",
    )
