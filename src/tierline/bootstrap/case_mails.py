"""Sending mails of cases: joins the records and whatever carries them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tierline import settings
from tierline.actions import case_mails as actions
from tierline.actions.case_recipients import READ_ELSEWHERE, recipient_of
from tierline.actions.cases import US, add_aside
from tierline.actions.first_answer import ANSWERING
from tierline.actions.letters import Delivery, Outcome
from tierline.actions.reader_languages import language_for
from tierline.bootstrap.feedback import feedback_path
from tierline.bootstrap.letters import WORKER
from tierline.bootstrap.sent import Sent
from tierline.cases.channel import Channel
from tierline.cases.event import EventKind
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import format_instant
from tierline.languages.language import message

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.cases.case import Case
    from tierline.cases.mail import SentMail
    from tierline.languages.language import Language
    from tierline.store.records import Reads, Records

CHOICE_PATH = "/me/security#case-mails"
"""Where somebody who signs in says whether they are written to."""
_ANSWER_TO_REOPEN = message(
    "With this, case %(number)s is resolved. If it is not, answer this mail: that opens it again."
)
_WRITE_TO_REOPEN = message(
    "With this, case %(number)s is resolved. If it is not, write in it on its page: that opens it "
    "again."
)
_LOG = logging.getLogger("tierline.mails")


class CaseMailPost:
    """Sends the mails of cases that wait. One for each process; safe to share between threads."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def send(self, mail: str, attempts: int) -> Sent:
        """Make the `attempts`-th attempt to send a mail."""
        application = self._application
        address = application.access.address
        occasion = application.occasion(WORKER)

        def look(reads: Reads) -> tuple[actions.CaseLetter, bool]:
            letter = _letter(reads, mail, address, occasion)
            return letter, _is_wanted(reads, letter.mail, occasion.now)

        letter, is_wanted = application.read(look)
        if letter.mail.sent_at is not None or letter.mail.given_up_at is not None:
            return Sent()
        if not is_wanted:
            now = application.now()
            return Sent(
                lambda records: records.sent_mails.settle(mail, sent_at=None, given_up_at=now)
            )
        late = _too_late(letter, attempts, occasion)
        delivery = late or application.access.post.carry(letter)
        occasion = application.occasion(WORKER)
        if late is None and delivery.outcome is not Outcome.accepted:
            _LOG.warning("mail %s was not sent at attempt %d", mail, attempts)

        def write(records: Records) -> None:
            is_over = actions.note_delivery(
                records, letter.mail, delivery, attempts=attempts, occasion=occasion
            )
            if is_over:
                written = format_instant(letter.mail.made_at)
                note = f"The mail of {written} was not sent, and is given up. {delivery.problem}"
                add_aside(records, letter.mail.case, note, US, occasion, is_public=False)

        return Sent(write, actions.again_at(letter.mail, delivery, attempts, occasion.now))


def _is_wanted(reads: Reads, mail: SentMail, now: datetime) -> bool:
    """Whether who it is for is still there, and may read the case still: they may have left since
    it was written."""
    if "@" not in mail.recipient:  # they were erased
        return False
    case = reads.cases.get(mail.case)
    copied = {each.email for each in reads.participants.copies(mail.case)}
    if case.channel in READ_ELSEWHERE or mail.recipient in copied:
        return True
    if recipient_of(reads, case) is None:
        return False
    user = None if case.contact else reads.users.by_email(mail.recipient)
    if user is None or user.account is None or user.account == case.account:
        return True
    return case.account in reads.partner_access.accounts_open_to(user.account, at=now)


def _too_late(letter: actions.CaseLetter, attempts: int, occasion: Occasion) -> Delivery | None:
    """What has waited since before there was anything to send with is not sent all at once when
    there is: who raised the case has read it on its page, or will."""
    age = occasion.now - letter.mail.made_at
    if attempts > 1 or letter.channel is Channel.email or age <= actions.TRIED_FOR:
        return None
    return Delivery(Outcome.refused, "It had waited for too long.")


def _foot(reads: Reads, mail: SentMail, case: Case, address: str, language: Language) -> list[str]:
    """What stands below the words where the case did not come by mail: how to go on."""
    if case.channel is Channel.email:
        return []
    lines = [language.phrase(ANSWERING)] if settings.mail_addresses() else []
    user = reads.users.by_email(mail.recipient)
    if user is not None and user.disabled_at is None:
        lines += [
            language.phrase("On its page: %(link)s", link=f"{address}/cases/{case.id}"),
            language.phrase("No more of these mails: %(link)s", link=f"{address}{CHOICE_PATH}"),
        ]
    return ["\n".join(lines)] if lines else []


def _after_resolution(case: Case, address: str, language: Language) -> list[str]:
    """That it counts as resolved, what to do if it is not, and where to say how we did."""
    may_answer = case.channel is Channel.email or settings.mail_addresses()
    link = f"{address}{feedback_path(case.id)}"
    return [
        language.phrase(_ANSWER_TO_REOPEN if may_answer else _WRITE_TO_REOPEN, number=case.number),
        language.phrase("How did we do? %(link)s", link=link),
    ]


def _letter(reads: Reads, mail: str, address: str, occasion: Occasion) -> actions.CaseLetter:
    found = reads.sent_mails.get(mail)
    case = reads.cases.get(found.case)
    language = language_for(reads, found.recipient, case.account, occasion)
    for said in reads.cases.messages(found.case):
        if said.id == mail:
            text = said.text
            if case.events[said.place].kind is EventKind.resolved:
                text = "\n\n".join((text, *_after_resolution(case, address, language)))
            text = "\n\n".join((text, *_foot(reads, found, case, address, language)))
            return actions.CaseLetter(found, case.number, text, language, case.channel)
    raise NotFound(f"There is no message '{mail}'.")
