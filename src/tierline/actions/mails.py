"""What becomes of a mail that reached the desk: a case, a message in one, a note, or nothing.

The clock of a case starts when the first server that we trust had the mail, and our own downtime
counts against us.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from tierline.actions.critical_mails import CriticalBooks, take_word
from tierline.actions.first_answer import answer_first
from tierline.actions.mail_holding import Blocks, held_form
from tierline.actions.mail_places import KnownMails as PlaceMails
from tierline.actions.mail_places import Place, PlaceBooks, PromiseFor, placed, words_of
from tierline.actions.masks import masks_of_mail
from tierline.cases.mail import Attachment, Mail, MailFile, MailKind, MailOutcome, NewMail
from tierline.cases.mail_words import says_critical
from tierline.cases.mask import Mask, masked
from tierline.kernel.ids import ATTACHMENT, MAIL

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion


class KnownMails(PlaceMails, Protocol):
    """The mails that came."""

    def of_message_id(self, message_id: str) -> tuple[Mail, ...]: ...
    def add(self, mail: Mail) -> None: ...


class Attachments(Protocol):
    """Where files are kept."""

    def add(self, files: Iterable[tuple[Attachment, MailFile]]) -> None: ...
    def keep(self, files: Iterable[MailFile]) -> None: ...


class HeldContents(Blocks, Protocol):
    """What is kept of mails that are held back."""

    def hold(self, mail: str, content: Any) -> None: ...


class MailBooks(PlaceBooks, CriticalBooks, Protocol):
    """What the action of this module needs."""

    @property
    def mails(self) -> KnownMails: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def blocks(self) -> HeldContents: ...


@dataclass(frozen=True, slots=True)
class Received:
    """A mail with what became of it; `is_new` is False for one that was taken before, of which
    nothing came."""

    mail: Mail
    is_new: bool = True


def receive_mail(
    books: MailBooks, new: NewMail, promise_for: PromiseFor, occasion: Occasion
) -> Received:
    """What becomes of a mail. The same mail again (Message-ID and digest) changes nothing; another
    one that states the same Message-ID is another mail, and is said to be."""
    known = books.mails.of_message_id(new.message_id)
    same = next((each for each in known if each.digest == new.digest), None)
    if same is not None:
        return Received(same, is_new=False)
    at = min(new.received_at or occasion.now, occasion.now)
    place = placed(books, new, at, promise_for, occasion)
    reasons = [place.reason]
    if known:
        reasons.append(f"Another mail states the same Message-ID: {known[0].id}.")
    mail, masks = _mail(new, place, at, " ".join(filter(None, reasons)), occasion)
    books.mails.add(mail)
    books.masks.add(masks_of_mail(masks, mail.case, mail.id, occasion))
    if place.outcome is MailOutcome.held:
        books.blocks.hold(mail.id, held_form(new))
        books.attachments.keep(new.files)
        books.append([occasion.fact("MailHeld", mail.id, {"mail": mail.id})])
    settle(books, new, mail, place, occasion)
    return Received(mail)


def settle(books: MailBooks, new: NewMail, mail: Mail, place: Place, occasion: Occasion) -> None:
    """What a mail brings to its case beside its words: its files, and the first answer."""
    if place.case is not None and place.outcome is not MailOutcome.noted:
        _attach(books, new, mail, occasion)
    if place.outcome is MailOutcome.opened and place.case is not None:
        answer_first(books, new, place.case, occasion)
    is_said = place.outcome in (MailOutcome.opened, MailOutcome.joined)
    is_persons = is_said and new.kind is MailKind.person
    if is_persons and place.case is not None and says_critical(words_of(new)):
        take_word(books, place.case, occasion)


def refuse_mail(books: MailBooks, sender: str | None, reason: str, occasion: Occasion) -> Mail:
    """A mail that was refused unread, so that somebody who looks for it finds out why."""
    mail = Mail(
        id=occasion.new_id(MAIL),
        message_id="",
        digest=None,
        kind=MailKind.person,
        outcome=MailOutcome.refused,
        reason=reason,
        case=None,
        place=None,
        follows=None,
        contact=None,
        sender=sender,
        sender_name="",
        answer_to=None,
        subject="",
        text=None,
        size_bytes=0,
        received_at=occasion.now,
        recorded_at=occasion.now,
    )
    books.mails.add(mail)
    return mail


def _attach(books: MailBooks, new: NewMail, mail: Mail, occasion: Occasion) -> None:
    if mail.case is None or mail.place is None:
        return
    books.attachments.add(
        (
            Attachment(
                id=occasion.new_id(ATTACHMENT),
                case=mail.case,
                place=mail.place,
                mail=mail.id,
                number=number,
                name=file.name,
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                digest=file.digest,
                is_kept=file.content is not None,
                is_inline=file.is_inline,
            ),
            file,
        )
        for number, file in enumerate(new.files)
    )


def _mail(
    new: NewMail, place: Place, at: datetime, reason: str, occasion: Occasion
) -> tuple[Mail, tuple[Mask, ...]]:
    """The mail as it is kept, without secrets, and what was taken out of what its case does not
    show."""
    subject, masks = masked(new.subject, "subject")
    is_shown = place.case is not None or place.outcome is not MailOutcome.held
    is_less = new.whole.strip() != words_of(new).strip()
    whole = None if is_shown and not is_less else new.whole
    if whole is not None:
        whole, more = masked(whole, "mail")
        masks = (*masks, *more)
    mail = Mail(
        id=occasion.new_id(MAIL),
        message_id=new.message_id,
        digest=new.digest,
        kind=new.kind,
        outcome=place.outcome,
        reason=masked(reason)[0],
        case=None if place.case is None else place.case.id,
        place=place.event,
        follows=place.follows,
        contact=place.contact,
        sender=new.sender,
        sender_name=masked(new.sender_name)[0],
        answer_to=new.answer_to,
        subject=subject,
        text=whole,
        size_bytes=new.size_bytes,
        received_at=at,
        recorded_at=occasion.now,
    )
    return mail, masks
