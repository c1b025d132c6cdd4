"""Letting in a mail that was held back, as if it had never been: its case is as old as the mail."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from tierline.actions.mail_holding import mail_of_form
from tierline.actions.mail_places import PromiseFor, placed
from tierline.actions.mails import Attachments, HeldContents, KnownMails, MailBooks, settle
from tierline.cases.mail import Mail, MailOutcome
from tierline.kernel.errors import Conflict

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion


class HeldMails(KnownMails, Protocol):
    """The mails that came."""

    def get(self, mail: str) -> Mail: ...
    def settle(self, mail: Mail) -> None: ...


class KeptContents(HeldContents, Protocol):
    """What is kept of mails that are held."""

    def held(self, mail: str) -> Any: ...
    def let_go(self, mails: Collection[str]) -> None: ...


class KeptFiles(Attachments, Protocol):
    """Where files are kept."""

    def contents(self, digests: Collection[str]) -> dict[str, bytes]: ...


class HeldBooks(MailBooks, Protocol):
    """What the action of this module needs."""

    @property
    def mails(self) -> HeldMails: ...
    @property
    def blocks(self) -> KeptContents: ...
    @property
    def attachments(self) -> KeptFiles: ...


def admit_mail(books: HeldBooks, mail_id: str, promise_for: PromiseFor, occasion: Occasion) -> Mail:
    """The mail with what became of it now. The time for which it was held counts against us.
    Raises NotFound, and Conflict where it is not held."""
    mail = books.mails.get(mail_id)
    form = books.blocks.held(mail_id)
    if mail.outcome is not MailOutcome.held or form is None:
        raise Conflict("This mail is not held back.", code="mail_not_held")
    kept = [each["digest"] for each in form["files"] if each["is_kept"]]
    new = mail_of_form(form, books.attachments.contents(kept))
    place = placed(books, new, mail.received_at, promise_for, occasion, is_admitted=True)
    admitted = replace(
        mail,
        outcome=place.outcome,
        reason=" ".join(filter(None, ("It was held back, and let in.", place.reason))),
        case=None if place.case is None else place.case.id,
        place=place.event,
        follows=place.follows,
        contact=place.contact,
    )
    books.mails.settle(admitted)
    settle(books, new, admitted, place, occasion)
    books.blocks.let_go([mail_id])
    body = {"mail": mail_id, "case": admitted.case, "outcome": admitted.outcome.value}
    books.append([occasion.fact("MailAdmitted", mail_id, body)])
    return admitted
