"""A letter as a mail, and what a real mail server makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_box import PASSWORD, USER, MailBox, mail_box, own_certificate

from tierline.access.letter import SUBJECTS, Letter, LetterKind, Words, reset_words
from tierline.access.user import email_faults
from tierline.actions.letters import Delivery, Outcome
from tierline.connectors.mail.message import mail_of
from tierline.connectors.mail.server import MailPost, mail_server_of
from tierline.kernel.errors import Invalid
from tierline.kernel.ids import LetterId

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]),
]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SENDER = Address("Support", "support", "vendor.example")
LINK = "https://support.vendor.example/password-reset?code=" + "x" * 43
WORDS = reset_words(LINK)


def letter(to: str = "ada@vendor.example") -> Letter:
    kind = LetterKind.password_reset
    return Letter(
        id=LetterId("letter_01ka0v6ge0e00abvem4gyepfzx"),
        kind=kind,
        to=to,
        subject=SUBJECTS[kind],
        digest="",
        made_at=NOW,
        until=NOW + timedelta(minutes=30),
    )


def read(mail: EmailMessage) -> EmailMessage:
    return message_from_bytes(mail.as_bytes(), policy=policy.default)


def sent(box: MailBox, to: str = "ada@vendor.example", **stated: str) -> Delivery:
    scheme, user, option = (stated.get(name, "") for name in ("scheme", "user", "option"))
    host = stated.get("host", "127.0.0.1")
    url = f"{scheme or 'smtp'}://{user}{host}:{box.port}{option}"
    return MailPost(mail_server_of(url, "support@vendor.example"), seconds=5).send(
        letter(to), WORDS
    )


def test_a_mail_is_the_same_however_often_it_is_made() -> None:
    first, second = (read(mail_of(letter(), WORDS, SENDER)) for _ in range(2))
    assert first["Message-ID"] == f"<{letter().id}@vendor.example>" == second["Message-ID"]
    assert first["Date"].datetime == NOW
    assert first["Auto-Submitted"] == "auto-generated"
    assert str(first["From"]) == "Support <support@vendor.example>"


def test_a_mail_says_the_same_as_text_and_as_html() -> None:
    mail = read(mail_of(letter(), WORDS, SENDER))
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    for word in (WORDS.before, LINK, WORDS.after):
        assert word in text.get_content()
        assert word in page.get_content()


def test_html_holds_words_as_text() -> None:
    words = Words(before="<b>&", link='https://x.example/?a=1&b="', after="</p>")
    page = read(mail_of(letter(), words, SENDER)).get_body(("html",))
    assert page is not None
    assert "&lt;b&gt;&amp;" in page.get_content()
    assert 'href="https://x.example/?a=1&amp;b=&quot;"' in page.get_content()


@given(st.from_regex(r"[^@]{1,20}@[^@.]{1,12}\.[^@.]{1,8}", fullmatch=True))
def test_an_address_is_one_address_and_no_header(address: str) -> None:
    if email_faults(address):
        return
    try:
        raw = mail_of(letter(address), WORDS, SENDER).as_bytes()
    except ValueError:
        return  # a domain that has no form in ASCII: refused, and told
    mail = message_from_bytes(raw, policy=policy.default)
    assert len(mail["To"].addresses) == 1
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
        "MIME-Version", "Content-Type", "Content-Language",
    }  # fmt: skip


@pytest.mark.parametrize("to", ["a\r\nBcc: b@x.example@y.example", "a@b.example\nX: y", "", "@x.y"])
def test_no_line_break_becomes_a_header(to: str) -> None:
    with mail_box() as box:
        assert sent(box, to).outcome is Outcome.refused
    assert box.got == []


@pytest.mark.parametrize("to", ["ada@vendor.example", "jürgen@exämple.example", "o'hara@x.example"])
def test_a_letter_arrives_at_its_address(to: str) -> None:
    with mail_box() as box:
        assert sent(box, to) == Delivery(Outcome.accepted)
    (mail,) = box.mails
    assert mail["Subject"] == "Choose another password"
    ((sender, receivers),) = box.envelopes
    assert sender == "support@vendor.example"
    assert receivers == [to.replace("exämple", "xn--exmple-cua")]


def test_user_and_password_go_over_an_encrypted_and_verified_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, tls = own_certificate(tmp_path)
    with mail_box(tls=tls, asks=True) as box:
        stated = {"host": "localhost", "user": f"{USER}:{quote(PASSWORD, safe='')}@"}
        refused = sent(box, **stated)
        assert refused.outcome is Outcome.failed
        assert "certificate of localhost" in refused.problem
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        wrong = sent(box, **{**stated, "user": f"{USER}:wrong@"})
        assert wrong.outcome is Outcome.failed
        assert "535" in wrong.problem
        assert box.got == []
        assert sent(box, **stated) == Delivery(Outcome.accepted)


def test_a_connection_is_encrypted_from_the_first_byte_where_its_address_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, tls = own_certificate(tmp_path)
    with mail_box(tls=tls, at_once=True) as box:
        assert sent(box, host="localhost", scheme="smtps").outcome is Outcome.failed
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert sent(box, host="localhost", scheme="smtps") == Delivery(Outcome.accepted)


def test_an_address_that_the_server_has_no_letters_for_is_refused() -> None:
    with mail_box(has_every_letter=False) as box:
        refused = sent(box, "jürgen@x.example")
    assert refused == Delivery(Outcome.refused, "The mail server cannot write to such an address.")


def test_a_server_elsewhere_that_does_not_encrypt_gets_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tierline.connectors.mail.server._THIS_MACHINE", ())
    with mail_box() as box:
        kept = sent(box)
        assert kept.outcome is Outcome.failed
        assert "offers no encryption" in kept.problem
        assert sent(box, option="?tls=off") == Delivery(Outcome.accepted)


def test_who_the_server_does_not_know_is_refused_for_good() -> None:
    with mail_box() as box:
        box.unknown = {"ada@vendor.example"}
        refused = sent(box)
    assert refused.outcome is Outcome.refused
    assert "550 5.1.1 No such user here" in refused.problem


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 4.3.0 Later", Outcome.failed),
        ("554 5.7.1 Not this\ttext", Outcome.refused),
        ("421 4.3.2 Closing", Outcome.failed),
        ("nonsense", Outcome.failed),
    ],
)
def test_what_a_server_says_to_a_letter(answer: str, outcome: Outcome) -> None:
    with mail_box() as box:
        box.answers = [answer]
        said = sent(box)
    assert said.outcome is outcome
    assert said.problem.isprintable()
    assert LINK not in said.problem


def test_what_a_server_took_is_sent_however_it_says_goodbye() -> None:
    with mail_box() as box:
        box.goodbye = "421 Too busy to say goodbye"
        assert sent(box).outcome is Outcome.accepted
    assert len(box.got) == 1


def test_a_server_that_is_down_or_slow_is_tried_again() -> None:
    with mail_box() as box:
        box.slow_seconds = 0.3
        server = mail_server_of(f"smtp://127.0.0.1:{box.port}", "a@b.example")
        slow = MailPost(server, seconds=0.1).send(letter(), WORDS)
    assert (slow.outcome, slow.problem) == (
        Outcome.failed,
        f"127.0.0.1:{box.port} took too long to answer.",
    )
    assert sent(box).outcome is Outcome.failed


def test_a_server_is_stated_as_an_address() -> None:
    server = mail_server_of("smtp://ada%40x.example:p%2Fw@mail.example", None)
    assert (server.place, server.user, server.password) == (
        "mail.example:587", "ada@x.example", "p/w",
    )  # fmt: skip
    assert str(server.sender) == "ada@x.example"
    assert "p/w" not in repr(server)
    assert not server.may_be_plain
    assert mail_server_of("smtps://mail.example", "Ada B. <ada@x.example>").port == 465


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("mail.example", "a@b.example"),
        ("http://mail.example", "a@b.example"),
        ("smtp://", "a@b.example"),
        ("smtp://mail.example:x", "a@b.example"),
        ("smtp://mail.example:99999", "a@b.example"),
        ("smtp://user@mail.example", "a@b.example"),
        ("smtp://mail.example/path", "a@b.example"),
        ("smtp://mail.example?tls=maybe", "a@b.example"),
        ("smtp://mail.example", None),
        ("smtp://mail.example", "no address"),
        ("smtp://mail.example", "a\nBcc: x <a@b.example>"),
        ("smtp://[::1", "a@b.example"),
    ],
)
def test_what_is_no_mail_server_is_told_without_its_password(url: str, sender: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        mail_server_of(url.replace("//", "//u:hidden@") if "@" not in url else url, sender)
    assert refused.value.faults
    assert "hidden" not in str(refused.value) + str(refused.value.faults)
