"""The theme of a browser: kept in a cookie, so that the first byte of each page is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.kernel.errors import TierlineError
from tierline.web.shell import error_page
from tierline.web.theme_choice import THEME_COOKIE, THEMES
from tierline.web.visits import go, own_path, read_form

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_YEAR_SECONDS = 365 * 24 * 3600


async def choose_theme(request: Request) -> Response:
    """Keep the choice, and show the page again. `system` forgets it."""
    try:
        form = await read_form(request)
    except TierlineError as error:
        return error_page(request, error, None)
    response = go(own_path(form.get("next", "/")))
    theme = form.get("theme", "")
    if theme in THEMES:
        is_secure = request.url.scheme == "https"
        response.set_cookie(
            THEME_COOKIE, theme, max_age=_YEAR_SECONDS, path="/", samesite="lax", secure=is_secure,
            httponly=True,
        )  # fmt: skip
    else:
        response.delete_cookie(THEME_COOKIE, path="/")
    return response


ROUTES = [Route("/theme", choose_theme, methods=["POST"])]
