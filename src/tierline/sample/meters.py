"""The meters of Halyard's product."""

from __future__ import annotations

from datetime import UTC, datetime

from tierline.metering.meter import Aggregation, Meter
from tierline.sample.usage import (
    CALL_BACK,
    CHAT,
    DEPLOYMENTS,
    ENGINEERING,
    HEALTH_CHECK,
    PHONE,
    REPORT,
    REVIEW,
    SANDBOX,
    SHARED,
)

DEFINED_AT = datetime(2024, 12, 15, 9, tzinfo=UTC)
_SUM, _MAX = Aggregation.sum, Aggregation.max


def _meter(key: str, event_type: str, value: str, unit: str, how: Aggregation = _SUM) -> Meter:
    return Meter(key=key, event_type=event_type, aggregation=how, value=value, unit=unit)


METERS = (
    _meter("api_calls", REPORT, "calls", "request"),
    _meter("api_peak", REPORT, "peak", "request per second", _MAX),
    _meter("logins", REPORT, "logins", "login"),
    _meter("active_users", REPORT, "users", "person", _MAX),
    _meter("seats", REPORT, "seats", "seat", _MAX),
    _meter("inspections", REPORT, "inspections", "inspection"),
    _meter("model_deployments", DEPLOYMENTS, "deployments", "deployment"),
    _meter("sandbox_hours", SANDBOX, "hours", "hour"),
    Meter(
        key="engineering_hours",
        event_type=ENGINEERING,
        aggregation=_SUM,
        value="hours",
        feature="engineering_hours",
        unit="hour",
    ),
    *(
        _meter(type_, type_, "count", unit)
        for type_, unit in (
            (HEALTH_CHECK, "health check"),
            (REVIEW, "review"),
            (CHAT, "chat"),
            (PHONE, "call"),
            (CALL_BACK, "call"),
            (SHARED, "message"),
        )
    ),
)
