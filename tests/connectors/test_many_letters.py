"""Many letters over one connection, each written as the library of mails would write it."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_box import MailBox, mail_box

from tierline.access.letter import SUBJECTS, Letter, LetterKind, Words, reset_words
from tierline.actions.letters import Outcome
from tierline.connectors.mail.message import mail_of
from tierline.connectors.mail.server import MailPost, mail_server_of
from tierline.connectors.mail.written import written_letter
from tierline.kernel.ids import LetterId

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SENDER = Address("Support", "support", "vendor.example")
LINK = "https://support.vendor.example/password-reset?code=" + "x" * 43
WORDS = reset_words(LINK)
TEXTS = st.text(st.characters(exclude_categories=("C",)), max_size=80)
PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=70)


def letter() -> Letter:
    kind = LetterKind.password_reset
    return Letter(
        id=LetterId("letter_01ka0v6ge0e00abvem4gyepfzx"),
        kind=kind,
        to="ada@vendor.example",
        subject=SUBJECTS[kind],
        digest="",
        made_at=NOW,
        until=NOW + timedelta(minutes=30),
    )


def read(mail: bytes | EmailMessage) -> EmailMessage:
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def bodies(mail: EmailMessage) -> list[str]:
    found = [mail.get_body((kind,)) for kind in ("plain", "html")]
    return ["" if each is None else str(each.get_content()) for each in found]


def expect_the_same(one: Letter, words: Words, sender: Address = SENDER) -> bool:
    """Whether the quick way was taken, which says what the library says."""
    written = written_letter(one, words, sender)
    quick, usual = read(written.mail), read(mail_of(one, words, sender))
    names = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language")
    assert [str(quick[name]) for name in names] == [str(usual[name]) for name in names]
    assert quick.get_content_type() == "multipart/alternative"
    assert bodies(quick) == bodies(usual)
    assert quick.defects == []
    assert (written.sender, written.to) == (sender.addr_spec, (one.to,))
    return isinstance(written.mail, bytes)


def test_lines_of_a_letter_stay_lines() -> None:
    words = Words(before="Case 1 & 2:\n\nOne\nTwo", link=LINK, after="")
    assert not expect_the_same(letter(), words)
    written = bodies(read(mail_of(letter(), words, SENDER)))
    plain, page = (each.replace("\r\n", "\n") for each in written)
    assert "One\nTwo\n" in plain
    assert "Case 1 &amp; 2:<br>\n<br>\nOne<br>\nTwo</p>" in page


@settings(max_examples=25, deadline=None)
@given(subject=PLAIN | TEXTS, before=PLAIN | TEXTS, after=PLAIN | TEXTS)
def test_a_letter_says_the_same_however_it_is_written(
    subject: str, before: str, after: str
) -> None:
    one = replace(letter(), subject=" ".join(subject.split()) or "x")
    expect_the_same(one, Words(before=before, link=LINK, after=after))


def test_plain_words_take_the_quick_way_and_others_the_library() -> None:
    assert expect_the_same(letter(), WORDS)
    assert not expect_the_same(replace(letter(), subject="Störung"), WORDS)
    assert not expect_the_same(letter(), replace(WORDS, before="Größe"))


def posted(box: MailBox) -> MailPost:
    return MailPost(mail_server_of(f"smtp://127.0.0.1:{box.port}", "support@vendor.example"))


def sockets_of(post: MailPost) -> list[socket.socket]:
    (kept,) = post._of_thread.kept
    return [] if kept is None else [kept.sock]


def test_letters_go_over_one_connection_while_it_is_kept() -> None:
    with mail_box() as box:
        post = posted(box)
        with post.keeping():
            assert post.send(letter(), WORDS).outcome is Outcome.accepted
            before = sockets_of(post)
            assert post.send(letter(), WORDS).outcome is Outcome.accepted
            assert sockets_of(post) == before != []
        assert len(box.got) == 2


def test_a_connection_that_the_server_let_go_is_made_again() -> None:
    with mail_box() as box:
        post = posted(box)
        with post.keeping():
            post.send(letter(), WORDS)
            (kept,) = sockets_of(post)
            kept.shutdown(socket.SHUT_RDWR)
            assert post.send(letter(), WORDS).outcome is Outcome.accepted
        assert len(box.got) == 2


def test_after_a_refusal_the_next_letter_goes_all_the_same() -> None:
    with mail_box() as box:
        box.answers = ["550 no", "250 OK"]
        post = posted(box)
        with post.keeping():
            assert post.send(letter(), WORDS).outcome is Outcome.refused
            assert post.send(letter(), WORDS).outcome is Outcome.accepted
        assert len(box.got) == 2
