"""Consent by purpose: what holds, since when and by whom; giving, withdrawing, and receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.accounts.consent import Ground, Purpose, state_of
from tierline.actions import consents as actions
from tierline.bootstrap import signing_key
from tierline.calendars.local_time import zone_named
from tierline.kernel.errors import NotFound, TierlineError
from tierline.kernel.instants import from_micros, to_micros
from tierline.languages.language import SOURCE, message
from tierline.queries.actors import users_named
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.web.badges import Badge
from tierline.web.forms import field, json_file, sent_with, told
from tierline.web.purposes import BECAUSE, MEANINGS, NOTICE_VERSION
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go
from tierline.web.whose import account_asked, account_of_path, actor_in_words, is_staff, may_with

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.accounts.account import Account
    from tierline.accounts.consent import ConsentEvent, Verdict
    from tierline.accounts.contact import Contact
    from tierline.kernel.errors import Fault
    from tierline.languages.language import Language
    from tierline.queries.actors import NamedUser
    from tierline.store.records import Reads
    from tierline.web.visits import Form

PATH = "/consents"
UNSTATED_NOTICE = "none"
"""The notice of a withdrawal: nobody must read a text to say no."""
_GIVEN, _WITHDRAWN = Badge("ok", "✓", message("Given")), Badge("paused", "–", message("Withdrawn"))
_ON_THE_PAGE = "on the page of consents by "
_SAID_HERE = {
    "agreed to": message("agreed to on the page of consents"),
    "withdrawn": message("withdrawn on the page of consents"),
}
_ALLOWED, _NOT_ALLOWED = (
    Badge("ok", "✓", message("Allowed")),
    Badge("paused", "–", message("Not allowed")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ledger:
    """What the page is made from."""

    account: Account
    contact: Contact | None
    events: tuple[ConsentEvent, ...]
    page: Page[ConsentEvent]
    evidence: dict[str, str]
    people: dict[str, Contact]
    users: dict[str, NamedUser]


@shown_to(Permission.read_consents)
def consents_page(visit: Visit) -> Response:
    """Of one's own account, or of another that one sees (`?account=`); of one person of it with
    `?contact=`; as of `?at=`."""
    account = account_asked(visit)
    visit.caller.require(Permission.read_consents, account)
    return _shown(visit, account, visit.asked("contact"))


@sent_with(Permission.write_consents)
def give(visit: Visit, form: Form) -> Response:
    """Agree to a purpose, under the words that the page shows."""
    return _record(visit, form, is_given=True)


@sent_with(Permission.write_consents)
def withdraw(visit: Visit, form: Form) -> Response:
    """Withdraw a purpose: one click, nothing to fill in."""
    return _record(visit, form, is_given=False)


@shown_to(Permission.read_consents)
def receipt(visit: Visit) -> Response:
    """The signed receipt of a statement, to keep."""
    account = account_of_path(visit, Permission.read_consents)
    statement = visit.path_word("statement")

    def work(reads: Reads) -> dict[str, Any]:
        if reads.consents.get(statement).account != account:
            raise NotFound(f"There is no statement of consent '{statement}'.")
        return actions.receipt_of_consent(reads, statement, signing_key())

    return json_file(f"{statement}.json", visit.application.read(work))


def _record(visit: Visit, form: Form, *, is_given: bool) -> Response:
    account = account_of_path(visit, Permission.write_consents)
    purpose = _purpose_of(visit.path_word("purpose"))
    contact = form.get("contact") or None
    try:
        statement = actions.Statement(
            account=account,
            purpose=purpose,
            notice_version=_notice(visit.language) if is_given else UNSTATED_NOTICE,
            evidence=_evidence(visit, form, is_given=is_given),
            contact=contact,
        )
        occasion = visit.application.occasion(visit.caller.id)
        record = actions.give_consent if is_given else actions.withdraw_consent
        event = visit.application.change(lambda records: record(records, statement, occasion))
    except TierlineError as error:
        at = f"evidence-{purpose.value}"
        faults = tuple(_placed(fault, at) for fault in told(error, at))
        return _shown(visit, account, contact or "", faults=faults, purpose=purpose)
    said = {"account": account, **({"contact": contact} if contact else {}), "said": event.id}
    return go(f"{PATH}?{urlencode(said)}")


def _notice(language: Language) -> str:
    """The words that were shown: in another language than the first they are other words."""
    code = language.tag.partition("-")[0]
    return NOTICE_VERSION if code == SOURCE else f"{NOTICE_VERSION}-{code}"


def _evidence(visit: Visit, form: Form, *, is_given: bool) -> str:
    """How we know: a customer says it here; one of us says how a customer told them."""
    stated = field(form, "evidence")
    if stated or (is_given and is_staff(visit)):
        return stated
    said = "agreed to" if is_given else "withdrawn"
    return f"{said} {_ON_THE_PAGE}{visit.caller.id}"


def _placed(fault: Fault, at: str) -> Fault:
    return type(fault)(fault.code, fault.message, at, fault.write_instead)


def _purpose_of(word: str) -> Purpose:
    try:
        return Purpose(word)
    except ValueError:
        raise NotFound(f"There is no purpose '{word}'.") from None


def _shown(
    visit: Visit,
    account: str,
    contact: str,
    *,
    faults: tuple[Fault, ...] = (),
    purpose: Purpose | None = None,
) -> Response:
    asked = visit.instant()
    at = to_micros(asked or visit.now)
    found = visit.application.read(lambda reads: _read(visit, reads, account, contact))
    zone = zone_named(found.account.time_zone)
    verdicts = state_of(found.events, at, account=account, contact=contact or None)
    said = visit.asked("said")
    return visit.page(
        "pages/consents.html",
        status=422 if faults else 200,
        account=found.account,
        contact=found.contact,
        is_own=not is_staff(visit),
        may_change=not asked and may_with(visit, Permission.write_consents, account),
        asked=asked,
        stated=visit.asked("at", 40),
        faults=faults,
        said=next((_event_row(visit, found, e, zone) for e in found.events if e.id == said), None),
        rows=[
            _purpose_row(visit, found, verdict, zone, is_open=each is purpose)
            for each, verdict in verdicts.items()
        ],
        subjects=_subjects(found, visit.language),
        history=[_event_row(visit, found, event, zone) for event in found.page.items],
        is_first=not visit.asked("after", 2_000),
        next=found.page.next,
        query=urlencode({"account": account, **({"contact": contact} if contact else {})}),
    )


def _read(visit: Visit, reads: Reads, account: str, contact: str) -> _Ledger:
    known = reads.accounts.get(account)
    events = reads.consents.of_account(account)
    page = _page(events, contact, visit.asked("after", 2_000))
    may_read = may_with(visit, Permission.read_people, account)
    named = {each.subject for each in events if each.subject != account}
    people = reads.contacts.of_ids(sorted(named | {contact} - {""})) if may_read else {}
    if contact and (contact not in people or people[contact].account != account):
        raise NotFound(f"There is no contact '{contact}'.")
    return _Ledger(
        account=known,
        contact=people.get(contact),
        events=events,
        page=page,
        evidence=reads.consents.evidence([each.id for each in page.items]),
        people=people,
        users=users_named(reads.snapshot, {each.actor for each in events}),
    )


def _page(events: tuple[ConsentEvent, ...], contact: str, after: str) -> Page[ConsentEvent]:
    """Statements, the newest first; of one person with `contact`."""
    mine = [each for each in events if not contact or each.subject in (contact, each.account)]
    mine.sort(key=lambda each: (each.recorded_at, each.id), reverse=True)
    if after:
        last = key_of(after, 1)[0]
        places = [place for place, each in enumerate(mine) if each.id == last]
        mine = mine[places[0] + 1 :] if places else []
    return page_of(mine[: PAGE_ROWS + 1], PAGE_ROWS, lambda each: (each.id,))


def _purpose_row(
    visit: Visit, found: _Ledger, verdict: Verdict, zone: tzinfo, *, is_open: bool
) -> dict[str, Any]:
    event = verdict.event
    return {
        "key": verdict.purpose.value,
        "meaning": MEANINGS[verdict.purpose],
        "verdict": verdict,
        "badge": _ALLOWED if verdict.is_allowed else _NOT_ALLOWED,
        "because": BECAUSE[verdict.ground],
        "since": None if event is None else from_micros(event.at).astimezone(zone),
        "by": None if event is None else actor_in_words(visit, event.actor, found.users),
        "can_withdraw": verdict.is_allowed and verdict.purpose is not Purpose.service,
        "can_give": not verdict.is_allowed and verdict.ground is not Ground.withdrawn_by_account,
        "is_open": is_open,
    }


def _event_row(visit: Visit, found: _Ledger, event: ConsentEvent, zone: tzinfo) -> dict[str, Any]:
    person = found.people.get(event.subject)
    is_account = event.subject == event.account
    return {
        "id": event.id,
        "event": event,
        "purpose": MEANINGS[event.purpose].name,
        "badge": _GIVEN if event.is_given else _WITHDRAWN,
        "at": from_micros(event.at).astimezone(zone),
        "recorded": None
        if event.at == event.recorded_at
        else from_micros(event.recorded_at).astimezone(zone),
        "who": found.account.name if is_account else _name(person, visit.language),
        "by": actor_in_words(visit, event.actor, found.users),
        "notice": None if event.notice_version == UNSTATED_NOTICE else event.notice_version,
        "evidence": _readable(found.evidence.get(event.id), event.actor),
    }


def _readable(evidence: str | None, actor: str) -> str | None:
    """Without the id of who said it here: their name stands beside it."""
    by = f"{_ON_THE_PAGE}{actor}"
    if evidence is None or not evidence.endswith(by):
        return evidence
    return _SAID_HERE.get(evidence.removesuffix(by).strip(), evidence)


def _subjects(found: _Ledger, language: Language) -> list[dict[str, str]]:
    """The people who spoke for themselves."""
    return [
        {"id": id_, "name": name}
        for name, id_ in sorted((_name(who, language), id_) for id_, who in found.people.items())
    ]


def _name(contact: Contact | None, language: Language) -> str:
    if contact is None:
        return language.phrase("one of its people")
    if contact.person is None:
        return language.phrase("somebody who was erased")
    return contact.person.name


ROUTES = [
    Route(PATH, consents_page, methods=["GET"]),
    Route(f"{PATH}/{{account}}/receipts/{{statement}}", receipt, methods=["GET"]),
    Route(f"{PATH}/{{account}}/{{purpose}}", give, methods=["POST"]),
    Route(f"{PATH}/{{account}}/{{purpose}}/withdrawal", withdraw, methods=["POST"]),
]
