"""A server that speaks clamd's INSTREAM over TCP, as clamd(8) states it: it finds the EICAR test
file, and refuses streams above its limit."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# In two pieces, so that no scanner takes this file for one.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()
STREAM_LIMIT_BYTES = 1_000_000


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1) or b"\0"
        if command != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        if getattr(self.server, "is_silent", False):
            threading.Event().wait(1)
            return
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
            if len(content) > STREAM_LIMIT_BYTES:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        said = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(b"stream: " + said + b"\0")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    is_silent = False


@contextmanager
def clamd(*, is_silent: bool = False) -> Iterator[tuple[str, int]]:
    """Its host and port; a silent one answers nothing."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.is_silent = is_silent
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            host, port = server.server_address[:2]
            yield str(host), port
        finally:
            server.shutdown()
            thread.join()
