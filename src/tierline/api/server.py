"""The server: an HTTP address, and beside it a socket for whoever works on the machine.

A process that owns a SQLite file also listens on `<file>.sock`, which only the file's owner may
open: commands that write go through it while the server runs.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from tierline.api.one_write import OneWriteProtocol
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

OPERATOR_KEY = "tierline.operator"
"""True in the scope of a request that came from the machine itself."""
_BACKLOG = 2048
_COLLECT_AFTER = 20_000
"""So many new objects are looked through for rings that nobody holds; Python's own 700 are made by
one request, and hardly any of them is in a ring."""
_SWITCH_SECONDS = 0.001
"""So long at most an answer waits for a thread that works beside it; Python's own 5 ms are as long
as an answer may take in all."""


class Server(uvicorn.Server):
    """A server that tells that it ends before it waits for what is under way, so that streams,
    which would never end, are not waited for."""

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_stop = on_stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        await super().shutdown(sockets)


class AlwaysOperator:
    """Marks every request as one from the machine: of an application inside of a command, and of
    one that is asked through the control socket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[OPERATOR_KEY] = True
        await self._app(scope, receive, send)


class OurProtocol(OneWriteProtocol):
    """The only socket with a path is the one for commands, which none but its owner may open."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server calls it
        """What comes through it comes from the machine."""
        super().connection_made(transport)
        if transport.get_extra_info("socket").family == socket.AF_UNIX:
            self.app = AlwaysOperator(self.app)


def control_socket_of(file: Path) -> Path:
    """Where the process that owns a database file listens for commands."""
    return file.with_name(f"{file.name}.sock")


def serve(
    app: ASGIApp,
    *,
    host: str,
    port: int,
    control: Path | None,
    on_start: Callable[[str], None],
    on_stop: Callable[[], None],
) -> None:
    """Serve until a signal ends it. `on_start` is told the address once requests are answered,
    `on_stop` that no more will be.

    Raises Invalid where the address cannot be used.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    listening = _listen(host, port)
    sockets = [listening]
    if control is not None:
        sockets.append(_listen_for_commands(control))
    config = uvicorn.Config(
        app,
        http=OurProtocol,
        proxy_headers=False,  # the application reads them where it needs them
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    server = Server(config, on_stop)

    async def run() -> None:
        announced = asyncio.create_task(_announce(server, listening, on_start))
        try:
            await server.serve(sockets=sockets)
        finally:
            announced.cancel()

    # The server ends its work on SIGTERM and then raises it again; so it ends us in order as well.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(run())
    except KeyboardInterrupt:
        pass  # the server has ended its work; who pressed the keys knows why
    finally:
        signal.signal(signal.SIGTERM, before)
        if control is not None:
            control.unlink(missing_ok=True)


async def _announce(
    server: uvicorn.Server, listening: socket.socket, on_start: Callable[[str], None]
) -> None:
    while not server.started:
        await asyncio.sleep(0.01)
    # What is there now stays; the collector need not look at it again with every batch of usage.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    on_start(f"http://{shown}:{port}")


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        raise Invalid(
            f"The address {host}:{port} cannot be used: {error.strerror or error}. Choose another "
            "--port, or stop what listens there.",
            code="address_in_use",
        ) from None
    listening.listen(_BACKLOG)
    return listening


def _listen_for_commands(control: Path) -> socket.socket:
    """A socket that only the owner of the process may open, from its first moment on."""
    control.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(control))
    except OSError as error:
        raise Invalid(
            f"The control socket {control} cannot be made: {error.strerror or error}.",
            code="no_control_socket",
        ) from None
    finally:
        os.umask(before)
    listening.listen(_BACKLOG)
    return listening
