"""What looks at files for malware: clamd by its own protocol, or any program.

Both are bounded in time and size. Whatever goes wrong is `ScanFailed`, and never "clean".
"""

from __future__ import annotations

import shlex
import socket
import struct
import subprocess
import time
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from tierline.kernel.errors import Fault, Invalid

SCAN_SECONDS = 40.0
"""For one file in all; the lease of a worker's row is longer."""
_CHUNK_BYTES = 64 * 1024
_ANSWER_BYTES = 4_096
_CLAMD_PORT = 3310
_FOUND_CHARACTERS = 200


class ScanFailed(Exception):
    """The file was not looked at; the text says why."""


class Scanner(Protocol):
    """Looks at files."""

    def scan(self, content: bytes) -> str:
        """What was found in the file; empty where nothing was. Raises ScanFailed."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """clamd at a socket: INSTREAM, as clamd(8) states it. `address` is host and port, or the path
    of a Unix socket."""

    address: tuple[str, int] | str
    seconds: float = SCAN_SECONDS

    def scan(self, content: bytes) -> str:
        """What clamd found. Raises ScanFailed."""
        until = time.monotonic() + self.seconds
        try:
            with self._connected() as connection:
                self._send(connection, content, until)
                answer = self._answer(connection, until)
        except OSError as error:
            raise ScanFailed(f"clamd cannot be asked: {error.strerror or error}.") from None
        said = answer.rstrip(b"\0\r\n").decode("utf-8", "replace").removeprefix("stream: ")
        if said == "OK":
            return ""
        if said.endswith(" FOUND"):
            return _in_a_line(said.removesuffix(" FOUND"))
        raise ScanFailed(f"clamd says: {_in_a_line(said) or 'nothing'}.")

    def _connected(self) -> socket.socket:
        if isinstance(self.address, str):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self.seconds)
            try:
                connection.connect(self.address)
            except OSError:
                connection.close()
                raise
            return connection
        return socket.create_connection(self.address, timeout=self.seconds)

    def _send(self, connection: socket.socket, content: bytes, until: float) -> None:
        """The file in pieces, each behind its length; a piece of nothing ends it. clamd may answer
        before it has all, and close."""
        try:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK_BYTES):
                piece = content[start : start + _CHUNK_BYTES]
                connection.settimeout(_left(until))
                connection.sendall(struct.pack("!L", len(piece)) + piece)
            connection.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            return  # its answer says why

    def _answer(self, connection: socket.socket, until: float) -> bytes:
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _ANSWER_BYTES:
            connection.settimeout(_left(until))
            more = connection.recv(_ANSWER_BYTES)
            if not more:
                break
            answer += more
        return answer


@dataclass(frozen=True, slots=True)
class Program:
    """A program that reads the file from its standard input: exit 0 is clean, 1 is found (the first
    line that it prints says what), as clamscan and clamdscan do; anything else is a failure."""

    words: tuple[str, ...]
    seconds: float = SCAN_SECONDS

    def scan(self, content: bytes) -> str:
        """What the program found. Raises ScanFailed."""
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command, and no shell
                self.words, input=content, capture_output=True, timeout=self.seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise ScanFailed(f"The program took more than {self.seconds:.0f} s.") from None
        except OSError as error:
            raise ScanFailed(f"The program cannot be run: {error.strerror or error}.") from None
        if done.returncode == 0:
            return ""
        said = _in_a_line(done.stdout.decode("utf-8", "replace").strip().partition("\n")[0])
        if done.returncode == 1:
            return said or "something that it does not name"
        raise ScanFailed(f"The program ended with {done.returncode}.")


def scanner_at(stated: str) -> Scanner:
    """The scanner in `clamd://127.0.0.1:3310`, `clamd:///run/clamav/clamd.ctl` or
    `command:/usr/bin/clamdscan --no-summary -`. Raises Invalid."""
    scheme, _, rest = stated.partition(":")
    if scheme == "command":
        try:
            words = tuple(shlex.split(rest))
        except ValueError:
            words = ()
        if words:
            return Program(words)
    if scheme == "clamd":
        try:
            parts = urlsplit(stated)
            port = parts.port or _CLAMD_PORT
        except ValueError:
            parts, port = urlsplit("clamd:"), 0
        if parts.hostname and not parts.path.strip("/"):
            return Clamd((parts.hostname, port))
        if not parts.netloc and len(parts.path) > 1:
            return Clamd(parts.path)
    fault = Fault(
        "bad_scanner",
        "This is no scanner.",
        "TIERLINE_ATTACHMENT_SCANNER",
        "Write clamd://127.0.0.1:3310, clamd:///run/clamav/clamd.ctl or command:/path/of/program.",
    )
    raise Invalid("Files cannot be scanned as stated.", [fault], code="bad_scanner")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"it took more than {SCAN_SECONDS:.0f} s")
    return left


def _in_a_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[
        :_FOUND_CHARACTERS
    ]
