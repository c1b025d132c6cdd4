"""Segment's calls (`track`, `identify`, `group`) as usage events.

Source: Segment's public specification of its HTTP tracking API. The subject is the group, else the
user; `messageId` makes a call idempotent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tierline.kernel.errors import Fault, Invalid
from tierline.metering.cloud_events import BATCH_LIMIT_EVENTS, event_of
from tierline.metering.event import UsageEvent

SOURCE = "segment"
KINDS = ("track", "identify", "group")


def events_of_segment(body: Any) -> list[UsageEvent | Invalid]:
    """The events of one call, or of a `batch` of them."""
    calls = body.get("batch") if isinstance(body, dict) and "batch" in body else [body]
    if not isinstance(calls, list) or len(calls) > BATCH_LIMIT_EVENTS:
        raise Invalid(
            f"A batch is a list of at most {BATCH_LIMIT_EVENTS:,} calls.", code="not_a_batch"
        )
    return [_event(call, f"batch[{place}].") for place, call in enumerate(calls)]


def _event(call: Any, path: str) -> UsageEvent | Invalid:
    if not isinstance(call, dict) or call.get("type") not in KINDS:
        fault = Fault("bad_call", f"A call has a type: {', '.join(KINDS)}.", f"{path}type")
        return Invalid("The call cannot be read.", [fault])
    kind = str(call["type"])
    stated = {
        "specversion": "1.0",
        "source": SOURCE,
        "id": call.get("messageId"),
        "type": call.get("event") if kind == "track" else kind,
        "subject": _subject(call),
        "time": call.get("timestamp") or call.get("sentAt"),
    }
    data = call.get("properties") if kind == "track" else call.get("traits")
    return event_of(stated, data, path)


def _subject(call: Mapping[str, Any]) -> Any:
    context = call.get("context")
    group = context.get("groupId") if isinstance(context, dict) else None
    return group or call.get("groupId") or call.get("userId") or call.get("anonymousId")
