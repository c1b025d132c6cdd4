"""Usage over HTTP: CloudEvents in every mode, and Segment's calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from tierline.access.permission import Permission
from tierline.actions.usage import record_usage
from tierline.api.bodies import Answer, json_answer
from tierline.bootstrap.subjects import KnownSubjects
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.metering.cloud_events import BATCH, BATCH_LIMIT_EVENTS, STRUCTURED, events_of
from tierline.metering.event import UsageEvent
from tierline.metering.quality import Fate, Result
from tierline.metering.segment import events_of_segment
from tierline.store.unit_of_work import Isolation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.api.hot import Call
    from tierline.store.records import Records

USAGE_LIMIT_BYTES = 8 * 1024 * 1024
MEDIA_TYPES = (STRUCTURED, BATCH, "application/json")


class EventDocument(msgspec.Struct, kw_only=True):
    """A CloudEvent in its structured mode."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    data: dict[str, Any] | None = None
    corrects: str | None = None


class EventResult(msgspec.Struct, kw_only=True):
    """What became of one event: accepted, duplicate, conflict or refused."""

    source: Annotated[str, msgspec.Meta(description="The event's `source`.")]
    id: Annotated[str, msgspec.Meta(description="The event's `id`.")]
    result: Annotated[str, msgspec.Meta(description="One of these four words.")]
    reason: Annotated[str, msgspec.Meta(description="Why, where it was not taken.")] = ""
    faults: Annotated[
        list[dict[str, str]],
        msgspec.Meta(description="What is wrong with it: code, path, message, write_instead."),
    ] = []


class UsageResults(msgspec.Struct, kw_only=True):
    """One result for each event, in their order."""

    results: Annotated[
        list[EventResult],
        msgspec.Meta(max_length=BATCH_LIMIT_EVENTS, description="In the order of the events."),
    ]


def send_usage(call: Call) -> Answer:
    """`POST /v1/usage-events`: 200 where every event is counted or was counted before. One event
    alone that is not taken is a problem (409, 422); in a batch each has its own result."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in call.headers}
    is_batch = headers.get("content-type", "").partition(";")[0].strip().lower() == BATCH
    return _recorded(call, events_of(headers, call.body), is_batch=is_batch)


def send_segment(call: Call) -> Answer:
    """`POST /v1/usage-events/segment`: a call of Segment's HTTP API, or a batch of them."""
    try:
        body = msgspec.json.decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The body is not JSON: {error}.", code="malformed_json") from None
    return _recorded(
        call, events_of_segment(body), is_batch=isinstance(body, dict) and "batch" in body
    )


def _recorded(call: Call, events: Sequence[UsageEvent | Invalid], *, is_batch: bool) -> Answer:
    application = call.application
    subjects = KnownSubjects(application)
    sent = [_allowed(call, subjects, event) for event in events]
    occasion = application.occasion(call.caller.id)

    def work(records: Records) -> list[Result]:
        done = record_usage(records, sent, subjects, application.sequences, occasion)
        application.limits.look(records, occasion)
        return done

    results = application.change(work, Isolation.BY_STATEMENT)
    if not is_batch:
        _raise_problem(results[0])
    return json_answer(UsageResults(results=[_document(result) for result in results]))


def _allowed(
    call: Call, subjects: KnownSubjects, event: UsageEvent | Invalid
) -> UsageEvent | Invalid:
    """An event of an account that the caller does not see is refused like one of nobody."""
    call.caller.require(Permission.send_usage)
    if isinstance(event, Invalid):
        return event
    account = subjects.account_of_subject(event.subject)
    if call.caller.visible_accounts is None or (account and call.caller.sees(account)):
        return event
    told = f"There is no account '{event.subject}'."
    return Invalid(told, [Fault("not_found", told, "subject")])


def _raise_problem(result: Result) -> None:
    if result.fate is Fate.conflict:
        raise Conflict(result.reason, code="event_conflict")
    if result.fate is Fate.refused:
        raise Invalid(result.reason, result.faults)


def _document(result: Result) -> EventResult:
    return EventResult(
        source=result.source,
        id=result.id,
        result=result.fate.value,
        reason=result.reason,
        faults=[
            {
                "code": fault.code,
                "path": fault.path,
                "message": fault.message,
                "write_instead": fault.write_instead,
            }
            for fault in result.faults
        ],
    )
