"""A mailbox that mail is fetched from by IMAP: how one is stated, and one visit to it.

A mail is handed over, and only once that is durable it is marked or moved, and the place is
remembered. Whoever is cut off in between sees the same mail again, which is known by what it holds.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from imapclient import IMAPClient

VISIT_SECONDS = 25.0
"""For one visit: less than the lease of due work. What is left is fetched in the next one."""
_READ_SECONDS = 30.0
_CONNECT_SECONDS = 10.0
_PORTS = {"imap": 143, "imaps": 993}
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_OPTIONS = {"then", "tls", "password_file"}
_SAID_CHARACTERS = 200
_FORM = "Write imaps://user:password@imap.example.com/INBOX, with % forms for signs that mean more."


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxAddress:
    """Where mail waits. `move_to` is a folder for what was taken; empty: it is marked as read.
    `is_tls_at_once` where the first byte is encrypted (imaps); `may_be_plain` where it may go
    unencrypted if the server offers nothing better."""

    host: str
    port: int
    user: str
    folder: str
    password: str = field(default="", repr=False)
    password_file: str = ""
    move_to: str = ""
    is_tls_at_once: bool = True
    may_be_plain: bool = False

    @property
    def name(self) -> str:
        """What people call it, without what opens it."""
        return f"{self.user}@{self.host}/{self.folder}"

    def secret(self) -> str:
        """The password, read anew from its file where it has one. Raises Invalid."""
        if not self.password_file:
            return self.password
        try:
            return Path(self.password_file).read_text("utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise Invalid(
                f"The file with the password of {self.name} cannot be read.", code="no_password"
            ) from None


@dataclass(frozen=True, slots=True)
class Place:
    """How far a mailbox was fetched: numbers of mails count within one `validity` (RFC 3501)."""

    validity: int
    last: int


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """A mail in a mailbox. `at` is when the mailbox had it, by its own server; `content` is None
    where it was too large to be fetched."""

    content: bytes | None
    at: datetime | None
    size_bytes: int


class MailboxFailed(Exception):
    """The mailbox could not be visited; the text says why, without what opens it."""


def mailbox_at(stated: str) -> MailboxAddress:
    """The mailbox of an address. Raises Invalid with every fault; none repeats the password."""
    try:
        parts = urlsplit(stated.strip())
        port = parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _invalid([_fault("This is no address of a mailbox.", _FORM)]) from None
    faults: list[Fault] = []
    if parts.scheme not in _PORTS or not parts.hostname or parts.fragment:
        faults.append(_fault("This is no address of a mailbox.", _FORM))
    if set(options) - _OPTIONS or options.get("tls", "off") != "off":
        faults.append(_fault("The options are then, password_file and tls=off.", _FORM))
    then = options.get("then", "seen")
    if then != "seen" and not (then.startswith("move:") and then[5:]):
        faults.append(_fault("A mail that was taken is marked or moved.", "then=move:Taken"))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not user or bool(password) == bool(options.get("password_file")):
        faults.append(_fault("A mailbox has a user, and a password or a file with it.", _FORM))
    if faults:
        raise _invalid(faults)
    host = str(parts.hostname)
    return MailboxAddress(
        host=host,
        port=port or _PORTS[parts.scheme],
        user=user,
        folder=unquote(parts.path.strip("/")) or "INBOX",
        password=password,
        password_file=options.get("password_file", ""),
        move_to=then[5:],
        is_tls_at_once=parts.scheme == "imaps",
        may_be_plain=host in _THIS_MACHINE or "tls" in options,
    )


class MailboxVisit:
    """One visit. `take` makes a mail durable, and `remember` how far we are."""

    def __init__(
        self,
        address: MailboxAddress,
        *,
        limit_bytes: int,
        take: Callable[[WaitingMail], None],
        remember: Callable[[Place], None],
        seconds: float = VISIT_SECONDS,
    ) -> None:
        self._address = address
        self._limit_bytes = limit_bytes
        self._take = take
        self._remember = remember
        self._seconds = seconds

    def fetch(self, known: Place | None) -> bool:
        """Take what is new since a place, the oldest first; at a mailbox that was never visited, or
        that counts anew, what is not marked as read. Whether all was taken. Raises MailboxFailed,
        and whatever `take` and `remember` raise."""
        until = time.monotonic() + self._seconds
        connection = self._asked(self._connected)
        try:
            validity, end, numbers = self._asked(lambda: self._waiting(connection, known))
            is_begun = known is not None and known.validity == validity
            for number in numbers:
                if time.monotonic() > until:
                    return False
                mail = self._asked(partial(self._read, connection, number))
                if mail is not None:
                    self._take(mail)
                    self._asked(partial(self._put_away, connection, number))
                if is_begun:
                    self._remember(Place(validity, number))
            if not is_begun:
                self._remember(Place(validity, end))
        finally:
            _leave(connection)
        return True

    def _connected(self) -> IMAPClient:
        """Signed in, on a connection that is encrypted before anything is said on it."""
        from imapclient import IMAPClient, SocketTimeout  # noqa: PLC0415 - used by few

        address = self._address
        secret = address.secret()
        connection = IMAPClient(
            address.host,
            address.port,
            use_uid=True,
            ssl=address.is_tls_at_once,
            ssl_context=ssl.create_default_context() if address.is_tls_at_once else None,
            timeout=SocketTimeout(_CONNECT_SECONDS, _READ_SECONDS),
        )
        try:
            if not address.is_tls_at_once:
                _encrypt(connection, address)
            connection.login(address.user, secret)
        except BaseException:
            connection.shutdown()
            raise
        return connection

    def _waiting(self, connection: IMAPClient, known: Place | None) -> tuple[int, int, list[int]]:
        """How the mailbox counts, its last number, and the numbers of what is to be taken."""
        opened = connection.select_folder(self._address.folder)
        validity = int(opened[b"UIDVALIDITY"])
        if known is None or known.validity != validity:
            following = opened.get(b"UIDNEXT")
            end = following - 1 if following else max(connection.search(["ALL"]), default=0)
            return validity, int(end), sorted(connection.search(["UNSEEN"]))
        # A range without an upper end always names the last mail, whatever its number is.
        found = connection.search(["UID", f"{known.last + 1}:*"])
        return validity, known.last, sorted(number for number in found if number > known.last)

    def _read(self, connection: IMAPClient, number: int) -> WaitingMail | None:
        """The mail of a number; None where it is gone meanwhile."""
        about = connection.fetch([number], ["RFC822.SIZE", "INTERNALDATE"]).get(number)
        if about is None:
            return None
        size_bytes, at = int(about[b"RFC822.SIZE"]), _instant(about.get(b"INTERNALDATE"))
        if size_bytes > self._limit_bytes:
            return WaitingMail(None, at, size_bytes)
        found = connection.fetch([number], ["BODY.PEEK[]"]).get(number)
        content = None if found is None else found.get(b"BODY[]")
        return None if content is None else WaitingMail(bytes(content), at, size_bytes)

    def _put_away(self, connection: IMAPClient, number: int) -> None:
        connection.add_flags([number], [b"\\Seen"], silent=True)
        folder = self._address.move_to
        if not folder:
            return
        if not connection.folder_exists(folder):
            connection.create_folder(folder)
        if connection.has_capability("MOVE"):
            connection.move([number], folder)
        else:
            connection.copy([number], folder)
            connection.delete_messages([number], silent=True)
            if connection.has_capability("UIDPLUS"):  # else it would take others' mails along
                connection.expunge([number])

    def _asked(self, ask: Callable[[], Any]) -> Any:
        """What the server answers. Raises MailboxFailed for whatever goes wrong on the way."""
        try:
            return ask()
        except (MailboxFailed, Invalid):
            raise
        except Exception as error:  # noqa: BLE001 - another's program may answer anything at all
            said = " ".join(str(error).split())
            secret = self._address.password
            said = said.replace(secret, "...") if secret else said
            problem = f"{self._address.name}: {said or type(error).__name__}"
            raise MailboxFailed(problem[:_SAID_CHARACTERS]) from None


def _encrypt(connection: IMAPClient, address: MailboxAddress) -> None:
    if connection.has_capability("STARTTLS"):
        connection.starttls(ssl.create_default_context())
    elif not address.may_be_plain:
        raise MailboxFailed(f"{address.host} offers no encryption.")


def _leave(connection: IMAPClient) -> None:
    try:
        connection.logout()
    except Exception:  # noqa: BLE001 - nothing more is wanted of it
        connection.shutdown()


def _instant(stated: Any) -> datetime | None:
    """INTERNALDATE: the library gives it on this machine's clock, without a zone."""
    if not isinstance(stated, datetime):
        return None
    return stated.astimezone(UTC)


def _fault(message: str, write_instead: str) -> Fault:
    return Fault("bad_mailbox", message, "TIERLINE_MAIL_FETCH", write_instead)


def _invalid(faults: list[Fault]) -> Invalid:
    return Invalid("Mail cannot be fetched as stated.", faults, code="bad_mailbox")
