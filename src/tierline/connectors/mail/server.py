"""A mail server: how one is stated (`smtp://user:password@host:port`), and handing letters to it.

A connection is encrypted before anything is said on it, with the server's certificate checked. Only
this machine itself may be spoken to in the clear, and a server of which the address says so.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from tierline.access.user import email_faults, plain_email
from tierline.actions.letters import Delivery, Outcome
from tierline.connectors.mail.message import Letterhead, address_of, case_mail_of
from tierline.connectors.mail.written import WrittenMail, written_letter, written_mail
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.headerregistry import Address

    from tierline.access.letter import Letter, Words
    from tierline.actions.case_mails import CaseLetter

TOTAL_SECONDS = 40.0
"""For the whole of one letter: less than the lease of due work."""
_PORTS = {"smtp": 587, "smtps": 465}
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_SAID_CHARACTERS = 200
_FINE = 250
_LOG = logging.getLogger("tierline.letters")
_FORM = "Write smtp://user:password@mail.example.com:587, or smtps:// for port 465."


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """`is_tls_at_once` where the first byte is encrypted already (smtps); `may_be_plain` where
    letters may go unencrypted if the server offers nothing better."""

    host: str
    port: int
    sender: Address
    user: str = ""
    password: str = field(default="", repr=False)
    is_tls_at_once: bool = False
    may_be_plain: bool = False

    @property
    def place(self) -> str:
        """The server, without what opens it."""
        return f"{self.host}:{self.port}"


def mail_server_of(stated: str, sender: str | None) -> MailServer:
    """The mail server of an address. Raises Invalid with every fault; none repeats the password."""
    faults: list[Fault] = []
    try:
        parts = urlsplit(stated.strip())
        port = parts.port
    except ValueError:
        raise _invalid([_fault("This is no address of a mail server.", _FORM)]) from None
    options = dict(parse_qsl(parts.query))
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.fragment:
        faults.append(_fault("This is no address of a mail server.", _FORM))
    if options not in ({}, {"tls": "off"}):
        faults.append(_fault("The only option is tls=off.", "Leave the others out."))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        faults.append(_fault("A user has a password, and a password its user.", _FORM))
    address = _sender(sender or user, faults)
    if faults or address is None:
        raise _invalid(faults)
    host = str(parts.hostname)
    return MailServer(
        host=host,
        port=port or _PORTS[parts.scheme],
        sender=address,
        user=user,
        password=password,
        is_tls_at_once=parts.scheme == "smtps",
        may_be_plain=host in _THIS_MACHINE or options.get("tls") == "off",
    )


class MailPost:
    """Hands letters and mails of cases to a mail server, one connection each unless a thread keeps
    one. Safe to share between threads. Without a `head` Message-IDs of cases are at the sender's
    domain."""

    def __init__(
        self, server: MailServer, *, head: Letterhead | None = None, seconds: float = TOTAL_SECONDS
    ) -> None:
        self._server = server
        self._head = head or Letterhead(server.sender.domain)
        self._seconds = seconds
        self._of_thread = threading.local()

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Meanwhile this thread keeps its connection from one letter to the next."""
        self._of_thread.kept = [None]
        try:
            yield
        finally:
            (kept,) = self._of_thread.kept
            del self._of_thread.kept
            if kept is not None:
                with suppress(Exception):  # what it says to our goodbye changes nothing
                    kept.quit()
                kept.close()

    @property
    def place(self) -> str:
        """The server's name and port."""
        return self._server.place

    def send(self, letter: Letter, words: Words) -> Delivery:
        """One attempt. Whatever goes wrong is told in words, with what the server said."""
        return self._sent(lambda: written_letter(letter, words, self._server.sender))

    def carry(self, letter: CaseLetter) -> Delivery:
        """The same for a mail of a case."""
        return self._sent(
            lambda: written_mail(case_mail_of(letter, self._server.sender, self._head))
        )

    def _sent(self, written: Callable[[], WrittenMail]) -> Delivery:
        try:
            mail = written()
        except ValueError:  # UnicodeError is one too
            return Delivery(Outcome.refused, "No mail can be sent to an address like this one.")
        refused: dict[str, tuple[int, bytes]] | None = None
        to = mail.to[0]
        try:
            with self._connection() as connection:
                refused = mail.hand_to(connection)
        except Exception as error:  # noqa: BLE001 - another's program may answer anything at all
            if refused is None:  # what it says to our goodbye changes nothing of what it took
                return _delivery_of(error, self._server.place)
        if to in refused:  # a copy went out: to try again would send it twice
            return Delivery(Outcome.refused, "The mail server cannot write to such an address.")
        problem = f"No copy was taken for {', '.join(sorted(refused))}." if refused else ""
        return Delivery(Outcome.accepted, problem)

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """The one that this thread keeps, if it still answers; else a new one."""
        kept = getattr(self._of_thread, "kept", None)
        if kept is None:
            with self._connected() as connection:
                yield connection
            return
        connection = self._answering(kept[0]) or self._connected()
        kept[0] = None
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        kept[0] = connection

    def _answering(self, kept: _Timed | None) -> _Timed | None:
        """What was kept, if its other end is there."""
        if kept is None:
            return None
        kept.until = time.monotonic() + self._seconds
        try:
            if kept.rset()[0] == _FINE:
                return kept
        except Exception:  # noqa: BLE001 - another's program may answer anything at all
            _LOG.info("%s let a connection go", self.place)
        kept.close()
        return None

    def _connected(self) -> _Timed:
        """A connection, encrypted and signed in."""
        server = self._server
        until = time.monotonic() + self._seconds
        if server.is_tls_at_once:
            connection: _Timed = _TimedTls(server, until, context=ssl.create_default_context())
        else:
            connection = _Timed(server, until)
        try:
            connection.ehlo()
            if not server.is_tls_at_once:
                _encrypt(connection, server)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


