"""A mail as it goes over the wire, and a quick way of writing letters, of which there may be many.

The library of mails looks at every header again and again, which costs several times what sending
does. A letter whose words are plain ASCII needs none of that; the library writes all others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from tierline.connectors.mail.message import mail_of, page_of

if TYPE_CHECKING:
    import smtplib
    from email.headerregistry import Address
    from email.message import EmailMessage

    from tierline.access.letter import Letter, Words

_PLAIN = re.compile(r"[ -~]*")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_HEADER_LIMIT_CHARACTERS = 60
_LINE_LIMIT_CHARACTERS = 900
_BOUNDARY = "=_tierline_letter"
_PATTERN = """\
From: {sender}
To: {to}
Subject: {subject}
Date: {date}
Message-ID: <{id}@{domain}>
Auto-Submitted: auto-generated
Content-Language: {language}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="{boundary}"

--{boundary}
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 7bit

{text}
--{boundary}
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: 7bit
MIME-Version: 1.0

{page}
--{boundary}--
"""


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """The first in `to` is whom it is to; the others get copies. `mail` is its bytes, or the mail
    where only the connection knows what its server can read."""

    sender: str
    to: tuple[str, ...]
    mail: bytes | EmailMessage

    def hand_to(self, connection: smtplib.SMTP) -> dict[str, tuple[int, bytes]]:
        """Whom the server refused."""
        if isinstance(self.mail, bytes):
            return connection.sendmail(self.sender, self.to, self.mail)
        return connection.send_message(self.mail, self.sender, self.to)


def written_mail(mail: EmailMessage) -> WrittenMail:
    """A mail as the library has it."""
    copies = [] if mail["Cc"] is None else [str(each.addr_spec) for each in mail["Cc"].addresses]
    sender, to = (str(mail[header].addresses[0].addr_spec) for header in ("From", "To"))
    return WrittenMail(sender, (to, *copies), mail)


def written_letter(letter: Letter, words: Words, sender: Address) -> WrittenMail:
    """The mail that a letter becomes. Raises ValueError where a header would hold a line break."""
    if not _is_plain(letter, words, sender):
        return written_mail(mail_of(letter, words, sender))
    text = _PATTERN.format(
        sender=sender,
        to=letter.to,
        subject=letter.subject,
        date=format_datetime(letter.made_at),
        id=letter.id,
        domain=sender.domain,
        boundary=_BOUNDARY,
        text=f"{words.before}\n\n{words.link}\n\n{words.after}\n",
        page=page_of(letter, words),
        language=words.language,
    )
    mail = text.replace("\n", "\r\n").encode("ascii")
    return WrittenMail(sender.addr_spec, (letter.to,), mail)


def _is_plain(letter: Letter, words: Words, sender: Address) -> bool:
    """Whether nothing of it has to be encoded or folded."""
    lines = (words.before, words.link, words.after)
    headers = (letter.subject, str(sender), words.language)
    return (
        len(letter.to) <= _HEADER_LIMIT_CHARACTERS
        and len(letter.subject) <= _HEADER_LIMIT_CHARACTERS
        and len(str(sender)) <= _HEADER_LIMIT_CHARACTERS
        and len(letter.id) + len(sender.domain) <= _HEADER_LIMIT_CHARACTERS
        and _PLAIN_ADDRESS.fullmatch(letter.to) is not None
        and all(_PLAIN.fullmatch(each) for each in (*headers, *lines))
        and letter.subject == letter.subject.strip()
        and all(len(escape(each)) <= _LINE_LIMIT_CHARACTERS for each in lines)
        and not any(_BOUNDARY in each for each in lines)
    )
