"""Commands that read or change an installation: they are clients of its own API.

While a server owns the database file a command goes through that server; else it opens the
application itself. Both answer the same requests, so there is one path.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from tierline.kernel.errors import Fault, Invalid, TierlineError

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from starlette.types import ASGIApp, Message

_SECONDS = 600.0
_NUMBERED = re.compile(r"/v1/cases/([0-9]{1,9})(?=/|$)", re.ASCII)
_PAGE_ROWS = 200
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

    def __init__(self, transport: httpx.AsyncBaseTransport, app: ASGIApp | None = None) -> None:
        self._transport = transport
        self._app = app
        """The application, where it is in this process."""

    def request(self, method: str, path: str, *, json: Any = None, **query: Any) -> Any:
        """What the API answers, as plain values. A case may be named by its number. Raises its
        problem as an error of ours."""
        named = _NUMBERED.match(path)
        if named is not None:
            path = f"/v1/cases/{self.case_of(named[1])}{path[named.end() :]}"
        return _done(self._request(method, path, {"json": json}, query))

    def case_of(self, stated: str) -> str:
        """The id of a case that is named by its number, or by its id. Raises Invalid."""
        if not (stated.isascii() and stated.isdecimal()):
            return stated
        found = self.request("GET", "/v1/cases", number=stated, limit=1)["items"]
        if not found:
            raise Invalid(f"There is no case '{stated}'.", code="not_found")
        return str(found[0]["id"])

    def items(self, path: str, **asked: Any) -> Iterator[Any]:
        """All rows of a list, page after page."""
        after = None
        while True:
            page = self.request("GET", path, limit=_PAGE_ROWS, after=after, **asked)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def send(self, path: str, content: bytes, *, kind: str = _BYTES, **query: Any) -> Any:
        """The same for bytes of a kind."""
        sent = {"content": content, "headers": {"Content-Type": kind}}
        return _done(self._request("POST", path, sent, query))

    def fetch(self, path: str, file: IO[bytes]) -> None:
        """Write what the API answers into a file, as it comes."""
        _done(self._fetched(path, file) if self._app is None else _told(self._app, path, file))

    async def _fetched(self, path: str, file: IO[bytes]) -> None:
        import httpx

        async with (
            httpx.AsyncClient(
                transport=self._transport, base_url="http://machine", timeout=_SECONDS
            ) as client,
            client.stream("GET", path) as response,
        ):
            if not response.is_success:
                await response.aread()
                raise _error_of(response)
            async for chunk in response.aiter_bytes():
                file.write(chunk)

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
        # Half of what a command loads, and needless where a server answers it.
        from tierline.api.application import application

        app = AlwaysOperator(application(opened))
        yield Operator(httpx.ASGITransport(app), app)


async def _told(app: ASGIApp, path: str, file: IO[bytes]) -> None:
    """What an application in this process answers, written as it comes: the client for tests and
    commands would keep all of it first."""
    import httpx

    said: list[bytes] = []
    status = 500

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        message = next(asked, None)
        if message is None:
            await asyncio.Event().wait()  # nobody goes away
        return message or {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        body = message.get("body", b"")
        if status < 300:
            file.write(body)
        else:
            said.append(body)

    url = httpx.URL(path)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": url.path,
        "raw_path": url.raw_path,
        "query_string": url.query,
        "root_path": "",
        "headers": [(b"host", b"machine")],
        "server": ("machine", 80),
        "client": None,
    }
    await app(scope, receive, send)
    if status >= 300:
        raise _error_of(httpx.Response(status, content=b"".join(said)))


def _error_of(response: httpx.Response) -> TierlineError:
    try:
        said = response.json()
        faults = [Fault(**fault) for fault in said.get("faults", ())]
        return Invalid(said["detail"], faults, code=said["code"])
    except (ValueError, KeyError, TypeError):
        return TierlineError(f"The server answered {response.status_code} and nothing readable.")
