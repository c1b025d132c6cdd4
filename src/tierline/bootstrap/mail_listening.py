"""Taking mail from the wire: joins the listener and what becomes of a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline import settings
from tierline.bootstrap import mails
from tierline.bootstrap.mail_desk import mail_desk
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.connectors.mail_listener import MailListener


class ListeningDesk:
    """The desk, as the listener knows it. Safe to share between threads."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._desk = mail_desk()
        self.name = self._desk.domain
        if not self._desk.addresses:
            fault = Fault(
                "no_mail_address",
                "It is not said which addresses are the desk's.",
                "TIERLINE_MAIL_ADDRESSES",
                "Write support@example.com, or @example.com for all of a domain.",
            )
            raise Invalid("Mail cannot be taken as stated.", [fault], code="no_mail_address")

    def is_ours(self, address: str) -> bool:
        """Whether mail to an address is the desk's."""
        return self._desk.is_ours(address)

    def take(self, content: bytes) -> None:
        """Take a mail."""
        mails.receive(self._application, content, hop=self.name)

    def refuse(self, sender: str, reason: str) -> None:
        """Keep that a mail was refused."""
        mails.refuse(self._application, sender, reason)


def listener_of(application: Application) -> MailListener | None:
    """What takes mail where the settings say; None where they say nothing. Raises Invalid."""
    stated = settings.mail_listen()
    if stated is None:
        return None
    from tierline.connectors.mail_certificate import (  # noqa: PLC0415 - used by few
        listen_encryption,
    )
    from tierline.connectors.mail_listener import (  # noqa: PLC0415 - used by few
        MailListener,
        listen_address,
    )

    desk = ListeningDesk(application)
    encryption = listen_encryption(
        *settings.mail_certificate(), is_required=settings.mail_requires_starttls()
    )
    return MailListener(
        listen_address(stated), desk, limit_bytes=mails.MAIL_LIMIT_BYTES, encryption=encryption
    )
