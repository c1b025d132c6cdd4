"""The HTTP application: the hot routes in front, the documented REST routes, and the pages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tierline import __version__
from tierline.api import (
    accelerated_responses,
    account_exports,
    account_imports,
    accounts,
    acknowledgement,
    activation,
    adherence,
    advice,
    agents,
    articles,
    assignments,
    audits,
    balances,
    beyond_plan,
    breach_risk,
    call_ins,
    care,
    care_findings,
    case_accounts,
    case_audits,
    case_channels,
    case_coverage,
    case_imports,
    case_list,
    case_problems,
    cases,
    catalogs,
    chats,
    choice_packs,
    components,
    consents,
    consistency,
    contacts,
    contract_previews,
    contracts,
    cover,
    credible_targets,
    criticality,
    customer_effort,
    disputes,
    effort,
    escalations,
    evidence,
    experience,
    facts,
    health,
    health_reports,
    hierarchy,
    identities,
    imports,
    incidents,
    knowledge,
    late_waits,
    letters,
    macros,
    mail_blocks,
    mails,
    masks,
    meters,
    metrics,
    notice_choices,
    ofrep_events,
    openapi,
    participants,
    partner_access,
    people,
    performance,
    playbook_edits,
    playbook_use,
    playbooks,
    post_mortems,
    prevention,
    problems,
    promise_mentions,
    promises_kept,
    reader_languages,
    routing_replays,
    search,
    service_reports,
    service_schedules,
    sessions,
    status,
    subject_leads,
    suggestions,
    time_to_value,
    tokens,
    triage,
    uptime,
    usage_audits,
    users,
    waits,
    webhooks,
)
from tierline.api.hot import HotRoutes
from tierline.api.hot_routes import HOT_ROUTES
from tierline.api.metrics import Metrics
from tierline.api.observed import Observed, Observer
from tierline.api.ofrep_listeners import Listeners
from tierline.api.rest_bodies import RestBodies
from tierline.api.route_groups import look_in_groups
from tierline.api.tracing import traced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from tierline.bootstrap.application import Application

_MODULES = (
    accelerated_responses,
    account_exports,
    account_imports,
    accounts,
    activation,
    agents,
    assignments,
    articles,
    audits,
    balances,
    beyond_plan,
    breach_risk,
    acknowledgement,
    adherence,
    advice,
    case_accounts,
    case_audits,
    case_channels,
    case_coverage,
    case_imports,
    case_problems,
    call_ins,
    care,
    care_findings,
    case_list,
    cases,
    catalogs,
    chats,
    choice_packs,
    components,
    consents,
    consistency,
    contacts,
    contract_previews,
    contracts,
    cover,
    credible_targets,
    criticality,
    customer_effort,
    disputes,
    effort,
    escalations,
    evidence,
    experience,
    facts,
    health,
    health_reports,
    hierarchy,
    identities,
    imports,
    knowledge,
    incidents,
    late_waits,
    letters,
    macros,
    mail_blocks,
    mails,
    masks,
    notice_choices,
    meters,
    metrics,
    ofrep_events,
    participants,
    partner_access,
    people,
    performance,
    playbook_edits,
    playbook_use,
    playbooks,
    post_mortems,
    prevention,
    promises_kept,
    routing_replays,
    promise_mentions,
    reader_languages,
    search,
    service_schedules,
    service_reports,
    sessions,
    status,
    subject_leads,
    suggestions,
    time_to_value,
    tokens,
    triage,
    uptime,
    usage_audits,
    users,
    waits,
    webhooks,
)
_PROXIES = "127.0.0.1,::1"
"""Where a proxy is believed what it says of the client's address and scheme."""
_LARGER = {
    "/v1/account-imports": account_imports.MOST_BYTES,
    "/v1/case-imports": case_imports.MOST_BYTES,
    "/v1/imports": imports.MOST_BYTES,
    "/v1/identity-links": identities.MOST_BYTES,
    "/v1/mails": mails.MOST_BYTES,
}
"""Paths whose bodies may have more bytes than others."""
_ABOUT = """
Tierline is the system of promise. Every answer names the promise that it comes from, and can be
recomputed from its receipt.

Requests are signed in with `Authorization: Bearer <token>`; a token is made by
`tierline token create`. Errors are problem+json (RFC 9457) with a stable `code` and, where an input
is wrong, every fault at once.
"""


def application(of: Application, pages: Sequence[BaseRoute] = ()) -> ASGIApp:
    """The ASGI application over an open application of ours, which the caller closes. `pages` are
    routes that people look at."""
    app = rest_application(of)
    app.router.routes.extend(pages)
    look_in_groups(app.router)
    observer = Observer(app.state.metrics.traffic)
    observed: Any = Observed(RestBodies(app, _LARGER), observer)
    proxies = os.environ.get("FORWARDED_ALLOW_IPS", _PROXIES)
    rest = cast("ASGIApp", ProxyHeadersMiddleware(observed, proxies))
    return traced(HotRoutes(rest, of, HOT_ROUTES, observer))


def rest_application(of: Application) -> FastAPI:
    """Everything but the hot routes, which it documents all the same."""
    app = FastAPI(
        title="Tierline",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        separate_input_output_schemas=False,
        # Spans are ours (tracing.py): they cover the hot routes too, and hold no query strings.
        telemetry={"tracing": False, "logs": False},
    )
    app.state.application = of
    app.state.metrics = Metrics(of)
    app.state.listeners = Listeners(of)
    problems.install(app)
    app.router.routes.extend(route for module in _MODULES for route in module.router.routes)
    openapi.document(app, HOT_ROUTES)
    return app
