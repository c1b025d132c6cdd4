"""What becomes of a mail that reached the desk: a case, a message in one, a note, or nothing.

The clock of a case starts when the first server that we trust had the mail, and our own downtime
counts against us.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from tierline.actions.cases import US, add_aside
from tierline.actions.critical_mails import CriticalBooks, take_word, tell_lifted
from tierline.actions.first_answer import answer_first, may_be_answered, was_answered_often
from tierline.actions.mail_holding import Blocks, held_form
from tierline.actions.mail_places import KnownMails as PlaceMails
from tierline.actions.mail_places import Place, PlaceBooks, PromiseFor, placed, words_of
from tierline.actions.masks import masks_of_mail, note_file_secrets
from tierline.actions.reader_languages import language_of_case
from tierline.cases.case import MACHINE
from tierline.cases.file_secrets import told_of_files
from tierline.cases.mail import Attachment, Mail, MailFile, MailKind, MailOutcome, NewMail
from tierline.cases.mail_words import says_critical
from tierline.cases.mask import Mask, masked
from tierline.kernel.ids import ATTACHMENT, MAIL

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case


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
    files: Sequence[Attachment] = ()
    is_noted = place.outcome is MailOutcome.noted
    if place.case is not None and mail.place is not None and not is_noted:
        files = _attach(books, new, mail, place.case, mail.place, occasion)
    if place.case is not None and place.outcome in (MailOutcome.opened, MailOutcome.joined):
        _answer(books, new, place.case, occasion, is_new=place.outcome is MailOutcome.opened)
    if place.case is not None and files:
        _tell_of_secrets(books, new, place.case, files, occasion)


def _answer(
    books: MailBooks, new: NewMail, case: Case, occasion: Occasion, *, is_new: bool
) -> None:
    """What a machine says at once: by when what comes, at the severity that one word has given."""
    is_critical = new.kind is MailKind.person and says_critical(words_of(new))
    lifted = take_word(books, case, occasion) if is_critical else None
    is_told = is_new and answer_first(books, new, lifted or case, occasion)
    if lifted is not None and not is_told:
        tell_lifted(books, lifted, occasion)


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


def _attach(
    books: MailBooks, new: NewMail, mail: Mail, case: Case, place: int, occasion: Occasion
) -> list[Attachment]:
    files = [
        Attachment(
            id=occasion.new_id(ATTACHMENT),
            case=case.id,
            place=place,
            mail=mail.id,
            number=number,
            name=file.name,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            digest=file.digest,
            is_kept=file.content is not None,
            is_inline=file.is_inline,
        )
        for number, file in enumerate(new.files)
    ]
    books.attachments.add(zip(files, new.files, strict=True))
    return files


def _tell_of_secrets(
    books: MailBooks, new: NewMail, case: Case, files: Sequence[Attachment], occasion: Occasion
) -> None:
    """What was seen in files, for the trail, and for who sent them, where a machine may answer and
    has not done so often: whoever writes under another's address fills nobody's mailbox."""
    found = [(file, sent.secrets) for file, sent in zip(files, new.files, strict=True)
             if sent.secrets]  # fmt: skip
    for file, secrets in found:
        note_file_secrets(books, case, file, secrets, occasion)
    if not found or new.answer_to is None or not may_be_answered(new):
        return
    if not was_answered_often(books, new.answer_to, occasion.now):
        language = language_of_case(books, case, occasion)
        names = [file.name for file, _ in found]
        kinds = [each.kind for _, secrets in found for each in secrets]
        words = told_of_files(names, kinds, language)
        add_aside(books, case.id, words, US, replace(occasion, by=MACHINE))


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
