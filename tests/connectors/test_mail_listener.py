"""The listener with a real client: what it answers, and what it writes above a mail."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from mail_box import own_certificate

from tierline.connectors.mail_certificate import ListenEncryption, listen_encryption
from tierline.connectors.mail_listener import MailListener, listen_address
from tierline.kernel.errors import Invalid

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
SENDER, OURS = "ada@kestrel.example", "support@vendor.example"
MAIL = b"From: ada@kestrel.example\r\nSubject: Help\r\n\r\nHelp!\r\n.\r\n"


@dataclass
class FakeDesk:
    """Takes what it is told to."""

    name: str = "desk.example"
    fails: Exception | None = None
    got: list[bytes] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def is_ours(self, address: str) -> bool:
        return address.endswith("@vendor.example")

    def take(self, content: bytes) -> None:
        if self.fails is not None:
            raise self.fails
        self.got.append(content)

    def refuse(self, sender: str, reason: str) -> None:
        self.refused.append((sender, reason))


@contextmanager
def listening(
    desk: FakeDesk, scheme: str = "smtp", encryption: ListenEncryption | None = None
) -> Iterator[int]:
    address = listen_address(f"{scheme}://127.0.0.1:0")
    listener = MailListener(address, desk, limit_bytes=100_000, encryption=encryption)
    at = listener.start()
    try:
        yield int(at.rpartition(":")[2])
    finally:
        listener.stop()


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def client(desk: FakeDesk) -> Iterator[smtplib.SMTP]:
    with listening(desk) as port, smtplib.SMTP("127.0.0.1", port, "mx.kestrel.example") as made:
        yield made


def test_a_mail_is_taken_with_who_handed_it_over_above_it(
    desk: FakeDesk, client: smtplib.SMTP
) -> None:
    assert client.sendmail(SENDER, [OURS], MAIL) == {}
    (content,) = desk.got
    path, received, date, rest = content.split(b"\r\n", 3)
    assert path == b"Return-Path: <ada@kestrel.example>"
    said = b"Received: from mx.kestrel.example ([127.0.0.1]) by desk.example with ESMTP;"
    assert received == said
    assert date.startswith(b" ")
    assert date.endswith(b"+0000")
    assert rest == MAIL


def test_a_greeting_writes_no_header_of_its_own(desk: FakeDesk, client: smtplib.SMTP) -> None:
    client.ehlo("x by mx.vendor.example; Mon, 3 Mar 2025 08:00:00 +0000")
    client.sendmail(SENDER, [OURS], MAIL)
    assert b"from xbymx.vendor.exampleMon3Mar202508:00:000000 ([127.0.0.1]) by" in desk.got[0]


def test_a_store_that_fails_has_it_sent_again(desk: FakeDesk, client: smtplib.SMTP) -> None:
    desk.fails = RuntimeError("the disk is full")
    with pytest.raises(smtplib.SMTPDataError, match="451"):
        client.sendmail(SENDER, [OURS], MAIL)
    desk.fails = None
    assert client.sendmail(SENDER, [OURS], MAIL) == {}


def test_what_is_no_mail_is_refused_for_good(desk: FakeDesk, client: smtplib.SMTP) -> None:
    desk.fails = Invalid("This is no mail: there is nothing in it.", code="no_mail")
    with pytest.raises(smtplib.SMTPDataError, match="554"):
        client.sendmail(SENDER, [OURS], b"")


def test_another_address_is_not_relayed(desk: FakeDesk, client: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="550"):
        client.sendmail(SENDER, ["ceo@elsewhere.example"], MAIL)
    assert desk.got == []


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_mail_that_is_too_large_is_refused_and_kept_that_it_was(
    desk: FakeDesk, client: smtplib.SMTP, *, is_announced: bool
) -> None:
    content = MAIL + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 1_500
    client.ehlo()
    if not is_announced:
        client.esmtp_features.pop("size")
    with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPSenderRefused), match="552"):
        client.sendmail(SENDER, [OURS], content)
    assert desk.refused == [(SENDER, "It was too large.")]
    assert client.sendmail(SENDER, [OURS], MAIL) == {}


def test_a_line_beyond_the_standard_is_taken(desk: FakeDesk, client: smtplib.SMTP) -> None:
    client.sendmail(SENDER, [OURS], MAIL + b"z" * 50_000)
    assert b"z" * 50_000 in desk.got[0]


def test_lmtp_answers_for_each_recipient(desk: FakeDesk) -> None:
    with listening(desk, "lmtp") as port, smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo_or_helo_if_needed()
        client.mail(SENDER)
        asked = [client.rcpt(each)[0] for each in (OURS, "x@elsewhere.example", f"a{OURS}")]
        first = client.data(MAIL)[0]
        second = client.getreply()[0]  # the library reads the first one alone
    assert (asked, first, second) == ([250, 550, 250], 250, 250)
    assert b"with LMTP" in desk.got[0]
    assert len(desk.got) == 1


def test_too_many_connections_are_told_to_come_again(
    desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tierline.connectors.mail_listener._CONNECTIONS", 1)
    with (
        listening(desk) as port,
        smtplib.SMTP("127.0.0.1", port),
        socket.create_connection(("127.0.0.1", port), timeout=5) as other,
    ):
        assert other.recv(100).startswith(b"421")


@pytest.mark.parametrize(
    ("scheme", "kind", "said"),
    [("smtp", smtplib.SMTP, b"ESMTPS"), ("lmtp", smtplib.LMTP, b"LMTPS")],
)
def test_a_mail_is_taken_over_starttls_with_the_certificate_that_was_stated(
    tmp_path: Path, desk: FakeDesk, scheme: str, kind: type[smtplib.SMTP], said: bytes
) -> None:
    certificate, _ = own_certificate(tmp_path)
    encryption = listen_encryption(str(tmp_path / "whole.pem"), None, is_required=True)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with listening(desk, scheme, encryption) as port, kind("localhost", port) as client:
        client.ehlo()
        assert client.mail(SENDER)[0] == 530
        client.starttls(context=trusting)
        client.ehlo()
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        assert client.sendmail(SENDER, [OURS], MAIL) == {}
        assert client.quit()[0] == 221
    assert b"by desk.example with " + said + b";" in desk.got[0]


def test_encryption_is_offered_and_counts_no_connection_twice(
    tmp_path: Path, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tierline.connectors.mail_listener._CONNECTIONS", 1)
    certificate, _ = own_certificate(tmp_path)
    encryption = listen_encryption(str(tmp_path / "whole.pem"), None, is_required=False)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with listening(desk, encryption=encryption) as port:
        for is_encrypted in (True, False, True):
            with smtplib.SMTP("localhost", port) as client:
                if is_encrypted:
                    client.starttls(context=trusting)
                assert client.sendmail(SENDER, [OURS], MAIL) == {}
    assert [b"with ESMTPS;" in each for each in desk.got] == [True, False, True]


def shown_certificate(port: int) -> str:
    """What a client is shown that asks for encryption."""
    looking = ssl.create_default_context()
    looking.check_hostname, looking.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP("localhost", port) as client:
        client.starttls(context=looking)
        assert isinstance(client.sock, ssl.SSLSocket)
        return ssl.DER_cert_to_PEM_cert(client.sock.getpeercert(binary_form=True) or b"")


def test_a_renewed_certificate_is_shown_to_the_next_client(
    tmp_path: Path, desk: FakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "tierline.mails")
    new = tmp_path / "new"
    new.mkdir()
    first, second = own_certificate(tmp_path)[0].read_text(), own_certificate(new)[0].read_text()
    whole = tmp_path / "whole.pem"
    encryption = listen_encryption(str(whole), None, is_required=True)
    with (
        listening(desk, encryption=encryption) as port,
        smtplib.SMTP("localhost", port) as before,
    ):
        before.starttls(context=ssl.create_default_context(cafile=tmp_path / "certificate.pem"))
        whole.write_text("half of a file")
        assert [shown_certificate(port) for _ in range(2)] == [first, first]
        whole.unlink()
        assert shown_certificate(port) == first
        (new / "whole.pem").rename(whole)
        assert shown_certificate(port) == second
        assert before.sendmail(SENDER, [OURS], MAIL) == {}
    said = [each.levelname for each in caplog.records if each.name == "tierline.mails"]
    assert said == ["WARNING", "WARNING", "INFO"]


def test_a_certificate_that_became_readable_is_read_though_nobody_wrote_it_since(
    tmp_path: Path,
) -> None:
    own_certificate(tmp_path)
    file = tmp_path / "whole.pem"
    sound = file.read_bytes()
    encryption = ListenEncryption(str(file), None, is_required=True)
    first = encryption.context()
    file.write_bytes(b"-" * len(sound))
    unread = file.stat()
    assert encryption.context() is first
    while file.stat().st_ctime_ns == unread.st_ctime_ns:
        file.write_bytes(sound)
        os.utime(file, ns=(unread.st_atime_ns, unread.st_mtime_ns))
    assert encryption.context() is not first


def test_without_a_certificate_no_encryption_is_offered(client: smtplib.SMTP) -> None:
    client.ehlo()
    assert not client.has_extn("starttls")
    assert listen_encryption(None, None, is_required=False) is None


def test_a_certificate_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    certificate, _ = own_certificate(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    own_certificate(other)
    locked = tmp_path / "locked.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    closed = serialization.BestAvailableEncryption(b"word")
    form = serialization.PrivateFormat.PKCS8
    locked.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, closed))
    for stated in (
        (str(tmp_path / "nowhere.pem"), None),
        (str(certificate), None),
        (str(certificate), str(other / "whole.pem")),
        (str(certificate), str(locked)),
        (None, str(other / "whole.pem")),
        (None, None),
    ):
        with pytest.raises(Invalid, match="taken as stated") as caught:
            listen_encryption(*stated, is_required=True)
        assert caught.value.faults[0].path == "TIERLINE_MAIL_CERTIFICATE"


@pytest.mark.parametrize("stated", ["127.0.0.1:2525", "http://x:1", "smtp://x", "smtp://x:1/y"])
def test_an_address_that_is_none_is_refused(stated: str) -> None:
    with pytest.raises(Invalid, match="taken as stated"):
        listen_address(stated)
