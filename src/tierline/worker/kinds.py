"""Everything that a worker does: the lanes with their kinds of rows, and the duties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.worker.duties import DUTIES
from tierline.worker.loop import Worker

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application


def worker_of(application: Application) -> Worker:
    """The worker of an installation, not yet started."""
    return Worker(application, (), DUTIES)
