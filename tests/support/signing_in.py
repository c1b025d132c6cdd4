"""Somebody new who signs in with a browser."""

from __future__ import annotations

from starlette.types import ASGIApp
from visitor import Visit

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.api.application import application
from tierline.bootstrap.application import Application
from tierline.web.routes import ROUTES

PASSWORD = "four boring words here"  # noqa: S105 - of people who do not exist


def signed_in(
    opened: Application,
    role: Role,
    email: str,
    *,
    account: str | None = None,
    app: ASGIApp | None = None,
) -> Visit:
    """A browser of theirs, at pages of its own or at those of `app`."""
    made, _ = opened.access.invite(email, frozenset({role}), account, operator())
    opened.access.accept(made.secret, "Ada Byron", None, PASSWORD)
    visit = Visit(application(opened, ROUTES) if app is None else app)
    visit.open("/sign-in")
    visit.send("/sign-in", email=email, password=PASSWORD)
    return visit
