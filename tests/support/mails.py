"""Mails as they come over the wire, built line by line: a library would refuse the awkward ones."""

from __future__ import annotations

from base64 import b64encode

from tierline.connectors.incoming_mail.desk import Desk
from tierline.connectors.incoming_mail.mail import IncomingMail
from tierline.connectors.incoming_mail.reading import read_mail

ADA = "Ada Byron <ada@kestrel.example>"
DESK_ADDRESS = "support@vendor.example"
_USUAL = {
    "From": ADA,
    "To": DESK_ADDRESS,
    "Subject": "Nothing works",
    "Message-ID": "<one@kestrel.example>",
}


def mail(body: str | bytes = "Help!\r\n", end: str = "\r\n", **stated: str | None) -> bytes:
    """A mail with the usual headers; `Content_Type="..."` states one more, None takes one away."""
    headers = _USUAL | {name.replace("_", "-"): value for name, value in stated.items()}
    lines = [f"{name}: {value}{end}" for name, value in headers.items() if value is not None]
    head = "".join(lines).encode("utf-8", "surrogateescape")
    return head + end.encode() + (body if isinstance(body, bytes) else body.encode())


def read(
    body: str | bytes = "Help!\r\n", desk: Desk | None = None, **stated: str | None
) -> IncomingMail:
    """The same, read."""
    return read_mail(mail(body, **stated), desk or Desk())


def parts(*pieces: str | bytes, boundary: str = "b1", kind: str = "mixed", **stated: str) -> bytes:
    """A mail of several parts, each with its own headers."""
    return mail(
        multipart(*pieces, boundary=boundary),
        MIME_Version="1.0",
        Content_Type=f'multipart/{kind}; boundary="{boundary}"',
        **stated,
    )


def multipart(*pieces: str | bytes, boundary: str) -> bytes:
    """The body of a multipart."""
    raw = [piece if isinstance(piece, bytes) else piece.encode() for piece in pieces]
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + piece + b"\r\n" for piece in raw) + mark + b"--\r\n"


def text(words: str, kind: str = "plain", charset: str = "utf-8") -> bytes:
    """A part of text."""
    head = (
        f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode() + words.encode(charset)


def file(name: str, content: bytes = b"x", kind: str = "application/octet-stream") -> bytes:
    """A part that is a file; `name` is the parameter as it is written."""
    return (
        f"Content-Type: {kind}\r\nContent-Disposition: attachment; {name}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode("utf-8", "surrogateescape") + b64encode(content)


def codes(found: IncomingMail) -> list[str]:
    """The codes of its faults."""
    return [fault.code for fault in found.faults]
