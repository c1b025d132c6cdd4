"""What each way to advice shares: whose somebody may see, and who is written to of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from tierline.access.letter import LetterKind, Words
from tierline.access.permission import Permission
from tierline.actions.advice import give_advice, say_of_advice
from tierline.actions.care import CareReport, report_care
from tierline.actions.health_reports import readers_of
from tierline.actions.letters import NewLetter, write_letter
from tierline.actions.reader_languages import language_for
from tierline.bootstrap.care import one_of_us
from tierline.bootstrap.care_notices import who_sees_to
from tierline.bootstrap.letters import letter_box
from tierline.bootstrap.notice_ways import write_or_keep, write_to_first
from tierline.care.advice import AdviceEventKind
from tierline.care.item import CareEventKind
from tierline.kernel.errors import NotFound
from tierline.languages.language import ENGLISH, message
from tierline.queries.advice import reviews_without_advice
from tierline.routing.notice_choice import NoticeKind

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.access.user import User
    from tierline.actions.advice import AdviceOrder, AdviceWord
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.care.advice import Advice
    from tierline.care.item import CareItem
    from tierline.languages.language import Language
    from tierline.store.records import Reads, Records

NEEDS = {
    AdviceEventKind.asked: Permission.open_cases,
    AdviceEventKind.accepted: Permission.open_cases,
    AdviceEventKind.declined: Permission.open_cases,
    AdviceEventKind.answered: Permission.work_cases,
    AdviceEventKind.planned: Permission.work_cases,
    AdviceEventKind.closed: Permission.work_cases,
}
"""What somebody has to be permitted to say it: the customer decides, we see to it."""
ASK_AFTER = timedelta(days=1)
"""So long after a review whoever held it may write down what came of it unasked."""
ASK_UNTIL = timedelta(days=31)
"""What was held longer ago nobody is asked about."""
WORTH_SENDING_FOR = timedelta(days=7)
_SUBJECT = message("Advice %(number)s to %(account)s")
_TOLD = {
    AdviceEventKind.asked: "%(account)s asked something.",
    AdviceEventKind.accepted: "%(account)s accepted it.",
    AdviceEventKind.declined: "%(account)s declined it.",
}


def seen_advice(
    reads: Reads | Records,
    advice: str,
    caller: Caller,
    permission: Permission = Permission.read_contracts,
) -> Advice:
    """Advice with whose account the caller may do this. Raises Forbidden, and NotFound where they
    do not see the account: it is told like advice that is not there."""
    found = reads.advice.get(advice)
    if not caller.sees(found.given.account):
        raise NotFound(f"There is no advice '{advice}'.")
    caller.require(permission, found.given.account)
    return found


def given_advice(
    application: Application,
    records: Records,
    account: str,
    order: AdviceOrder,
    occasion: Occasion,
) -> Advice:
    """New advice, of which the account's people are written to."""
    one_of_us(records, order.owner)
    made = give_advice(records, account, order, occasion)
    name = records.accounts.get(account).name
    for address in readers_of(records.contacts.of_account(account), occasion.now):
        language = language_for(records, address, account, occasion)
        words = message("We see a risk and recommend something. Accept it, decline it, or ask.")
        _write(application, records, (made, address, language), words, name, occasion)
    return made


def said_of_advice(
    application: Application,
    records: Records,
    advice: str,
    word: AdviceWord,
    caller: Caller,
    occasion: Occasion,
) -> Advice:
    """The advice with what was said of it. Whoever sees to it reads what the customer says, and who
    asked reads that there is an answer."""
    before = seen_advice(records, advice, caller, NEEDS[word.kind])
    if word.owner:
        one_of_us(records, word.owner)
    found = say_of_advice(records, advice, word, occasion)
    name = records.accounts.get(found.given.account).name
    if word.kind in _TOLD and before.owner != occasion.by:
        user = _user(records, before.owner)
        if user is not None:
            about = found, user.email, ENGLISH
            letter = _letter(application, about, _TOLD[word.kind], name, occasion)
            line = f"{letter.subject}: {letter.words.before}"
            write_or_keep(records, user, NoticeKind.advice, letter, occasion, line=line)
    if word.kind is AdviceEventKind.answered:
        _tell_who_asked(application, records, before, name, occasion)
    return found


def ask_for_advice(application: Application, occasion: Occasion) -> None:
    """Write to whoever sees to a review that yielded no advice, once, a day after it was held."""
    latest = occasion.now - ASK_AFTER
    held = application.read(
        lambda reads: reviews_without_advice(reads, None, occasion.now, ASK_UNTIL)
    )
    for item in held:
        if item.settled_at is not None and item.settled_at <= latest:
            application.change(partial(_ask, application, item, occasion))


def _ask(application: Application, item: CareItem, occasion: Occasion, records: Records) -> None:
    key = item.promised.key
    events = records.care.events_of([key.contract])
    if any(each.key == key and each.kind is CareEventKind.asked for each in events):
        return
    account = item.promised.account
    about = f"{item.promised.what} of {records.accounts.get(account).name}"
    day = key.due_on.isoformat()

    def letter_to(user: User) -> NewLetter:
        return NewLetter(
            kind=LetterKind.advice,
            to=user.email,
            words=Words(
                before=f"{about}, due on {day}, was held, and no advice came out of it.",
                link=f"{application.access.address}/advice/new?account={account}"
                f"&contract={key.contract}&feature={key.feature}&due_on={day}",
                after="Write down which risk you saw and what you recommend.",
            ),
            digest="",
            until=occasion.now + WORTH_SENDING_FOR,
            subject=f"No advice came out of: {about}, due on {day}",
        )

    groups = who_sees_to(records, item)
    for user in write_to_first(records, groups, NoticeKind.advice, letter_to, occasion):
        report_care(records, key, CareReport(kind=CareEventKind.asked, about=user.id), occasion)


def _tell_who_asked(
    application: Application, records: Records, before: Advice, name: str, occasion: Occasion
) -> None:
    asked = [each.by for each in before.events if each.kind is AdviceEventKind.asked]
    user = _user(records, asked[-1])
    if user is None or user.id == occasion.by:
        return
    language = language_for(records, user.email, user.account, occasion)
    words = message("Your question is answered.")
    _write(application, records, (before, user.email, language), words, name, occasion)


def _user(records: Records, id_: str) -> User | None:
    """Who signs in under an id, if they still may."""
    try:
        user = records.users.get(id_)
    except NotFound:
        return None
    return user if user.disabled_at is None else None


def _write(
    application: Application,
    records: Records,
    about: tuple[Advice, str, Language],
    words: str,
    account: str,
    occasion: Occasion,
) -> None:
    """A letter to an address in a language, with its sentence."""
    letter = _letter(application, about, words, account, occasion)
    write_letter(records, letter, letter_box(), occasion)


def _letter(
    application: Application,
    about: tuple[Advice, str, Language],
    words: str,
    account: str,
    occasion: Occasion,
) -> NewLetter:
    advice, address, language = about
    subject = language.phrase(_SUBJECT, number=advice.given.number, account=account)
    return NewLetter(
        kind=LetterKind.advice,
        to=address,
        words=Words(
            before=language.phrase(words, account=account),
            link=f"{application.access.address}/advice/{advice.given.id}",
            after=language.phrase("Whoever signs in reads it there."),
            language=language.tag,
        ),
        digest="",
        until=occasion.now + WORTH_SENDING_FOR,
        subject=subject,
    )
