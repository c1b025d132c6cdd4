"""Everything that a worker does: the lanes with their kinds of rows, and the duties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.actions.webhooks import KIND, LANE
from tierline.bootstrap.webhooks import WebhookPost
from tierline.worker.duties import DUTIES
from tierline.worker.loop import Lane, Settled, Worker

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.store.due_work import Claim

OUTSIDE_THREADS = 4
"""Each sends one message at a time, so that a slow address holds up no claimed ones."""


def worker_of(application: Application, post: WebhookPost | None = None) -> Worker:
    """The worker of an installation, not yet started."""
    sending = post or WebhookPost(application)

    def send(_: Application, claim: Claim) -> Settled:
        sent = sending.send(claim.id, claim.attempts)
        attempts = claim.attempts if sent.is_attempt else claim.attempts - 1
        return Settled(write=sent.write, again_at=sent.again_at, attempts=attempts)

    outside = Lane(name=LANE, handlers={KIND: send}, batch=1, threads=OUTSIDE_THREADS)
    return Worker(application, (outside,), DUTIES)
