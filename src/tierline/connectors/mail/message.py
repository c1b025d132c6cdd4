"""A letter as a mail: text and the same as simple HTML, with headers that stay the same however
often it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.access.letter import Letter, Words
    from tierline.actions.case_mails import CaseLetter

_PAGE = """\
<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 34em">
<p>{before}</p>
<p><a
 href="{link}">{link}</a></p>
<p>{after}</p>
</body>
</html>
"""
LOOP_HEADER = "X-Tierline-Loop"
_LONG_LINES = SMTP.clone(max_line_length=998)
"""A Message-ID that is longer than a usual line must stand in one piece."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What our mails of cases bear: the `domain` of their Message-IDs, the word by which they are
    known when they come back, and where answers are wanted, if not at the sender."""

    domain: str
    loop_word: str = ""
    answer_to: str = ""


def case_mail_of(letter: CaseLetter, sender: Address, head: Letterhead) -> EmailMessage:
    """The mail that something said in a case becomes. Raises ValueError for what cannot stand in a
    header."""
    told = letter.mail
    mail = EmailMessage(policy=_LONG_LINES)
    mail["From"] = sender
    mail["To"] = address_of(told.recipient)
    if told.copies:
        mail["Cc"] = [address_of(each) for each in told.copies]
    if head.answer_to and head.answer_to != sender.addr_spec:
        mail["Reply-To"] = address_of(head.answer_to)
    mail["Subject"] = " ".join(told.subject.split())
    mail["Date"] = format_datetime(told.made_at)
    mail["Message-ID"] = f"<{told.id}@{head.domain}>"
    if told.in_reply_to:
        mail["In-Reply-To"] = f"<{told.in_reply_to}>"
    if told.references:
        ids = (each if "@" in each else f"{each}@{head.domain}" for each in told.references)
        mail["References"] = " ".join(f"<{each}>" for each in ids)
    if told.is_automatic:
        mail["Auto-Submitted"] = "auto-replied"
    if head.loop_word:
        mail[LOOP_HEADER] = head.loop_word
    language = letter.language
    foot = language.phrase("Case %(number)s", number=letter.number)
    mail.set_content(f"{letter.text}\n\n-- \n{foot}\n")
    if told.is_automatic:  # what a person wrote is in whatever language they took
        mail["Content-Language"] = language.tag
    return mail


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
    mail.add_alternative(page_of(letter, words), subtype="html")
    mail["Content-Language"] = words.language
    return mail


def page_of(letter: Letter, words: Words) -> str:
    """What it says as HTML."""
    parts = {
        "subject": letter.subject,
        "before": words.before,
        "link": words.link,
        "after": words.after,
        "language": words.language,
    }
    escaped = {name: escape(text) for name, text in parts.items()}
    escaped["before"] = escaped["before"].replace("\n", "<br>\n")
    return _PAGE.format_map(escaped)


def address_of(text: str, name: str = "") -> Address:
    """An address as mail writes it: a domain of other letters in its ASCII form. Raises
    ValueError for one that cannot be mailed to."""
    local, _, domain = text.rpartition("@")
    if not text.isprintable() or not local:
        raise ValueError("no address")
    ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    return Address(display_name=name, username=local, domain=ascii_domain)
