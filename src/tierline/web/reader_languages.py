"""The language that a customer reads us in: chosen at the foot of each of their pages, for their
mails as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tierline.actions.reader_languages import choose_language
from tierline.web.page_errors import own_form
from tierline.web.visits import application_of, go, own_path

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tierline.bootstrap.callers import Visitor
    from tierline.web.visits import Form


@own_form
async def choose(request: Request, visitor: Visitor, form: Form) -> Response:
    """Keep the choice, and show the page again. Empty: as the account or the browser says."""
    application, email = application_of(request), visitor.user.email
    occasion = application.occasion(visitor.user.id)
    await run_in_threadpool(
        application.change,
        lambda records: choose_language(records, email, form.get("language", ""), occasion),
    )
    return go(own_path(form.get("next", "/")))


ROUTES = [Route("/me/language", choose, methods=["POST"])]
