"""The list of all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Route

from tierline.web import (
    accounts,
    acknowledgement,
    activation,
    adherence,
    advice,
    agents,
    articles,
    assignments,
    attainment,
    balances,
    beyond_plan,
    breach_risk,
    briefings,
    call_ins,
    care,
    case_accounts,
    case_channels,
    case_problems,
    cases,
    catalogs,
    chats,
    choice_packs,
    components,
    consents,
    consistency,
    contacts,
    contracts,
    cover,
    criticality,
    customer_effort,
    deflection,
    effort,
    elsewhere,
    enforcement,
    escalations,
    experience,
    exports,
    feedback,
    handoffs,
    health_reports,
    home,
    identities,
    imports,
    incidents,
    joining,
    knowledge_report,
    late_waits,
    letters,
    macros,
    mail_blocks,
    mails,
    masks,
    participants,
    passkeys,
    performance,
    plan,
    plan_changes,
    playbook_edits,
    playbook_use,
    playbooks,
    post_mortems,
    presence,
    prevention,
    promises_kept,
    provider_sign_in,
    public_grid,
    reader_languages,
    sample,
    saved_views,
    search,
    security,
    service_schedules,
    side_letters,
    sign_in,
    similar,
    status,
    subject_leads,
    theme,
    triage,
    uptime,
    usage,
    waits,
    webhooks,
)
from tierline.web.static_files import static_file

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_ROUTE_KEY = "tierline.route"
"""Where the declared path stands in a request's scope, for logs and metrics."""


class _Named:
    """Says which route answers before it does."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_ROUTE_KEY] = self._path
        await self._app(scope, receive, send)


def _named(route: Route) -> Route:
    route.app = _Named(route.app, route.path)
    return route


ROUTES: list[BaseRoute] = [
    _named(route)
    for route in (
        Route("/static/{name}", static_file, methods=["GET"]),
        *home.ROUTES,
        *accounts.ROUTES,
        *health_reports.ROUTES,
        *balances.ROUTES,
        *assignments.ROUTES,
        *case_channels.ROUTES,
        *adherence.ROUTES,
        *attainment.ROUTES,
        *promises_kept.ROUTES,
        *waits.ROUTES,
        *breach_risk.ROUTES,
        *experience.ROUTES,
        *customer_effort.ROUTES,
        *consistency.ROUTES,
        *prevention.ROUTES,
        *post_mortems.ROUTES,
        *advice.ROUTES,
        *briefings.ROUTES,
        *care.ROUTES,
        *saved_views.ROUTES,
        *cases.ROUTES,
        *macros.ROUTES,
        *case_problems.ROUTES,
        *presence.ROUTES,
        *effort.ROUTES,
        *feedback.ROUTES,
        *case_accounts.ROUTES,
        *articles.ROUTES,
        *triage.ROUTES,
        *search.ROUTES,
        *similar.ROUTES,
        *deflection.ROUTES,
        *knowledge_report.ROUTES,
        *late_waits.ROUTES,
        *acknowledgement.ROUTES,
        *cover.ROUTES,
        *handoffs.ROUTES,
        *agents.ROUTES,
        *escalations.ROUTES,
        *call_ins.ROUTES,
        *subject_leads.ROUTES,
        *service_schedules.ROUTES,
        *contracts.ROUTES,
        *plan.ROUTES,
        *performance.ROUTES,
        *plan_changes.ROUTES,
        *playbook_edits.ROUTES,
        *playbook_use.ROUTES,
        *beyond_plan.ROUTES,
        *side_letters.ROUTES,
        *playbooks.ROUTES,
        *participants.ROUTES,
        *consents.ROUTES,
        *contacts.ROUTES,
        *catalogs.ROUTES,
        *public_grid.ROUTES,
        *choice_packs.ROUTES,
        *usage.ROUTES,
        *activation.ROUTES,
        *criticality.ROUTES,
        *exports.ROUTES,
        *identities.ROUTES,
        *imports.ROUTES,
        *enforcement.ROUTES,
        *letters.ROUTES,
        *webhooks.ROUTES,
        *incidents.ROUTES,
        *components.ROUTES,
        *status.ROUTES,
        *uptime.ROUTES,
        *mails.ROUTES,
        *chats.ROUTES,
        *mail_blocks.ROUTES,
        *masks.ROUTES,
        *sample.ROUTES,
        *sign_in.ROUTES,
        *provider_sign_in.ROUTES,
        *joining.ROUTES,
        *security.ROUTES,
        *passkeys.ROUTES,
        *theme.ROUTES,
        *reader_languages.ROUTES,
        *elsewhere.ROUTES,
    )
]
