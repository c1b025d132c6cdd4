"""When a mail reached us: what the first server that we trust wrote, and nobody else.

Each server writes its Received header above those that were there. So only the topmost is certain
to be of who handed the mail to us, and the one below it only where that server says that it had the
mail from another server of ours. Everything further down, and the Date header, is the sender's
word, and clocks (and money) hang on it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tierline.connectors.incoming_mail.charsets import one_line
from tierline.connectors.incoming_mail.desk import TrustedServers
from tierline.connectors.incoming_mail.headers import Headers
from tierline.connectors.incoming_mail.mail import Reception

_HOPS = 30
_ADDRESS = re.compile(r"(?<![0-9A-Za-z:.])((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)")
_VALUE_CHARACTERS = 300


def reception_of(headers: Headers, trusted: TrustedServers) -> Reception | None:
    """The time at which the first of our servers had the mail. None where the topmost header is of
    another server, or states no time."""
    found: Reception | None = None
    for header in headers.all("Received")[:_HOPS]:
        sent_by, written_by, at = _read(header)
        if at is None or not trusted.has_host(written_by):
            break
        found = Reception(at, written_by, one_line(header, _VALUE_CHARACTERS))
        addresses = _ADDRESS.findall(sent_by)
        # The sender's greeting stands there too and may name anybody: all must be ours.
        if not addresses or not all(map(trusted.has_address, addresses)):
            break
    return found


def is_ours(header: str, trusted: TrustedServers) -> bool:
    """Whether a server of ours wrote this Received header."""
    return trusted.has_host(_read(header)[1])


def is_last_of_ours(header: str, trusted: TrustedServers) -> bool:
    """Whether the server that wrote it had the mail from somebody who is none of ours."""
    addresses = _ADDRESS.findall(_read(header)[0])
    return not addresses or not all(map(trusted.has_address, addresses))


def topmost_server(headers: Headers) -> str:
    """Who wrote the topmost Received header, as it says; "" where nobody did."""
    return _read(headers.first("Received"))[1]


def _read(header: str) -> tuple[str, str, datetime | None]:
    """From whom, by whom, and when."""
    stated, _, date = header.rpartition(";")
    words = _without_comments(stated).split()
    lower = [word.lower() for word in words]
    place = 2 if lower[:1] == ["from"] else 0
    written_by = words[place + 1] if lower[place : place + 1] == ["by"] else ""
    written_by = written_by if len(words) > place + 1 else ""
    sent_by = re.split(r"\sby\s", stated, maxsplit=1)[0] if place else ""
    return sent_by.replace("IPv6:", ""), written_by, _instant(date)


def _without_comments(text: str) -> str:
    out, depth = [], 0
    for piece in re.split(r"([()])", text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif not depth:
            out.append(piece)
    return " ".join(out)


def _instant(date: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(_without_comments(date[:200]).strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
