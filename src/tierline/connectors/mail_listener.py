"""A mail server in this process: it takes mail for the desk by SMTP or LMTP, and says 250 only once
the mail is durable.

It stands behind the servers that mail for the domain goes to, or takes it itself from a network
that may: it knows no senders and no spam. With a certificate it encrypts by STARTTLS.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from tierline.kernel import clock
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.connectors.mail_certificate import ListenEncryption

ROOM_BYTES = 4 * 1024
"""So much of the largest mail is left for the headers that are written above it."""
_SCHEMES = ("smtp", "lmtp")
_THREADS = 4
_CONNECTIONS = 50
_RECIPIENTS = 100
_LINE_BYTES = 2**20
"""Longer lines than the standard's 1,000 bytes are seen in the wild, and harm nobody."""
_IDLE_SECONDS = 120
_STOP_SECONDS = 10.0
_NOTED_AN_HOUR = 100
"""So many refusals are written down in an hour: whoever connects can cause them."""
_GREETING = re.compile(r"[^A-Za-z0-9.:\[\]_-]")
_STATED_SENDER = re.compile(r"<([^<>\s]{1,254})>")
_TOO_LARGE, _AGAIN = "552 5.3.4 This mail is too large", "451 4.3.0 Not taken now; try again"
_LOG = logging.getLogger("tierline.mails")


class Desk(Protocol):
    """Who mail is for."""

    name: str
    """How the server calls itself."""

    def is_ours(self, address: str) -> bool:
        """Whether mail to an address is the desk's."""

    def take(self, content: bytes) -> None:
        """Take a mail; when it returns the mail is durable. Raises Invalid for what is none, or
        too large; whatever else it raises, the mail may be sent again."""

    def refuse(self, sender: str, reason: str) -> None:
        """Keep that a mail was refused."""


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """Where mail is taken, and how it is spoken there."""

    scheme: str
    host: str
    port: int


def listen_address(stated: str) -> ListenAddress:
    """The address in `smtp://127.0.0.1:2525`. Raises Invalid."""
    try:
        parts = urlsplit(stated)
        port = parts.port
    except ValueError:
        port = None
    if port is None or parts.scheme not in _SCHEMES or not parts.hostname or parts.path.strip("/"):
        fault = Fault(
            "bad_mail_listen",
            "This is no address to take mail at.",
            "TIERLINE_MAIL_LISTEN",
            "Write smtp://127.0.0.1:2525 or lmtp://127.0.0.1:2424.",
        )
        raise Invalid("Mail cannot be taken as stated.", [fault], code="bad_mail_listen")
    return ListenAddress(parts.scheme, parts.hostname, port)


