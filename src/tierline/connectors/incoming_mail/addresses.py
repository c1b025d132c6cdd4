"""Address lists of mail headers (RFC 5322, with groups, comments and what is seen in the wild).

Lists are taken apart before anything in them is decoded: an encoded name must not become an
address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tierline.connectors.incoming_mail.charsets import one_line
from tierline.connectors.incoming_mail.headers import words_decoded
from tierline.connectors.incoming_mail.mail import MailAddress

_NAME_CHARACTERS = 200
_EMAIL_CHARACTERS = 254
_TOKEN = re.compile(
    r'(?P<quoted>"(?:[^"\\]|\\.)*"?)|(?P<angle><[^<>]*>?)|(?P<literal>\[[^\[\]]*\]?)'
    r"|(?P<comment>[()])|(?P<end>[,;])|(?P<group>:)|(?P<blank>\s+)|(?P<atom>[^\s\"<>\[\](),;:]+)|.",
    re.DOTALL,
)
_EMAIL = re.compile(r'(?:"[^"]{1,64}"|[^\s@<>"(),:;\\\[\]]{1,64})@[^\s@<>"(),;\\]{1,253}')
_WORD = re.compile(r'(?:"[^"]*"|[^\s"])+')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(slots=True)
class _Mailbox:
    """What was seen of one address so far."""

    phrase: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    angle: str | None = None


def addresses_in(value: str, most: int) -> tuple[tuple[MailAddress, ...], int]:
    """The addresses of a list, without doubles and at most so many, and how many there were. What
    is no address is left out."""
    found: dict[str, MailAddress] = {}
    for mailbox in _mailboxes(value):
        address = _address(mailbox)
        if address is not None:
            found.setdefault(address.email.lower(), address)
    return tuple(found.values())[:most], len(found)


def _mailboxes(value: str) -> list[_Mailbox]:
    done, current, depth = list[_Mailbox](), _Mailbox(), 0
    for match in _TOKEN.finditer(value):
        kind, text = match.lastgroup, match[0]
        if kind == "comment":
            depth = depth + 1 if text == "(" else max(0, depth - 1)
        elif depth:
            current.comment.append(text)
        elif kind == "end":
            rest = (
                []
                if current.angle is not None or "@" in "".join(current.phrase)
                else [*current.phrase, ","]
            )
            done.append(current)
            # `Doe, Ada <ada@...>` without quotes: the first half belongs to the name.
            current = _Mailbox(phrase=rest if text == "," else [])
        elif kind == "group":
            current = _Mailbox()
        elif kind == "angle":
            current.angle = text.strip("<>")
        else:
            current.phrase.append(text)
    return [*done, current]


def _address(mailbox: _Mailbox) -> MailAddress | None:
    phrase = "".join(mailbox.phrase)
    stated = mailbox.angle if mailbox.angle is not None else _bare(phrase)
    email = _plain(stated)
    if email is None:
        return None
    shown = phrase if mailbox.angle is not None else "".join(mailbox.comment)
    return MailAddress(email, _name(shown))


def _bare(phrase: str) -> str:
    """The address in a phrase without angle brackets."""
    return next((word for word in _WORD.findall(phrase) if "@" in word.strip("@")), "")


def _plain(stated: str) -> str | None:
    """The address with its domain in lower case; None where it is none."""
    route_gone = stated.rpartition(":")[2] if stated.lstrip().startswith("@") else stated
    text = route_gone.strip().removeprefix("mailto:")
    if len(text) > _EMAIL_CHARACTERS or not text.isprintable() or not _EMAIL.fullmatch(text):
        return None
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower().rstrip('.')}"


def _name(shown: str) -> str:
    unquoted = _ESCAPED.sub(r"\1", shown.strip().replace('"', ""))
    return one_line(words_decoded(unquoted), _NAME_CHARACTERS).strip(" ,'")
