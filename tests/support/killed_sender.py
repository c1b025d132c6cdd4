"""A process that sends a webhook, and is killed while it waits for the answer."""

from __future__ import annotations

import sys
from datetime import timedelta

from tierline.bootstrap.application import open_application
from tierline.bootstrap.letters import post_of
from tierline.worker.kinds import worker_of

LEASE = timedelta(seconds=2)


def main(database: str) -> None:
    with open_application(database=database) as application:
        application.access.post = post_of()
        worker = worker_of(application)
        worker.lease_for = LEASE
        worker.start()
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
