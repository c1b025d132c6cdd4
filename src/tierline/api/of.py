"""The open application behind a request."""

from __future__ import annotations

from typing import cast

from starlette.requests import Request

from tierline.bootstrap.application import Application


def application_of(request: Request) -> Application:
    """The application that this process has open."""
    return cast(Application, request.app.state.application)
