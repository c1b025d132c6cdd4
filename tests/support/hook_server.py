"""A program that is told things: a real HTTP server on this machine which notes what it gets."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Hook:
    """`answers` are statuses to give in turn, the last one for ever."""

    address: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    slow_seconds: float = 0
    body: bytes = b""
    location: str = ""

    def take(self, headers: dict[str, str], content: bytes) -> int:
        self.got.append((headers, content))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def wait_for(self, count: int, seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while len(self.got) < count:
            assert time.monotonic() < deadline, f"{len(self.got)} of {count} messages came"
            time.sleep(0.02)


@contextmanager
def hook_server() -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["content-length"])
            content = self.rfile.read(size)
            if len(content) < size:
                return  # whoever sent it is dead
            status = hook.take(
                {name.lower(): value for name, value in self.headers.items()}, content
            )
            time.sleep(hook.slow_seconds)
            self.send_response(status)
            if hook.location:
                self.send_header("Location", hook.location)
            if status != 204:
                self.send_header("Content-Length", str(len(hook.body)))
            self.end_headers()
            self.wfile.write(hook.body if status != 204 else b"")

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that hangs up is what some tests want."""

    server = Server(("127.0.0.1", 0), Handler)
    hook.address = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
