"""Traces by OpenTelemetry, for those who set it up: `opentelemetry-instrument tierline serve ...`.

Nothing of it is needed or imported twice: where the library is absent, or nobody has given it a
place to send spans to, requests pass as if this file was not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.api.observed import template_of

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def traced(app: ASGIApp) -> ASGIApp:
    """The application with a span for each request; the application itself where nobody traces."""
    try:
        from opentelemetry import trace  # noqa: PLC0415 - an optional library
    except ImportError:
        return app
    provider = trace.get_tracer_provider()
    if isinstance(provider, trace.ProxyTracerProvider):
        return app
    return Traced(app, provider.get_tracer("tierline"))


class Traced:
    """A span for each request, below the caller's own where it sent one (`traceparent`)."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        from opentelemetry import propagate, trace  # noqa: PLC0415 - an optional library

        status = 500
        above = propagate.extract(
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        )

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._tracer.start_as_current_span(
            scope["method"], context=above, kind=trace.SpanKind.SERVER
        ) as span:
            try:
                await self._app(scope, receive, noted)
            finally:
                route = template_of(scope)
                span.update_name(f"{scope['method']} {route}")
                span.set_attribute("http.request.method", scope["method"])
                span.set_attribute("http.route", route)
                span.set_attribute("http.response.status_code", status)
                if status >= 500:
                    span.set_status(trace.StatusCode.ERROR)