class MailListener:
    """Listens in a thread of its own from `start` to `stop`."""

    def __init__(
        self,
        at: ListenAddress,
        desk: Desk,
        *,
        limit_bytes: int,
        encryption: ListenEncryption | None = None,
    ) -> None:
        self._at = at
        self._encryption = encryption
        self._desk = desk
        self._limit_bytes = limit_bytes - ROOM_BYTES
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> str:
        """Begin to listen; the address, with the port that was free where 0 was stated. Raises
        Invalid where it cannot be used."""
        at = self._at
        family = socket.AF_INET6 if ":" in at.host else socket.AF_INET
        try:
            listening = socket.create_server((at.host, at.port), family=family, backlog=100)
        except OSError as error:
            raise Invalid(
                f"Mail cannot be taken at {at.host}:{at.port}: {error.strerror or error}.",
                code="address_in_use",
            ) from None
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listening)), name="tierline-mail", daemon=True
        )
        self._thread.start()
        self._ready.wait(_STOP_SECONDS)
        host = f"[{at.host}]" if ":" in at.host else at.host
        return f"{at.scheme}://{host}:{listening.getsockname()[1]}"

    def stop(self) -> None:
        """Take no more; what is being written down is finished first."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS * 2)

    async def _serve(self, listening: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="tierline-mail") as threads:
            by = self._encryption
            taking = _Taking(self._desk, threads)
            taking.is_encryption_required = by is not None and by.is_required
            kind = _Lmtp if self._at.scheme == "lmtp" else _Smtp
            server = await self._loop.create_server(
                lambda: kind(
                    taking,
                    hostname=self._desk.name,
                    ident="Tierline",
                    data_size_limit=self._limit_bytes,
                    enable_SMTPUTF8=True,
                    timeout=_IDLE_SECONDS,
                    tls_context=by.context() if by else None,
                ),
                sock=listening,
            )
            self._ready.set()
            await self._stopping.wait()
            server.close()
            await taking.finish(_STOP_SECONDS)


class _Taking:
    """What is done with recipients and mails; one for all connections."""

    def __init__(self, desk: Desk, threads: ThreadPoolExecutor) -> None:
        self._desk = desk
        self._threads = threads
        self._noted: list[float] = []
        self.busy = 0
        self.connections = 0
        self.is_encryption_required = False

    async def handle_EHLO(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, session: Session, _: Envelope, name: str, offered: list[str]
    ) -> list[str]:
        """What is offered: no user and password, which the library offers once it is encrypted and
        nobody has here."""
        session.host_name = name
        return [each for each in offered if not each.startswith("250-AUTH")]

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        """Whether a recipient is the desk."""
        if len(envelope.rcpt_tos) >= _RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not self._desk.is_ours(address):
            return "550 5.1.1 No such address at this desk"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail, once for all its recipients. LMTP wants an answer for each of them."""
        content = self._headers(server, session, envelope) + bytes(envelope.original_content or b"")
        answer = await self._taken(content)
        is_lmtp = isinstance(server, LMTP)
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if is_lmtp else answer

    async def _taken(self, content: bytes) -> str:
        self.busy += 1
        try:
            await self._in_thread(lambda: self._desk.take(content))
        except Invalid as error:
            is_large = error.code == "mail_too_large"
            return _TOO_LARGE if is_large else f"554 5.6.0 {error.message}"
        except Exception as error:  # noqa: BLE001 - the sender keeps it, and sends it again
            _LOG.warning("a mail was not taken", exc_info=error)
            return _AGAIN
        finally:
            self.busy -= 1
        return "250 2.0.0 Taken"

    async def note_refusal(self, sender: str) -> None:
        """Keep that a mail was too large, as long as nobody makes a flood of it."""
        now = asyncio.get_running_loop().time()
        self._noted = [at for at in self._noted if at > now - 3_600]
        if len(self._noted) < _NOTED_AN_HOUR:
            self._noted.append(now)
            try:
                await self._in_thread(lambda: self._desk.refuse(sender, "It was too large."))
            except Exception as error:  # noqa: BLE001 - who sends it is told all the same
                _LOG.warning("a refusal was not kept", exc_info=error)

    async def finish(self, seconds: float) -> None:
        """Wait for what is being written down."""
        for _ in range(int(seconds * 20)):
            if not self.busy:
                return
            await asyncio.sleep(0.05)

    async def _in_thread(self, work: Callable[[], object]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _headers(self, server: SMTP, session: Session, envelope: Envelope) -> bytes:
        """What a server writes above a mail: who handed it over, and when."""
        greeting = _GREETING.sub("", session.host_name or "")[:100] or "unknown"
        peer = str(session.peer[0]) if session.peer else "127.0.0.1"
        shown = f"IPv6:{peer}" if ":" in peer else peer
        protocol = "LMTP" if isinstance(server, LMTP) else "ESMTP"
        protocol += "S" if session.ssl else ""  # RFC 3848
        sender = "".join(c for c in envelope.mail_from or "" if c.isprintable() and c not in "<>")
        return (
            f"Return-Path: <{sender}>\r\n"
            f"Received: from {greeting} ([{shown}]) by {self._desk.name} with {protocol};\r\n"
            f" {format_datetime(clock.now())}\r\n"
        ).encode("utf-8", "surrogateescape")


class _Counted(SMTP):
    """Counts connections, and tells who was refused for size: the library answers that itself."""

    line_length_limit = _LINE_BYTES
    _stated_sender = ""
    _is_counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Refuse one too many. After STARTTLS the library says again that a connection is made:
        it is the same one."""
        if self._is_counted:
            super().connection_made(transport)
            return
        taking: _Taking = self.event_handler
        taking.connections += 1
        self._is_counted = True
        if taking.connections > _CONNECTIONS:
            transport.write(b"421 4.3.2 Too many connections; try again\r\n")  # type: ignore[attr-defined]  # a transport that writes
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """One less."""
        if self._is_counted:
            self.event_handler.connections -= 1
            self._is_counted = False
        if self.transport is not None:
            super().connection_lost(error)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - named by aiosmtpd
        """As it is there; who sends is known to who notes a refusal. Where encryption is required,
        nothing begins without: the library would refuse LMTP its greeting too."""
        is_encrypted = self.session is not None and self.session.ssl
        if self.event_handler.is_encryption_required and not is_encrypted:
            await self.push("530 5.7.0 Must issue a STARTTLS command first")
            return
        found = _STATED_SENDER.search(arg or "")
        self._stated_sender = found[1] if found else ""
        await super().smtp_MAIL(arg)

    async def push(self, status: Any) -> None:
        """Say something."""
        text = status.decode("ascii", "replace") if isinstance(status, bytes) else str(status)
        if text.startswith("552"):
            await self.event_handler.note_refusal(self._stated_sender)
        await super().push(status)


class _Smtp(_Counted):
    """A connection that speaks SMTP."""


class _Lmtp(_Counted, LMTP):
    """A connection that speaks LMTP."""
