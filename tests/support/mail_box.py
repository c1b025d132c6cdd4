"""A mail server on this machine, which keeps what it gets and answers as it is told."""

from __future__ import annotations

import datetime
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "postman", "p@ss word/1"


@dataclass
class MailBox:
    """`answers` are what is said to each letter in turn, the last one for ever; `unknown` are
    addresses that are refused."""

    port: int = 0
    answers: list[str] = field(default_factory=lambda: ["250 OK"])
    unknown: set[str] = field(default_factory=set)
    got: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    slow_seconds: float = 0
    goodbye: str = "221 Bye"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(each, policy=policy.default) for each in self.got]

    def wait_for(self, count: int, seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while len(self.got) < count:
            assert time.monotonic() < deadline, f"{len(self.got)} of {count} letters came"
            time.sleep(0.02)

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.unknown:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, _session: Any, envelope: Any
    ) -> str:
        self.got.append(envelope.content)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        time.sleep(self.slow_seconds)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def handle_QUIT(self, _server: SMTP, _session: Any, _envelope: Any) -> str:  # noqa: N802
        return self.goodbye


class _FreePort(Controller):
    """On a port that the system chose."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _knows(_server: SMTP, _session: Any, _envelope: Any, _kind: str, shown: Any) -> AuthResult:
    is_right = isinstance(shown, LoginPassword) and (shown.login, shown.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_right, handled=False)


@contextmanager
def mail_box(
    *,
    tls: ssl.SSLContext | None = None,
    at_once: bool = False,
    asks: bool = False,
    has_every_letter: bool = True,
) -> Iterator[MailBox]:
    """`tls` offers STARTTLS, or `at_once` encrypts the first byte; `asks` for user and password,
    which it takes after STARTTLS alone."""
    box = MailBox()
    controller = _FreePort(
        box,
        hostname="127.0.0.1",
        port=0,
        ssl_context=tls if at_once else None,
        tls_context=None if at_once else tls,
        require_starttls=tls is not None and not at_once,
        auth_required=asks,
        authenticator=_knows if asks else None,
        enable_SMTPUTF8=has_every_letter,
    )
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def own_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for localhost that nobody but who is told to trusts; and a server's use of
    it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, whole = folder / "certificate.pem", folder / "whole.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    certificate.write_bytes(pem)
    form = serialization.PrivateFormat.PKCS8
    none = serialization.NoEncryption()
    whole.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, none) + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return certificate, context
