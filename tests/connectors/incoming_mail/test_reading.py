from __future__ import annotations

import pytest
from mails import ADA, codes, mail, multipart, parts, read, text

from tierline.cases.mail import MailKind
from tierline.connectors.incoming_mail.desk import Desk, Limits
from tierline.connectors.incoming_mail.mail import MailAddress
from tierline.connectors.incoming_mail.reading import read_mail
from tierline.kernel.errors import Invalid

MEBIBYTE = 2**20


def test_a_plain_mail_of_a_person() -> None:
    found = read()
    assert found.message_id == "one@kestrel.example"
    assert found.sender == MailAddress("ada@kestrel.example", "Ada Byron")
    assert found.answer_to == found.sender
    assert [each.email for each in found.to] == ["support@vendor.example"]
    assert (found.subject, found.text.own, found.kind) == (
        "Nothing works",
        "Help!",
        MailKind.person,
    )
    assert found.may_answer_by_machine
    assert found.faults == ()


def test_nothing_at_all_is_no_mail() -> None:
    with pytest.raises(Invalid, match="there is nothing in it"):
        read_mail(b"")


@pytest.mark.parametrize("content", [b"hello\n", b"\x00\xff\xfe", b"\r\n\r\nhello", b" \t \n"])
def test_bytes_without_a_header_are_no_mail(content: bytes) -> None:
    with pytest.raises(Invalid, match="begins with no header"):
        read_mail(content)


def test_a_mail_of_26_mebibytes_is_refused_unread() -> None:
    with pytest.raises(Invalid, match="more than 25 MiB") as refused:
        read_mail(mail(b"x" * 26 * MEBIBYTE))
    assert refused.value.code == "mail_too_large"


def test_a_mail_of_24_mebibytes_is_read() -> None:
    found = read_mail(mail(b"line of a log\r\n" * (24 * MEBIBYTE // 15)))
    assert len(found.text.whole) <= Limits().text_characters
    assert codes(found) == ["text_cut"]


def test_without_a_message_id_the_same_bytes_have_the_same() -> None:
    one, again, other = read(Message_ID=None), read(Message_ID=None), read("Other", Message_ID=None)
    assert one.message_id == again.message_id != other.message_id
    assert one.is_message_id_made
    assert one.message_id.endswith("@made.invalid")
    assert codes(one) == ["no_message_id"]


@pytest.mark.parametrize("stated", ["<>", "<a b>", "=?utf-8?q?x?=", "<\x01@x>", "no id"])
def test_a_broken_message_id_is_replaced(stated: str) -> None:
    found = read(Message_ID=stated)
    assert found.message_id.endswith("@made.invalid")
    assert codes(found) == ["broken_message_id"]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("<[b378dfc50603435b@microsoft.com]>", "[b378dfc50603435b@microsoft.com]"),
        ("<no-domain>", "no-domain"),
        ("bare@kestrel.example", "bare@kestrel.example"),
        ("\r\n <folded@kestrel.example> (comment)", "folded@kestrel.example"),
    ],
)
def test_an_odd_message_id_is_still_an_id(stated: str, expected: str) -> None:
    assert read(Message_ID=stated).message_id == expected


def test_a_thread_is_looked_up_by_the_nearest_mail_first() -> None:
    found = read(In_Reply_To="<3@v>", References="<1@v> <2@v>\r\n <3@v>")
    assert found.references == ("1@v", "2@v", "3@v")
    assert found.thread_keys == ("3@v", "2@v", "1@v")


def test_of_a_thousand_references_the_first_and_the_nearest_are_kept() -> None:
    found = read(References=" ".join(f"<{n}@v>" for n in range(1_000)))
    assert len(found.references) == 50
    assert (found.references[0], found.references[-1]) == ("0@v", "999@v")


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: AW: Fwd: Nothing works", "Nothing works"),
        ("RE : Nothing works", "Nothing works"),
        ("Re[2]: Antwort: WG: Nothing works", "Nothing works"),
        ("回复：Nothing works", "Nothing works"),
        ("Reboot: fails", "Reboot: fails"),
        ("I: cannot sign in", "I: cannot sign in"),
        ("Re:", ""),
    ],
)
def test_marks_before_a_subject_are_taken_off(subject: str, bare: str) -> None:
    found = read(Subject=subject)
    assert (found.subject, found.bare_subject) == (subject, bare)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?Q?Gr=C3=BC?= =?utf-8?Q?=C3=9Fe?=", "Grüße"),
        ("=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1?Q?Gr=FC=DFe aus K=F6ln?=", "Grüße aus Köln"),
        ("=?utf-8?B?R3LDvMOfZQ=?= !", "Grüße !"),
        ("=?no-such-set?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?Q?never ends", "=?utf-8?Q?never ends"),
        ("Grüße", "Grüße"),
        ("=?utf-8?q?a=0D=0ABcc:_all@vendor.example?=", "a Bcc: all@vendor.example"),
        ("=?utf-8?q?a=00=1B=5B2Jb?=", "a[2Jb"),
    ],
)
def test_a_subject_is_one_line_whatever_was_encoded(subject: str, expected: str) -> None:
    found = read(Subject=subject)
    assert found.subject == expected
    assert found.to[0].email == "support@vendor.example"
    assert len(found.to) == 1


