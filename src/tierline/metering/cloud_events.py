"""CloudEvents 1.0 over HTTP, in its three content modes: binary, structured and batch.

Source: CloudEvents HTTP Protocol Binding 1.0.2, JSON Event Format 1.0.2. PyPI's `cloudevents` reads
no batch, and checks none of what we need (`docs/decisions/0100`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from tierline.kernel.errors import Fault, Invalid, LimitReached
from tierline.kernel.instants import parse_instant, to_micros
from tierline.metering.event import (
    DATA_LIMIT_BYTES,
    DATA_LIMIT_LEVELS,
    UsageEvent,
    faults_of,
    is_too_deep,
)

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
BATCH_LIMIT_EVENTS = 1_000
SPEC_VERSION = "1.0"
_PREFIX = "ce-"
_JSON_TYPES = ("application/json", "text/json")
_NEEDED = ("specversion", "id", "source", "type", "subject", "time")


def events_of(headers: Mapping[str, str], body: bytes) -> list[UsageEvent | Invalid]:
    """The events of a request, each as an event or as all that is wrong with it. `headers` have
    names in lower case. Raises Invalid for a body that is no events at all, and LimitReached for
    too many of them."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == BATCH:
        return [_structured(each, f"[{place}].") for place, each in enumerate(_batch(body))]
    if kind == STRUCTURED:
        return [_structured(_json(body), "")]
    if f"{_PREFIX}id" in headers or f"{_PREFIX}specversion" in headers:
        return [_binary(headers, body, kind)]
    raise Invalid(
        f"'{kind or 'no content type'}' is not read here. Send CloudEvents: {STRUCTURED}, {BATCH}, "
        "or JSON with the headers ce-id, ce-source, ce-type, ce-subject and ce-time.",
        code="unsupported_media_type",
    )


def _batch(body: bytes) -> list[Any]:
    events = _json(body)
    if not isinstance(events, list):
        raise Invalid("A batch is a JSON array of events.", code="not_a_batch")
    if len(events) > BATCH_LIMIT_EVENTS:
        raise LimitReached(
            f"The batch has {len(events):,} events; {BATCH_LIMIT_EVENTS:,} is the limit."
        )
    return events


def _structured(stated: Any, path: str) -> UsageEvent | Invalid:
    if not isinstance(stated, dict):
        return Invalid(
            "This is no event.", [Fault("not_an_event", "An event is an object.", path.rstrip("."))]
        )
    if "data_base64" in stated:
        fault = Fault("no_json", "The data of a usage event is JSON.", f"{path}data_base64")
        return Invalid("The event cannot be read.", [fault])
    return event_of(stated, stated.get("data"), path)


def _binary(headers: Mapping[str, str], body: bytes, kind: str) -> UsageEvent | Invalid:
    stated = {
        name.removeprefix(_PREFIX): unquote(value)
        for name, value in headers.items()
        if name.startswith(_PREFIX)
    }
    if body and kind not in _JSON_TYPES and not kind.endswith("+json"):
        fault = Fault("no_json", f"The data is '{kind}', and must be JSON.", "content-type")
        return Invalid("The event cannot be read.", [fault])
    return event_of(stated, _json(body) if body else None, "")


def event_of(stated: Mapping[str, Any], data: Any, path: str) -> UsageEvent | Invalid:
    """An event from its attributes and its data, or every fault."""
    faults = [
        Fault("missing", f"The attribute '{name}' is missing.", f"{path}{name}", _instead(name))
        for name in _NEEDED
        if stated.get(name) in (None, "")
    ]
    faults += [
        Fault("not_text", f"The attribute '{name}' is text.", f"{path}{name}")
        for name in (*_NEEDED, "corrects")
        if stated.get(name) is not None and not isinstance(stated[name], str)
    ]
    if faults:
        return Invalid("The event cannot be read.", faults)
    if stated["specversion"] != SPEC_VERSION:
        fault = Fault("other_version", "Only CloudEvents 1.0 is read.", f"{path}specversion")
        faults.append(fault)
    at = _instant(stated["time"], f"{path}time", faults)
    faults += _faults_of_data(data, f"{path}data")
    event = UsageEvent(
        source=stated["source"],
        id=stated["id"],
        type=stated["type"],
        subject=stated["subject"],
        at=at,
        data=data if isinstance(data, dict) else {},
        corrects=stated.get("corrects"),
    )
    faults += faults_of(event, path)
    return Invalid("The event cannot be read.", faults) if faults else event.with_digest()


def _faults_of_data(data: Any, path: str) -> list[Fault]:
    if data is None:
        return []
    if not isinstance(data, dict):
        return [Fault("not_an_object", "The data is a JSON object.", path)]
    if is_too_deep(data):
        told = f"The data has more than {DATA_LIMIT_LEVELS} levels."
        return [Fault("too_deep", told, path)]
    if len(msgspec.json.encode(data)) > DATA_LIMIT_BYTES:
        return [Fault("too_large", f"The data has more than {DATA_LIMIT_BYTES:,} bytes.", path)]
    return []


def _instant(text: str, path: str, faults: list[Fault]) -> int:
    try:
        at = to_micros(parse_instant(text))
    except (Invalid, OverflowError) as error:
        code = error.code if isinstance(error, Invalid) else "bad_instant"
        faults.append(Fault(code, str(error), path))
        return 0
    if at < 0:
        told = "The time lies before 1970. Set the sender's clock."
        faults.append(Fault("bad_instant", told, path))
    return at


def _instead(name: str) -> str:
    return {
        "specversion": 'Write "1.0".',
        "subject": "Write the account's id or an alias of it.",
        "time": "Write the instant of use: 2026-10-01T09:00:00Z.",
    }.get(name, "")


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The body is not JSON: {error}.", code="malformed_json") from None
