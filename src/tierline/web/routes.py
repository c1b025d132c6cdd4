"""The list of all pages."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from tierline.web import (
    accounts,
    elsewhere,
    home,
    joining,
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
    *sign_in.ROUTES,
    *provider_sign_in.ROUTES,
    *joining.ROUTES,
    *security.ROUTES,
    *theme.ROUTES,
    *elsewhere.ROUTES,
]
