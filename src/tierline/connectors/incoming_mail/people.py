"""Who wrote a mail, to whom, and where an answer may go."""

from __future__ import annotations

from dataclasses import dataclass

from tierline.connectors.incoming_mail.addresses import addresses_in
from tierline.connectors.incoming_mail.headers import Headers
from tierline.connectors.incoming_mail.mail import MailAddress
from tierline.kernel.errors import Fault


@dataclass(frozen=True, slots=True)
class People:
    """The addresses of a mail; see IncomingMail."""

    sender: MailAddress | None
    answer_to: MailAddress | None
    other_reply_to: tuple[MailAddress, ...]
    to: tuple[MailAddress, ...]
    cc: tuple[MailAddress, ...]
    faults: tuple[Fault, ...]


def people_of(headers: Headers, most: int) -> People:
    """The people in a mail's headers, at most so many a header."""
    faults: list[Fault] = []
    sender = _sender(headers, faults)
    to = _listed(headers, "To", most, faults)
    cc = _listed(headers, "Cc", most, faults)
    replies = _listed(headers, "Reply-To", most, faults)
    near = [each for each in replies if sender is not None and each.domain == sender.domain]
    other = tuple(each for each in replies if each not in near)
    if other:
        faults.append(
            Fault(
                "reply_to_elsewhere",
                f"Answers are wanted at {other[0].email}, which is not where it comes from.",
                "Reply-To",
                "Answers go to the sender.",
            )
        )
    return People(sender, next(iter(near), sender), other, to, cc, tuple(faults))


def _sender(headers: Headers, faults: list[Fault]) -> MailAddress | None:
    """From; of several the one that Sender names, else the first."""
    stated = headers.all("From")
    found, _ = addresses_in(", ".join(stated), 10)
    if not found:
        problem = "It names no sender that can be read." if stated else "It names no sender."
        faults.append(Fault("no_sender", problem, "From"))
        return None
    if len(found) == 1:
        return found[0]
    by_name, _ = addresses_in(headers.first("Sender"), 1)
    chosen = next((each for each in found if by_name and each.email == by_name[0].email), found[0])
    faults.append(
        Fault(
            "several_senders",
            f"It names {len(found)} senders.",
            "From",
            f"Taken as its sender: {chosen.email}",
        )
    )
    return chosen


def _listed(headers: Headers, name: str, most: int, faults: list[Fault]) -> tuple[MailAddress, ...]:
    found, count = addresses_in(", ".join(headers.all(name)[:most]), most)
    if count > most:
        faults.append(
            Fault("too_many_addresses", f"It names {count}; the first {most} were read.", name)
        )
    return found
