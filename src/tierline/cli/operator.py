"""Commands that read or change an installation: they are clients of its own API.

While a server owns the database file a command goes through that server; else it opens the
application itself. Both answer the same requests, so there is one path.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tierline.kernel.errors import Fault, Invalid, TierlineError

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

_SECONDS = 600.0
_BYTES = "application/octet-stream"


def of_installation(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which installation a command is about."""
    for option in (
        click.option("--database", metavar="URL", help="A database instead: postgresql://..."),
        click.option(
            "--data",
            metavar="DIR",
            type=click.Path(path_type=Path, file_okay=False),
            help="Folder of the installation.",
        ),
    ):
        command = option(command)
    return command


def which(data: Path | None, database: str | None) -> None:
    """Refuse both and neither."""
    if (data is None) == (database is None):
        raise Invalid(
            "Say which installation: either --data DIR or --database URL.", code="which_data"
        )


def address_of(data: Path | None, database: str | None) -> str:
    """The address of the database that the options name, for commands that need no server."""
    from tierline.bootstrap.application import database_of

    which(data, database)
    return database_of(data, database)


class Operator:
    """Requests to the installation, by whoever works on the machine."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    def request(self, method: str, path: str, *, json: Any = None, **query: Any) -> Any:
        """What the API answers, as plain values. Raises its problem as an error of ours."""
        return _done(self._request(method, path, {"json": json}, query))

    def send(self, path: str, content: bytes, *, kind: str = _BYTES, **query: Any) -> Any:
        """The same for bytes of a kind."""
        sent = {"content": content, "headers": {"Content-Type": kind}}
        return _done(self._request("POST", path, sent, query))

    async def _request(
        self, method: str, path: str, sent: dict[str, Any], query: dict[str, Any]
    ) -> Any:
        import httpx

        async with httpx.AsyncClient(
            transport=self._transport, base_url="http://machine", timeout=_SECONDS
        ) as client:
            stated = {name: value for name, value in query.items() if value is not None}
            response = await client.request(method, path, params=stated, **sent)
        if response.is_success:
            return response.json() if response.content else None
        raise _error_of(response)


def _done(request: Coroutine[Any, Any, Any]) -> Any:
    """What a request comes to, in a thread of its own: its caller's may have a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(request)).result()


@contextmanager
def operator(data: Path | None, database: str | None) -> Iterator[Operator]:
    """The way to an installation, open for the length of a command."""
    import httpx

    from tierline.api.application import application
    from tierline.api.server import AlwaysOperator, control_socket_of
    from tierline.bootstrap.application import FILE_NAME, open_application
    from tierline.store.errors import StoreInUse

    which(data, database)
    try:
        opened = open_application(data=data, database=database)
    except StoreInUse:
        control = control_socket_of(Path(data or ".") / FILE_NAME)
        if not control.is_socket():
            raise
        yield Operator(httpx.AsyncHTTPTransport(uds=str(control)))
        return
    with opened:
        yield Operator(httpx.ASGITransport(AlwaysOperator(application(opened))))


def _error_of(response: httpx.Response) -> TierlineError:
    try:
        said = response.json()
        faults = [Fault(**fault) for fault in said.get("faults", ())]
        return Invalid(said["detail"], faults, code=said["code"])
    except (ValueError, KeyError, TypeError):
        return TierlineError(f"The server answered {response.status_code} and nothing readable.")
