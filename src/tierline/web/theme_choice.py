"""Which theme a browser has chosen: one of two, or what its system says."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

THEMES = ("light", "dark")
THEME_COOKIE = "tierline-theme"


def theme_of(request: Request) -> str:
    """`light` or `dark` where this browser has chosen; else empty, and the system decides."""
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(THEME_COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None and found.value in THEMES else ""
