from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from served import Client, Served

from tierline.api.tracing import Traced, traced

_TRACE, _SPAN = 0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331
_ABOVE = f"00-{_TRACE:032x}-{_SPAN:016x}-01"


class Noted(trace.NonRecordingSpan):
    """A span that remembers what was said of it."""

    def __init__(self, above: trace.SpanContext) -> None:
        super().__init__(above)
        self.name = ""
        self.said: dict[str, Any] = {}
        self.failed = False

    def update_name(self, name: str) -> None:
        self.name = name

    def set_attribute(self, key: str, value: Any) -> None:
        self.said[key] = value

    def set_status(self, status: Any, _description: str | None = None) -> None:
        self.failed = status is trace.StatusCode.ERROR


class Notes(trace.NoOpTracer):
    """A tracer as the library's interface wants it, which keeps its spans."""

    def __init__(self) -> None:
        self.spans: list[Noted] = []

    @contextmanager
    def start_as_current_span(self, _name: str, context: Any = None, **_: Any) -> Iterator[Noted]:
        span = Noted(trace.get_current_span(context).get_span_context())
        self.spans.append(span)
        with trace.use_span(span):
            yield span


def test_each_request_is_a_span_by_its_route_below_the_callers_own(served: Served) -> None:
    notes = Notes()
    client = Client(Traced(served.app, notes), {"traceparent": _ABOVE})
    client.get(f"/v1/accounts/{served.pine}")
    client.post("/v1/checks", json={})
    first, second = notes.spans
    assert first.name == "GET /v1/accounts/{account}"
    assert first.said["http.response.status_code"] == 401
    assert first.get_span_context().trace_id == _TRACE
    assert second.name == "POST /v1/checks"
    assert not second.failed


def test_a_fault_of_ours_is_a_failed_span(served: Served) -> None:
    notes = Notes()
    served.opened.store.close()
    Client(Traced(served.app, notes)).get("/readyz")
    assert notes.spans[0].failed


def test_a_span_holds_no_path_and_no_query(served: Served) -> None:
    notes = Notes()
    Client(Traced(served.app, notes)).get("/v1/facts", params={"subject": served.pine})
    assert served.pine not in str(notes.spans[0].said)


def test_where_nobody_traces_nothing_stands_between(served: Served) -> None:
    assert traced(served.app) is served.app
