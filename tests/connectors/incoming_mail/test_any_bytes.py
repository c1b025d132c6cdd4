"""Whatever arrives, it is read or refused in a sentence, and soon."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import mail, parts, text

from tierline.connectors.incoming_mail.desk import Desk, trusted_servers
from tierline.connectors.incoming_mail.mail import IncomingMail
from tierline.connectors.incoming_mail.reading import read_mail
from tierline.kernel.errors import Invalid

SECONDS = 4.0
"""Of one processor: others may be busy beside the test, and the machine itself may be slow."""
DESK = Desk(
    trusted=trusted_servers(["mx.vendor.example", "10.0.0.0/8"]),
    message_id_domains=frozenset({"vendor.example"}),
    loop_word="x",
)
_NAMES = (
    "From To Cc Reply-To Sender Subject Message-ID In-Reply-To References Received Date Return-Path"
    " Content-Type Content-Disposition Content-Transfer-Encoding Content-ID Auto-Submitted"
    " Precedence List-Id X-Auto-Response-Suppress X-Failed-Recipients X-Tierline-Loop X"
)
NAMES = _NAMES.split()
SCRAPS = [
    "multipart/mixed; boundary=b",
    "multipart/alternative; boundary=b",
    "multipart/report; report-type=delivery-status; boundary=b",
    "multipart/mixed",
    "message/rfc822",
    "message/delivery-status",
    "text/html; charset=utf-8",
    "text/plain; charset=utf-16; format=flowed",
    "application/octet-stream; name*0*=utf-8''%; name*1=x",
    "base64",
    "quoted-printable",
    "x-uuencode",
    "attachment; filename*=utf-8''%ff%2f",
    "inline",
    "<a@b>",
    "Ada <ada@k.example>",
    "group: ada@k.example;",
    "=?utf-8?b?////?= =?utf-8?q?=0D=0A?=",
    "by mx.vendor.example; Wed, 18 Nov 2026 10:00:05 +0100",
    "from x (10.0.0.1) by mx.vendor.example; Wed, 31 Dec 9999 23:59:59 -2359",
    "\r\n ",
    '"',
    "(",
    "<",
    ";",
    ",",
    ":",
    "é",
    "\x00",
]
LINES = [
    "--b",
    "--b--",
    "",
    "> quoted",
    "-- ",
    "On Wed, 18 Nov 2026 at 10:03, Ada <a@k.example> wrote:",
    "From: a\nSent: b\nTo: c\nSubject: d",
    "-----Original Message-----",
    "<blockquote type=cite><div style='display:none'><p>x<table><tr><td>",
    "</div><a href='https://x'>",
    "Final-Recipient: rfc822; x\nAction: failed",
    "Best regards",
    "begin 644 x",
    "Content-Type: text/html",
    "Content-Type: multipart/mixed; boundary=b",
    "Message-ID: <x>",
    "words",
    "\xff\x00",
]
VALUES = st.lists(st.sampled_from(SCRAPS) | st.text(max_size=12), max_size=5).map(" ".join)
HEADERS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=14)
BODIES = st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=30)
ENDS = st.sampled_from(["\r\n", "\n", "\r"])


def read_soon(content: bytes) -> IncomingMail | None:
    began = time.thread_time()
    found = None
    with contextlib.suppress(Invalid):
        found = read_mail(content, DESK)
    assert time.thread_time() - began < SECONDS
    return found


@given(st.binary(max_size=2_000))
@settings(deadline=None)
def test_random_bytes_are_read_or_refused(content: bytes) -> None:
    read_soon(content)


@given(HEADERS, BODIES, ENDS)
@settings(max_examples=400, deadline=None)
def test_random_mails_are_read_and_can_be_kept(
    headers: list[tuple[str, str]], lines: list[str], end: str
) -> None:
    block = "".join(f"{name}: {value}{end}" for name, value in headers)
    found = read_soon((block + end + end.join(lines)).encode("utf-8", "surrogateescape"))
    if found is None:
        return
    told = [found.subject, found.text.own, found.text.whole, *(a.name for a in found.attachments)]
    for words in told:
        words.encode()
        assert "\x00" not in words
    assert "\n" not in found.subject
    assert found.message_id
    assert all("/" not in each.name and each.name.strip(".") for each in found.attachments)


@given(st.binary(max_size=300), st.binary(max_size=600))
@settings(deadline=None)
def test_random_bytes_in_headers_and_body_are_read(header: bytes, body: bytes) -> None:
    read_soon(b"Subject: " + header + b"\r\n\r\n" + body)


@pytest.mark.parametrize(
    "content",
    [
        mail("\r\n" * 1_000_000),
        mail("> " * 500_000),
        mail("On 12:00 a@ wrote:\n" * 100_000),
        mail("From: a\n" * 300_000),
        mail("-" * 3_000_000),
        mail("--\n" * 500_000),
        mail("x" * 3_000_000, Content_Type="text/html"),
        mail("<table><tr><td>" * 100_000, Content_Type="text/html"),
        mail("<p>a</p>" * 100_000, Content_Type="text/html"),
        mail("<!--" * 300_000, Content_Type="text/html"),
        mail("<a " * 300_000, Content_Type="text/html"),
        mail("<blockquote type=cite>" * 100_000, Content_Type="text/html"),
        mail("--b\n" * 500_000, Content_Type="multipart/mixed; boundary=b"),
        mail("x--b" * 1_000_000, Content_Type="multipart/mixed; boundary=b"),
        mail("=" * 2_000_000, Content_Transfer_Encoding="quoted-printable"),
        mail("!" * 2_000_000, Content_Transfer_Encoding="base64"),
        mail(bytes(range(256)) * 8_000),
        mail(From="<" * 200_000),
        mail(From="(" * 200_000),
        mail(From="a@b.example," * 20_000),
        mail(References="<a@b> " * 40_000),
        mail(Subject="=?utf-8?q?a?= " * 20_000),
        mail(Subject="=?" * 120_000),
        mail(Content_Type='x/y; a="' + "\\" * 200_000),
        mail(Content_Type="x/y" + "; name*1*=x" * 20_000),
        mail(Received="(" * 200_000),
        mail(Subject="=?x1?q?=FF?= =?x2?q?=FF?= " * 10_000),
        b"From: \xff\xfe\xe9\r\nSubject: \xff\xe9\r\n" * 8_000,
        b"a:\r" * 80_000,
        b"Subject: x\r\n" + b" y\r\n" * 60_000,
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(400)
        )
        + b"hello hello\n" * 300_000,
        b"Content-Type: message/rfc822\n\n" * 100_000,
        parts(*[b"a:\r" * 20_000 + b"\n\nx"] * 100),
        parts(*[text("<p>" * 20_000, "html")] * 100),
        parts(*[text("<p>" * 20_000, "html")] * 100, kind="alternative"),
        parts(*[text("Не работает, помогите. " * 500, charset="koi8-r")] * 200),
        parts(*[b"Content-Type: multipart/mixed; boundary=b\n\n" + b"x--b" * 20_000] * 100),
        parts(*[b"Content-Type: message/delivery-status\n\n" + b"a:\n\n" * 12_000] * 100),
        parts(*[b"Content-Transfer-Encoding: base64\n\n" + b"QUFB" * 20_000] * 300),
    ],
    ids=lambda content: f"{content[-40:-30]!r}",
)
def test_no_mail_takes_long(content: bytes) -> None:
    read_soon(content)
