"""The list of the hot routes."""

from __future__ import annotations

from typing import Any

from tierline.api import checks, ofrep, reservations, usage
from tierline.api.check_answers import CheckAnswer, CheckAnswers, ReservationAnswer, ReservedAnswer
from tierline.api.flags import Evaluation, Flag, FlagError, FlagsError
from tierline.api.hot import HotRoute

HOT_ROUTES: tuple[HotRoute, ...] = (
    HotRoute(
        path="/v1/checks",
        summary="May this account do this now, and why?",
        tag="entitlements",
        answer=checks.check_one,
        reads=checks.CheckOrder,
        writes=CheckAnswer,
    ),
    HotRoute(
        path="/v1/checks/batch",
        summary="Up to 1,000 checks in one request",
        tag="entitlements",
        answer=checks.check_many,
        reads=checks.CheckOrders,
        writes=CheckAnswers,
    ),
    HotRoute(
        path="/v1/reservations",
        summary="Hold units before something is done",
        tag="entitlements",
        answer=reservations.reserve,
        reads=reservations.ReservationOrder,
        writes=ReservedAnswer,
        good=201,
        waits=True,
        statuses=(200, 400, 401, 403, 404, 409, 413, 422, 503),
        is_keyed=True,
    ),
    HotRoute(
        path="/v1/reservations/{key}/finalisation",
        summary="Count what was used of a reservation",
        tag="entitlements",
        answer=reservations.finalise,
        reads=reservations.Finalisation,
        writes=ReservationAnswer,
        waits=True,
        statuses=(400, 401, 403, 404, 409, 413, 422, 503),
        is_keyed=True,
    ),
    HotRoute(
        path="/v1/reservations/{key}/release",
        summary="Let the units of a reservation go",
        tag="entitlements",
        answer=reservations.release,
        reads=None,
        writes=ReservationAnswer,
        waits=True,
        statuses=(400, 401, 403, 404, 409, 413, 422, 503),
        is_keyed=True,
    ),
    HotRoute(
        path="/ofrep/v1/evaluate/flags",
        summary="Every flag of an account (OpenFeature)",
        tag="OpenFeature",
        answer=ofrep.evaluate_flags,
        reads=Evaluation,
        writes=dict[str, Any],
        statuses=(304, 400, 401, 403, 413),
        refuses=FlagsError,
        own_errors=(400, 403),
    ),
    HotRoute(
        path="/ofrep/v1/evaluate/flags/{key}",
        summary="One flag of an account (OpenFeature)",
        tag="OpenFeature",
        answer=ofrep.evaluate_flag,
        reads=Evaluation,
        writes=Flag,
        refuses=FlagError,
        own_errors=(400, 403, 404),
    ),
    HotRoute(
        path="/v1/usage-events",
        summary="Send usage as CloudEvents: binary, structured or batch",
        tag="usage",
        answer=usage.send_usage,
        reads=usage.EventDocument,
        writes=usage.UsageResults,
        waits=True,
        limit_bytes=usage.USAGE_LIMIT_BYTES,
        media_types=usage.MEDIA_TYPES,
        statuses=(400, 401, 403, 409, 413, 415, 422, 503),
    ),
    HotRoute(
        path="/v1/usage-events/segment",
        summary="Send usage as Segment's calls",
        tag="usage",
        answer=usage.send_segment,
        reads=dict[str, Any],
        writes=usage.UsageResults,
        waits=True,
        limit_bytes=usage.USAGE_LIMIT_BYTES,
        statuses=(400, 401, 403, 409, 413, 422, 503),
    ),
)
