"""Reading one mail as the desk reads it, from whatever it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Collection

    from tierline.connectors.incoming_mail.mail import IncomingMail


def read_mail(
    source: BinaryIO, *, trusted: Collection[str] = (), own_domains: Collection[str] = ()
) -> IncomingMail:
    """The mail in a file. `trusted` are our mail servers (names, addresses, networks), and
    `own_domains` those of our Message-IDs. Raises Invalid where it is none or too large; of one
    that is too large no more is read than shows it."""
    from tierline.connectors.incoming_mail import desk, reading  # noqa: PLC0415 - loaded when used

    ours = desk.Desk(
        trusted=desk.trusted_servers(trusted),
        message_id_domains=frozenset(each.lower() for each in own_domains),
    )
    return reading.read_mail(source.read(ours.limits.mail_bytes + 1), ours)
