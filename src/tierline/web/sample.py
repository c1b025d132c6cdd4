"""The first run: an empty installation offers the sample company, and says how far it is."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, cast

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.sample import put_sample
from tierline.kernel.errors import TierlineError
from tierline.queries.accounts import number_of_accounts
from tierline.web.shell import Visit, error_page, shown_to
from tierline.web.visits import application_of, go, go_to_sign_in, read_form, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tierline.bootstrap.application import Application

SIZE, SEED = "small", 7
PATH = "/sample-company"
_LOG = logging.getLogger("tierline.web")


class SampleCompany:
    """The making of the sample company in one installation: at most once at a time."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self.progress: tuple[str, int, int] | None = None
        """What is being made, how much of it, of how much."""
        self.failure = ""

    @property
    def is_running(self) -> bool:
        """Whether it is being made at this moment."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Make it in the background; while it is being made this changes nothing."""
        with self._starting:
            if not self.is_running:
                self.progress, self.failure = ("accounts", 0, 1), ""
                self._thread = threading.Thread(
                    target=self._make, name="sample company", daemon=True
                )
                self._thread.start()

    def _make(self) -> None:
        try:
            put_sample(self._application, SIZE, SEED, is_control=False, progress=self._note)
        except TierlineError as error:
            self.failure = error.message
        except Exception:  # noqa: BLE001 - a thread has nobody else to tell
            _LOG.exception("the sample company could not be made")
            self.failure = "The sample company could not be made. The log says why."

    def _note(self, what: str, done: int, total: int) -> None:
        self.progress = (what, done, total)


def sample_company_of(request: Request) -> SampleCompany:
    """The one of this process."""
    state = request.app.state
    if not hasattr(state, "sample_company"):
        state.sample_company = SampleCompany(application_of(request))
    return cast(SampleCompany, state.sample_company)


@shown_to(Permission.operate)
def sample_page(visit: Visit) -> Response:
    """What the sample company is, how far it is, or why it cannot be made here."""
    company = sample_company_of(visit.request)
    accounts = visit.application.read(lambda reads: number_of_accounts(reads.snapshot))
    return visit.page("pages/sample_company.html", company=company, accounts=accounts)


async def make_sample(request: Request) -> Response:
    """Begin, for who may operate the installation."""
    visitor = await run_in_threadpool(visitor_of, request)
    if visitor is None:
        return go_to_sign_in(request)
    try:
        await read_form(request)
        visitor.caller.require(Permission.operate)
    except TierlineError as error:
        return await run_in_threadpool(error_page, request, error, visitor)
    sample_company_of(request).start()
    return go(PATH)


ROUTES = [
    Route(PATH, sample_page, methods=["GET"]),
    Route(PATH, make_sample, methods=["POST"]),
]
