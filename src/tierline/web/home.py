"""The first page: where somebody's work begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.access.role import Role
from tierline.web.visits import go, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


_ON_CASES = frozenset({Role.agent, Role.lead})


async def home(request: Request) -> Response:
    """A customer's people see their plan first, who works on cases the cases, the vendor's others
    the accounts; else sign in."""
    visitor = await run_in_threadpool(visitor_of, request)
    if visitor is None:
        return go("/sign-in")
    is_customer = visitor.caller.accounts is not None
    if is_customer and visitor.caller.may(Permission.read_contracts):
        return go("/plan")
    return go("/cases" if _ON_CASES & visitor.user.roles else "/accounts")


ROUTES = [Route("/", home, methods=["GET"])]
