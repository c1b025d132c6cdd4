"""What this installation knows of itself as a desk that is written to: its addresses, the domain of
its Message-IDs, the servers that it trusts, and the word by which its own mail is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline import settings
from tierline.access.user import email_faults, plain_email
from tierline.bootstrap import signing_key
from tierline.kernel.digest import digest_of_bytes
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from tierline.connectors.mail.message import Letterhead

_LOOP_CHARACTERS = 32
_NO_DOMAIN = "tierline.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDesk:
    """`addresses` are in their plain form; one of the form `@domain` stands for all of a domain."""

    addresses: tuple[str, ...] = ()
    domain: str = _NO_DOMAIN
    trusted: tuple[str, ...] = ()
    loop_word: str = ""

    def is_ours(self, address: str) -> bool:
        """Whether mail to this address is the desk's."""
        plain = plain_email(address)
        return plain in self.addresses or f"@{plain.rpartition('@')[2]}" in self.addresses

    @property
    def answer_to(self) -> str:
        """Where answers are wanted; empty where no whole address is stated."""
        return next((each for each in self.addresses if not each.startswith("@")), "")


def mail_desk(sender_domain: str = "") -> MailDesk:
    """The desk as the settings state it. Without a domain of its own it has that of its first
    address, else of whom letters come from. Raises Invalid with every address that is none."""
    addresses = tuple(plain_email(each) for each in settings.mail_addresses())
    whole = {each: f"any{each}" if each.startswith("@") else each for each in addresses}
    faults = [_fault(each) for each, stated in whole.items() if email_faults(stated)]
    if faults:
        raise Invalid("The desk's addresses are not all right.", faults, code="bad_mail_address")
    first = addresses[0].rpartition("@")[2] if addresses else ""
    stated_sender = (settings.mail_from() or "").rpartition("@")[2].rstrip("> ").lower()
    return MailDesk(
        addresses=addresses,
        domain=settings.mail_domain() or first or sender_domain or stated_sender or _NO_DOMAIN,
        trusted=settings.mail_trusted(),
        loop_word=_loop_word(),
    )


def letterhead(sender_domain: str) -> Letterhead:
    """What our mails of cases bear."""
    from tierline.connectors.mail.message import Letterhead  # noqa: PLC0415 - loaded when used

    desk = mail_desk(sender_domain)
    return Letterhead(desk.domain, desk.loop_word, desk.answer_to)


def _loop_word() -> str:
    """The same on every machine with this installation's key, and no other's."""
    public = signing_key().public_text().encode()
    return digest_of_bytes(public).removeprefix("sha256:")[:_LOOP_CHARACTERS]


def _fault(address: str) -> Fault:
    return Fault(
        "bad_mail_address",
        f"'{address}' is no address of a desk.",
        "TIERLINE_MAIL_ADDRESSES",
        "Write support@example.com, or @example.com for all of a domain.",
    )
