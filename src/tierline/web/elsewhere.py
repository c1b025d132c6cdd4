"""Addresses that nobody answers, told to a browser as a page; programs get their problem+json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Match, Route

from tierline.web.shell import not_found_page

if TYPE_CHECKING:
    from starlette.types import Scope

_OF_PROGRAMS = ("/v1/", "/ofrep/")


class Elsewhere(Route):
    """Matches what is left when a browser asks for it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Never an address of the API, and no request that would change something."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return Match.NONE, {}
        if scope["path"].startswith(_OF_PROGRAMS) or not _takes_html(scope):
            return Match.NONE, {}
        return super().matches(scope)


def _takes_html(scope: Scope) -> bool:
    return any(
        name == b"accept" and b"text/html" in value.lower() for name, value in scope["headers"]
    )


ROUTES = [Elsewhere("/{rest:path}", not_found_page, methods=["GET"])]
