"""Taking mail: joins the reading of it, what becomes of it, and what is promised for it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tierline import settings
from tierline.access.user import plain_email
from tierline.actions import held_mails
from tierline.actions import mails as actions
from tierline.actions.outside_messages import OutsideOrder, Taken, take_message
from tierline.bootstrap.cases import promise_for
from tierline.bootstrap.mail_desk import MailDesk, mail_desk
from tierline.cases.file_secrets import with_secrets
from tierline.cases.mail import MailFile, NewMail
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.cases.mail import Mail
    from tierline.connectors.incoming_mail.mail import FailedDelivery, IncomingMail
    from tierline.store.records import Records

BY = "mail"
"""Who writes down what came by mail."""
MAIL_LIMIT_BYTES = 25 * 2**20
"""More is refused unread; `connectors/incoming_mail` has the same limit."""
_SAID_CHARACTERS = 1_000


def read(content: bytes, *, hop: str = "") -> NewMail:
    """The mail in these bytes. `hop` is a server of ours that wrote the topmost Received header
    itself: it is trusted beside those of the settings. Raises Invalid where it is none, or too
    large."""
    from tierline.connectors.incoming_mail import desk, reading  # noqa: PLC0415 - loaded when used

    ours = mail_desk()
    trusted = desk.trusted_servers([*ours.trusted, *([hop] if hop else [])])
    domains = {ours.domain, (settings.mail_from() or "").rpartition("@")[2].rstrip("> ").lower()}
    known = desk.Desk(
        trusted=trusted, message_id_domains=frozenset(domains - {""}), loop_word=ours.loop_word
    )
    found = reading.read_mail(content, known)
    if not hop and not _is_addressed(found):
        raise Invalid(
            "This is no mail: no header says whom it is of or for, or what about.", code="no_mail"
        )
    return _new(found, len(content), ours)


def take(
    application: Application, records: Records, new: NewMail, occasion: Occasion
) -> actions.Received:
    """What becomes of it, in an open unit."""
    promised = partial(promise_for, application, records)
    return actions.receive_mail(records, new, promised, occasion)


def receive(
    application: Application,
    content: bytes,
    *,
    hop: str = "",
    at: datetime | None = None,
    beside: Callable[[Records], None] | None = None,
) -> actions.Received:
    """Both, in a unit of its own: what is answered is durable. `at` is when a mailbox of ours had
    it, which counts where no server that we trust says anything. `beside` is written in the same
    unit, of a mail that is new."""
    new, occasion = read(content, hop=hop), application.occasion(BY)
    new = replace(new, received_at=new.received_at or at)

    def work(records: Records) -> actions.Received:
        received = take(application, records, new, occasion)
        if received.is_new and beside is not None:
            beside(records)
        return received

    return application.change(work)


def take_outside(
    application: Application, records: Records, order: OutsideOrder, occasion: Occasion
) -> Taken:
    """What becomes of a message of another tool, in an open unit."""
    promised = partial(promise_for, application, records)
    return take_message(records, records.contacts, order, promised, occasion)


def admit(application: Application, records: Records, mail: str, occasion: Occasion) -> Mail:
    """Let a mail in that was held back, in an open unit. Raises NotFound and Conflict."""
    return held_mails.admit_mail(
        records, mail, partial(promise_for, application, records), occasion
    )


def refuse(application: Application, sender: str, reason: str) -> Mail:
    """Keep that a mail was refused unread."""
    occasion = application.occasion(BY)
    who = plain_email(_kept(sender))[:254] or None
    return application.change(lambda records: actions.refuse_mail(records, who, reason, occasion))


def _is_addressed(found: IncomingMail) -> bool:
    """Whether anything in it makes it a mail: any text with a colon begins like a header."""
    return bool(
        found.sender
        or found.to
        or found.cc
        or found.subject
        or found.reception
        or not found.is_message_id_made
    )


def _new(read_: IncomingMail, size_bytes: int, ours: MailDesk) -> NewMail:
    sender, answer_to = read_.sender, read_.answer_to
    answered_at = plain_email(_kept(answer_to.email)) if answer_to else None
    if answered_at is not None and ours.is_ours(answered_at):
        answered_at = None  # nobody else would read it
    return NewMail(
        digest=read_.digest,
        message_id=_kept(read_.message_id),
        thread=tuple(map(_kept, read_.thread_keys)),
        kind=read_.kind,
        sender=plain_email(_kept(sender.email)) if sender else None,
        sender_name=_kept(sender.name) if sender else "",
        answer_to=answered_at,
        subject=_kept(read_.subject),
        bare_subject=_kept(read_.bare_subject),
        own=_kept(read_.text.own),
        whole=_kept(read_.text.whole),
        received_at=read_.received_at,
        size_bytes=size_bytes,
        may_answer_by_machine=read_.may_answer_by_machine,
        suspicion=_kept(read_.suspicion),
        returned=tuple(map(_failure, read_.deliveries)),
        files=with_secrets(
            MailFile(
                name=_kept(each.name),
                media_type=_kept(each.media_type),
                size_bytes=each.size_bytes,
                digest=each.digest,
                is_inline=each.is_inline,
                content=each.content,
            )
            for each in read_.attachments
        ),
    )


def _failure(each: FailedDelivery) -> str:
    words = f"{each.recipient}: {each.action} {each.status} {each.said}"
    return _kept(" ".join(words.split()))[:_SAID_CHARACTERS]


def _kept(text: str) -> str:
    """The text as every database keeps it: without NUL and halves of pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
