"""The OpenFeature Remote Evaluation Protocol, so that any OpenFeature client can ask.

Faults are answered in the protocol's own form, never as problem+json and never with 429, which
would make a client stop asking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tierline.access.permission import Permission
from tierline.api.all_flags import AllFlags
from tierline.api.bodies import Answer, json_answer, read_body, written_answer
from tierline.api.flags import Context, Evaluation, Flag, FlagError, FlagsError, evaluate
from tierline.api.ofrep_streams import stream_of, tag_of, with_stream
from tierline.kernel.errors import Forbidden, Invalid, LimitReached, NotFound
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from tierline.api.hot import Call

_BODIES = AllFlags()
_DECODER: msgspec.json.Decoder[Evaluation] = msgspec.json.Decoder(Evaluation)


class _Refused(Exception):
    """Answered with a status and a code of the protocol."""

    def __init__(self, status: int, code: str, details: str) -> None:
        super().__init__(details)
        self.status, self.code, self.details = status, code, details


def evaluate_flag(call: Call) -> Answer:
    """`POST /ofrep/v1/evaluate/flags/{key}`."""
    try:
        context, account = _who(call)
        return json_answer(_one(call, account, context))
    except _Refused as refused:
        error = FlagError(key=call.key, error_code=refused.code, error_details=refused.details)
        return json_answer(error, status=refused.status)


def evaluate_flags(call: Call) -> Answer:
    """`POST /ofrep/v1/evaluate/flags`: every flag, or 304 where none has changed."""
    try:
        context, account = _who(call)
    except _Refused as refused:
        error = FlagsError(error_code=refused.code, error_details=refused.details)
        return json_answer(error, status=refused.status)
    at = to_micros(call.application.now())
    body = _BODIES.of(call.application, account, at=at, severity=context.severity)
    stream = stream_of(call, account, context.severity)
    tag = tag_of(body.digest, stream)
    header = b"etag", tag.encode()
    if tag in (call.header(b"if-none-match") or ""):
        return Answer(304, b"", (header,))
    return written_answer(with_stream(body.json, stream), header)


def _one(call: Call, account: str, context: Context) -> Flag:
    at = to_micros(call.application.now())
    flag = evaluate(call.application.answers, account, call.key, at=at, severity=context.severity)
    if flag is None:
        raise _Refused(404, "FLAG_NOT_FOUND", f"No catalog of this account names '{call.key}'.")
    return flag


def _who(call: Call) -> tuple[Context, str]:
    """The context, and the account that its targeting key (or its contact) stands for."""
    try:
        context = read_body(_DECODER, call.body).context or Context()
    except Invalid as error:
        code = "PARSE_ERROR" if error.code == "malformed_json" else "INVALID_CONTEXT"
        said = error.faults[0].message if error.faults else error.message
        raise _Refused(400, code, said) from None
    except LimitReached as error:
        raise _Refused(400, "PARSE_ERROR", error.message) from None
    if not context.targeting_key:
        raise _Refused(
            400, "TARGETING_KEY_MISSING", "Set targetingKey to the account's id or an alias of it."
        )
    account = call.application.account_of(context.targeting_key)
    try:
        call.caller.require(Permission.check_entitlements, account)
    except (Forbidden, NotFound) as error:
        raise _Refused(403, "GENERAL", error.message) from None
    return context, account
