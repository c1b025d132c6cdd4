"""A terminal of the tests: letters come to it as soon as somebody looks."""

from __future__ import annotations

import io

from tierline.bootstrap.application import Application
from tierline.connectors.console_post import ConsolePost
from tierline.worker.kinds import worker_of


class Terminal(io.StringIO):
    """What was written to people, once `watch` has said by whom."""

    def watch(self, application: Application) -> None:
        self._application = application
        application.access.post = ConsolePost(self)

    def getvalue(self) -> str:
        deliver(self._application)
        return super().getvalue()


def deliver(application: Application) -> None:
    """Send every letter that is due now, in this thread."""
    worker = worker_of(application)
    for name in ("notices", "letters"):
        (lane,) = (each for each in worker.lanes if each.name == name)
        while worker.work(lane):
            pass