def test_a_raw_header_of_latin_letters_is_read() -> None:
    raw = mail().replace(b"Nothing works", "Nichts läuft".encode("latin-1"))
    assert read_mail(raw).subject == "Nichts läuft"


def test_a_very_long_header_line_is_read_up_to_a_limit() -> None:
    found = read(Subject="x" * 3_000_000)
    assert found.subject == "x" * 500
    assert str(found.sender) == ADA
    assert codes(found) == ["no_message_id", "header_cut"]


def test_ten_thousand_headers_are_read() -> None:
    raw = b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + mail()
    assert read_mail(raw).sender is not None


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_bare_line_ends_are_line_ends(end: str) -> None:
    found = read_mail(mail(f"One{end}Two{end}", end=end))
    assert found.sender is not None
    assert found.text.own == "One\nTwo"


def test_nul_bytes_and_controls_are_taken_out() -> None:
    found = read(b"He\x00lp\x1b[31m!\r\n", Subject="No\x00thing")
    assert (found.subject, found.text.own) == ("Nothing", "Help[31m!")


@pytest.mark.parametrize("year", ["1970", "2099", "99999"])
def test_the_date_header_does_not_matter(year: str) -> None:
    found = read(Date=f"Thu, 1 Jan {year} 00:00:00 +0000")
    assert found.received_at is None
    assert found.kind is MailKind.person


def test_where_the_blank_line_is_missing_no_text_is_lost() -> None:
    found = read_mail(b"From: ada@kestrel.example\nSubject: x\nIt is broken.\nNote: all of it\n")
    assert found.text.own == "It is broken.\nNote: all of it"


def test_a_broken_line_between_headers_ends_nothing() -> None:
    found = read_mail(b"Subject: x\nrubbish without a colon\nFrom: ada@kestrel.example\n\nHelp\n")
    assert found.sender is not None
    assert found.text.own == "Help"


def test_the_envelope_line_of_a_mailbox_is_no_header() -> None:
    found = read_mail(b"From ada@x Thu Jan  1 00:00:00 1970\n" + mail())
    assert str(found.sender) == ADA


def test_five_thousand_parts_are_read_up_to_a_limit() -> None:
    found = read_mail(parts(text("Help"), *[b"\r\nx"] * 5_000))
    assert found.text.own.startswith("Help")
    assert "too_many_parts" in codes(found)


def test_parts_fifty_deep_are_read_as_text_below_a_limit() -> None:
    inner = text("Help")
    for depth in range(50):
        head = f"Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n".encode()
        inner = head + multipart(inner, boundary=f"b{depth}")
    found = read_mail(parts(inner))
    assert codes(found) == ["too_deep"]
    assert "Help" in found.text.whole


def test_limits_are_an_argument() -> None:
    desk = Desk(limits=Limits(mail_bytes=10))
    with pytest.raises(Invalid, match="more than 0 MiB"):
        read_mail(mail(), desk)


def test_the_way_that_a_mail_came_does_not_make_it_another_one() -> None:
    raw = mail("Help!", Message_ID=None)
    one = (
        b"Return-Path: <ada@kestrel.example>\r\nReceived: from a by b;\r\n Mon, 3 Mar 2025\r\n"
        + raw
    )
    other = b"Received: from c by d; Tue, 4 Mar 2025\nDelivered-To: x@y\n" + raw
    found = [read_mail(each) for each in (raw, one, other)]
    assert len({(each.digest, each.message_id) for each in found}) == 1
    assert read_mail(mail("Held!", Message_ID=None)).digest != found[0].digest
