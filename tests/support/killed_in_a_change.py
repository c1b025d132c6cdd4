"""A process that opens an account under a key, and is killed before the commit of it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

import httpx

from tierline.api.application import application
from tierline.api.server import AlwaysOperator
from tierline.bootstrap.application import open_application
from tierline.store.idempotency import IdempotencyRecords


def killed(_records: Any, *_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def ask(app: Any) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://x.test"
    ) as client:
        await client.post(
            "/v1/accounts", json={"name": "Elm"}, headers={"Idempotency-Key": "key-1"}
        )


IdempotencyRecords.finish = killed  # type: ignore[method-assign]  # the change is done, and not yet durable
with open_application(database=sys.argv[1]) as opened:
    asyncio.run(ask(AlwaysOperator(application(opened))))
