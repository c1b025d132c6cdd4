"""The files of a mail, their names and their limits."""

from __future__ import annotations

import hashlib

import pytest
from mails import codes, file, mail, parts, text

from tierline.connectors.incoming_mail.attachments import safe_name
from tierline.connectors.incoming_mail.desk import Desk, Limits
from tierline.connectors.incoming_mail.mail import Attachment
from tierline.connectors.incoming_mail.reading import read_mail


def attached(*pieces: bytes, kind: str = "mixed") -> tuple[Attachment, ...]:
    return read_mail(parts(text("Help"), *pieces, kind=kind)).attachments


def test_a_file_is_told_with_its_size_and_digest() -> None:
    (found,) = attached(file('filename="log.txt"', b"line\n", "text/plain"))
    assert found == Attachment(
        name="log.txt",
        media_type="text/plain",
        size_bytes=5,
        digest="sha256:" + hashlib.sha256(b"line\n").hexdigest(),
        is_inline=False,
        content=b"line\n",
    )


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ("filename*=utf-8''Gr%C3%BC%C3%9Fe.txt", "Grüße.txt"),
        ("filename*=iso-8859-1'de'Gr%FC%DFe.txt", "Grüße.txt"),
        ("filename*0*=utf-8''Gr%C3; filename*1*=%BC%C3%9Fe; filename*2=.txt", "Grüße.txt"),
        ("filename*1=b.txt; filename*0=a", "ab.txt"),
        ("filename=plain.txt; filename*=utf-8''extended.txt", "extended.txt"),
        ('filename="=?utf-8?B?R3LDvMOfZS50eHQ=?="', "Grüße.txt"),
        ('filename="Grüße.txt"', "Grüße.txt"),
        ("filename=no quotes.txt", "no quotes.txt"),
        ('filename="a;b.txt"; size=3', "a;b.txt"),
        ('filename="say \\"hi\\".txt"', "say _hi_.txt"),
        ('filename="never ends', "never ends"),
        ("filename*=utf-8''%", "%"),
        ("filename*=x; filename*0*=y; filename*1*=z", "xyz"),
    ],
)
def test_a_name_is_read_however_it_is_written(parameter: str, name: str) -> None:
    assert attached(file(parameter))[0].name == name


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("/", "attachment-3.pdf"),
        ("..", "attachment-3.pdf"),
        (" .hidden ", "hidden"),
        ("a\x00b\x1b[31m\nc.txt", "ab[31mc.txt"),
        ("txt.\u202eexe.doc", "txt.exe.doc"),
        ("CON.txt", "_CON.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("x" * 300 + ".tar.gz", "x" * 117 + ".gz"),
        ("\udcff.txt", "txt"),
        ("é" * 200 + ".txt", "é" * 116 + ".txt"),
        ("動" * 200 + ".txt", "動" * 77 + ".txt"),
    ],
)
def test_a_name_is_made_safe(stated: str, name: str) -> None:
    assert safe_name(stated, "application/pdf", 3) == name


def test_an_image_in_the_text_is_inline() -> None:
    image = b"Content-Type: image/png\r\nContent-ID: <i1@k>\r\n\r\npng"
    (found,) = attached(image, kind="related")
    assert (found.is_inline, found.content_id, found.name) == (True, "i1@k", "attachment-1.png")


def test_a_forwarded_mail_is_one_file_named_by_its_subject() -> None:
    inner = mail("Old text", Subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?= / all")
    (found,) = attached(b"Content-Type: message/rfc822\r\n\r\n" + inner)
    assert (found.name, found.media_type) == ("Grüße _ all.eml", "message/rfc822")
    assert found.content == inner


def test_mails_fifty_deep_in_each_other_are_one_file() -> None:
    inner = mail("The innermost")
    for depth in range(50):
        wrapped = b"Content-Type: message/rfc822\r\n\r\n" + inner
        inner = parts(wrapped, boundary=f"w{depth}")
    found = read_mail(inner)
    assert [each.media_type for each in found.attachments] == ["message/rfc822"]
    assert found.text.own == ""


def test_an_invitation_is_a_file_beside_the_text() -> None:
    calendar = b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n"
    found = read_mail(parts(text("Come"), calendar, kind="alternative"))
    assert found.text.own == "Come"
    assert [each.name for each in found.attachments] == ["attachment-1.ics"]


def test_an_invitation_alone_is_a_file_and_no_text() -> None:
    found = read_mail(mail("BEGIN:VCALENDAR\r\n", Content_Type="text/calendar; method=REPLY"))
    assert found.text.own == ""
    assert [each.media_type for each in found.attachments] == ["text/calendar"]


def test_a_signed_mail_is_its_text_and_a_signature() -> None:
    signature = file("filename=smime.p7s", b"\x30\x80", "application/pkcs7-signature")
    found = read_mail(parts(text("Signed words"), signature, kind="signed"))
    assert found.text.own == "Signed words"
    assert [each.name for each in found.attachments] == ["smime.p7s"]


def test_an_encrypted_mail_is_one_file() -> None:
    raw = mail("MIAG", Content_Type="application/pkcs7-mime; name=smime.p7m")
    assert [each.name for each in read_mail(raw).attachments] == ["smime.p7m"]


def test_a_mail_of_outlooks_own_form_is_a_file() -> None:
    tnef = file("filename=winmail.dat", b"\x78\x9f\x3e\x22", "application/ms-tnef")
    assert [each.name for each in attached(tnef)] == ["winmail.dat"]


def test_a_text_with_a_name_is_a_file_and_not_read_as_text() -> None:
    shown_text = b"Content-Type: text/plain; name=log.txt\r\nContent-Disposition: inline\r\n\r\nlog"
    found = read_mail(parts(text("Help"), shown_text))
    assert found.text.own == "Help"
    assert [(each.name, each.is_inline) for each in found.attachments] == [("log.txt", True)]


def test_a_uuencoded_file_is_decoded() -> None:
    piece = (
        b"Content-Type: application/x; name=a.txt\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n"
        b"begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n"
    )
    assert attached(piece)[0].content == b"Cat"


def test_beyond_a_hundred_files_the_rest_is_only_counted() -> None:
    found = read_mail(parts(text("Help"), *[file(f"filename={n}.txt") for n in range(150)]))
    assert len(found.attachments) == 100
    assert codes(found) == ["too_many_attachments"]


def test_beyond_the_size_in_all_a_file_is_listed_and_not_kept() -> None:
    desk = Desk(limits=Limits(attachment_bytes=10))
    large, small = file("filename=a", b"x" * 11), file("filename=b", b"y" * 10)
    found = read_mail(parts(text("Help"), large, small), desk)
    assert [(each.name, each.size_bytes, each.content is None) for each in found.attachments] == [
        ("a", 11, True),
        ("b", 10, False),
    ]
    assert codes(found) == ["attachments_too_large"]
