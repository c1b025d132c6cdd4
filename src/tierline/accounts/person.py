"""A person: the fields that tell who somebody is. They stand outside the journal, to be erased."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tierline.kernel.errors import Fault
from tierline.kernel.sentences import sentence
from tierline.languages.language import message

NAME_LIMIT_CHARACTERS = 200
EMAIL_LIMIT_CHARACTERS = 254
_EMAIL_PART = r"[^\s@<>\"(),:;\\\[\]]"
_EMAIL = re.compile(rf"{_EMAIL_PART}{{1,64}}@{_EMAIL_PART}+\.{_EMAIL_PART}+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{2,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An address is kept in its plain form: small letters, no blanks around it."""

    name: str
    email: str | None = None
    phone: str | None = None

    def identifiers(self) -> tuple[str, ...]:
        """Every text that names the person."""
        return tuple(text for text in (self.name, self.email, self.phone) if text)


def person(name: str, email: str | None = None, phone: str | None = None) -> Person:
    """The person of texts as they were typed."""
    return Person(
        name=_plain(name),
        email=plain_email(email) if email and email.strip() else None,
        phone=_plain(phone) if phone and phone.strip() else None,
    )


def plain_email(text: str) -> str:
    """An address in the one form in which it is kept and looked for."""
    return _plain(text).lower()


def person_faults(stated: Person) -> list[Fault]:
    """What is wrong with the fields of a person."""
    faults = []
    if not 1 <= len(stated.name) <= NAME_LIMIT_CHARACTERS or not stated.name.isprintable():
        faults.append(
            Fault(
                "bad_name",
                message("A name is one line of text."),
                "name",
                sentence("Write 1 to %(most)s characters.", most=NAME_LIMIT_CHARACTERS),
            )
        )
    if stated.email is not None and not _is_email(stated.email):
        faults.append(
            Fault(
                "bad_email",
                message("This is no e-mail address."),
                "email",
                message("Write it as name@example.com."),
            )
        )
    if stated.phone is not None and not _PHONE.fullmatch(stated.phone):
        faults.append(
            Fault(
                "bad_phone",
                message("This is no phone number."),
                "phone",
                message("Write it as +49 30 123456."),
            )
        )
    return faults


def _is_email(text: str) -> bool:
    is_short = len(text) <= EMAIL_LIMIT_CHARACTERS
    return is_short and text.isprintable() and _EMAIL.fullmatch(text) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
