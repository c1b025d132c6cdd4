"""A client of server-sent events, and a process that changes an account on a server's database."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx

from tierline.accounts.contract import PaymentState
from tierline.actions.contracts import set_payment_state
from tierline.bootstrap.application import open_application


class Event(NamedTuple):
    """One event as a browser would get it."""

    id: str
    data: dict[str, Any]


class Listening:
    """An open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def next(self) -> Event | None:
        """The next event; None where the server has ended the stream. It fails after some
        heartbeats without one."""
        said: dict[str, str] = {}
        until = time.monotonic() + 40
        for line in self._lines:
            assert time.monotonic() < until, "no event came"
            name, _, value = line.partition(": ")
            if line:
                said[name] = value
            elif "data" in said:
                return Event(said["id"], json.loads(said["data"]))
        return None


@contextmanager
def listening(url: str, **headers: str) -> Iterator[Listening]:
    """A stream over HTTP; it waits for an event for 20 seconds at most."""
    with (
        httpx.Client(timeout=20) as client,
        client.stream("GET", url, headers=headers) as response,
    ):
        response.raise_for_status()
        yield Listening(response)


def main(database: str, account: str) -> None:
    """Another process than the server: the account is suspended."""
    with open_application(database=database) as opened:
        contract = opened.read(lambda reads: reads.contracts.of_account(account))[0].id
        state, occasion = PaymentState.suspended, opened.occasion()
        opened.change(lambda records: set_payment_state(records, contract, state, occasion))


if __name__ == "__main__":
    main(*sys.argv[1:])
