"""docs/pages.md names every page that there is, and no other; each asks for a permission."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.routing import Route

from tierline.web.routes import ROUTES

_TEXT = (Path(__file__).parents[2] / "docs" / "pages.md").read_text("utf-8")
_TABLE = "\n".join(line for line in _TEXT.splitlines() if line.startswith("| `/"))
_NO_PAGES = ("/static/{name}", "/{rest:path}")
_ONE_LINE = ("/sign-in", "/invitation", "/password-reset", "/me/", "/sign-out")


def pages() -> set[str]:
    shown = {
        route.path
        for route in ROUTES
        if isinstance(route, Route)
        and "GET" in (route.methods or ())
        and route.path not in _NO_PAGES
    }
    return {path for path in shown if not path.startswith(_ONE_LINE)}


def test_every_page_is_documented_and_nothing_else_is() -> None:
    named = {path for path in re.findall(r"`(/[^`?]*)`", _TABLE) if not path.startswith(_ONE_LINE)}
    assert named == pages()