class NotEncrypted(Exception):
    """The server offers no encryption, and nobody said that it may do without."""


def _encrypt(connection: smtplib.SMTP, server: MailServer) -> None:
    if connection.has_extn("starttls"):
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo()
    elif not server.may_be_plain:
        raise NotEncrypted


class _Timed(smtplib.SMTP):
    """Each answer is awaited for what is left of the whole time, and no longer."""

    def __init__(self, server: MailServer, until: float, **stated: ssl.SSLContext) -> None:
        self.until = until
        super().__init__(
            server.host,
            server.port,
            local_hostname=server.sender.domain,
            timeout=self._left(),
            **stated,  # type: ignore[arg-type]  # what the class beside this one takes
        )

    def getreply(self) -> tuple[int, bytes]:
        """As it is there, within the time."""
        if self.sock is not None:
            self.sock.settimeout(self._left())
        return super().getreply()

    def _left(self) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _TimedTls(_Timed, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def _delivery_of(error: Exception, place: str) -> Delivery:
    """What an error means for the letter. Only the server's word on this address or this letter is
    the last one; all else may be mended."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code, said = next(iter(refused.values()))
            return _refusal(code, said, "The mail server does not take this address")
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=said):
            return _refusal(code, said, "The mail server does not take this letter")
        case smtplib.SMTPSenderRefused(smtp_code=code, smtp_error=said):
            problem = f"The mail server does not take the sender: {_told(code, said)}"
        case smtplib.SMTPAuthenticationError(smtp_code=code, smtp_error=said):
            problem = f"The mail server does not take the user and password: {_told(code, said)}"
        case smtplib.SMTPNotSupportedError():
            return Delivery(Outcome.refused, "The mail server cannot write to such an address.")
        case NotEncrypted():
            problem = f"{place} offers no encryption. Let it, or add ?tls=off to its address."
        case ssl.SSLCertVerificationError():
            problem = f"The certificate of {place} is not trusted: {error.verify_message}."
        case TimeoutError() | smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            problem = f"{place} took too long to answer."
        case _:
            problem = f"{place} could not be reached ({type(error).__name__})."
    return Delivery(Outcome.failed, problem)


def _refusal(code: int, said: bytes | str, words: str) -> Delivery:
    is_final = 500 <= code < 600
    outcome = Outcome.refused if is_final else Outcome.failed
    return Delivery(outcome, f"{words}{'' if is_final else ' now'}: {_told(code, said)}")


def _told(code: int, said: bytes | str) -> str:
    """What the server said, as one line of text."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{code} {plain[:_SAID_CHARACTERS]}".strip()


def _sender(stated: str, faults: list[Fault]) -> Address | None:
    """`Support <support@example.com>`, or the address alone."""
    name, _, rest = stated.strip().rpartition("<")
    email = plain_email(rest.removesuffix(">"))
    if email_faults(email) or not name.isprintable():
        faults.append(
            Fault(
                "bad_sender",
                "Nobody is said to send the letters.",
                "mail-from",
                "Write --mail-from support@example.com.",
            )
        )
        return None
    try:
        return address_of(email, name.strip().strip('"'))
    except ValueError:
        faults.append(Fault("bad_sender", "No mail can come from this address.", "mail-from"))
        return None


def _fault(message: str, write_instead: str) -> Fault:
    return Fault("bad_mail_server", message, "mail-server", write_instead)


def _invalid(faults: list[Fault]) -> Invalid:
    return Invalid("Letters cannot go by mail as stated.", faults, code="bad_mail_server")
