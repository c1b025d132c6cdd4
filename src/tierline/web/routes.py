"""The list of all pages."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from tierline.web import (
    accounts,
    catalogs,
    contracts,
    elsewhere,
    home,
    joining,
    plan,
    provider_sign_in,
    security,
    sign_in,
    theme,
)
from tierline.web.static_files import static_file

ROUTES: list[BaseRoute] = [
    Route("/static/{name}", static_file, methods=["GET"]),
    *home.ROUTES,
    *accounts.ROUTES,
    *contracts.ROUTES,
    *plan.ROUTES,
    *catalogs.ROUTES,
    *sign_in.ROUTES,
    *provider_sign_in.ROUTES,
    *joining.ROUTES,
    *security.ROUTES,
    *theme.ROUTES,
    *elsewhere.ROUTES,
]
