"""A letter as a mail: text and the same as simple HTML, with headers that stay the same however
often it is sent."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.access.letter import Letter, Words

_PAGE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 34em">
<p>{before}</p>
<p><a
 href="{link}">{link}</a></p>
<p>{after}</p>
</body>
</html>
"""


def mail_of(letter: Letter, words: Words, sender: Address) -> EmailMessage:
    """The mail that a letter becomes. Raises ValueError where a header would hold a line break."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = address_of(letter.to)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.made_at)
    mail["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{words.before}\n\n{words.link}\n\n{words.after}\n")
    parts = {
        "subject": letter.subject,
        "before": words.before,
        "link": words.link,
        "after": words.after,
    }
    page = _PAGE.format_map({name: escape(text) for name, text in parts.items()})
    mail.add_alternative(page, subtype="html")
    return mail


def address_of(text: str, name: str = "") -> Address:
    """An address as mail writes it: a domain of other letters in its ASCII form. Raises
    ValueError for one that cannot be mailed to."""
    local, _, domain = text.rpartition("@")
    if not text.isprintable() or not local:
        raise ValueError("no address")
    ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    return Address(display_name=name, username=local, domain=ascii_domain)
