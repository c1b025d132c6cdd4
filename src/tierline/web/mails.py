"""Mails: those that reached the desk with what became of each, and what hangs on a case by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.cases import attached
from tierline.bootstrap.file_scans import refuse_unsafe
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.mail import Attachment, Mail, MailOutcome, SentMail
from tierline.catalog.words_amount import capitalised, joined
from tierline.kernel.errors import Conflict, NotFound
from tierline.queries import mails as queries
from tierline.queries.pages import PAGE_ROWS
from tierline.web.badges import Badge
from tierline.web.shell import HEADERS, Visit, shown_to
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from tierline.store.records import Reads

PATH = "/mails"
_BADGES = {
    MailOutcome.opened: Badge("ok", "●", "Began a case"),
    MailOutcome.joined: Badge("ok", "✓", "Said in its case"),
    MailOutcome.noted: Badge("ok", "–", "Noted in its case"),
    MailOutcome.kept: Badge("paused", "‖", "Of no case"),
    MailOutcome.held: Badge("warn", "‖", "Held back"),
    MailOutcome.dropped: Badge("paused", "–", "Our own, dropped"),
    MailOutcome.refused: Badge("warn", "!", "Refused"),
}
_CHOICES = [("", "All"), *((outcome.value, badge.words) for outcome, badge in _BADGES.items())]
_WELL, _FAILS = Badge("ok", "✓", "Fetched"), Badge("breach", "×", "Not fetched")
_SENT = Badge("ok", "✓", "Sent")
_WAITING = Badge("paused", "‖", "Waiting")
_AGAIN = Badge("warn", "!", "Trying again")
_GIVEN_UP = Badge("breach", "×", "Not sent")
_RETURNED = Badge("breach", "×", "Came back")
_SECRET = Badge("warn", "!", "Holds a secret")
_SANDBOX = {**HEADERS, "Content-Security-Policy": "sandbox; default-src 'none'"}


@shown_to(Permission.work_cases)
def mails_page(visit: Visit) -> Response:
    """The newest first; `?outcome=` narrows them."""
    after, stated = visit.asked("after", 2_000) or None, visit.asked("outcome", 20)
    if stated and stated not in set(MailOutcome):
        raise NotFound(f"There is no outcome '{stated}' of mails.")
    outcome = MailOutcome(stated) if stated else None

    def work(reads: Reads) -> tuple[Any, dict[MailOutcome, int], Any]:
        page = queries.list_mails(reads.snapshot, outcome=outcome, after=after, limit=PAGE_ROWS)
        return page, queries.outcomes(reads.snapshot), reads.mailboxes.all()

    page, counts, mailboxes = visit.application.read(work)
    return visit.page(
        "pages/mails.html",
        rows=[{"mail": mail, "badge": _BADGES[mail.outcome]} for mail in page.items],
        next=page.next,
        is_first=after is None,
        outcome=stated,
        choices=_CHOICES,
        mailboxes=[(each, _FAILS if each.problem else _WELL) for each in mailboxes],
        held=counts[MailOutcome.held],
        dropped=counts[MailOutcome.dropped],
        refused=counts[MailOutcome.refused],
    )


@shown_to(Permission.read_cases)
def attachment(visit: Visit) -> Response:
    """A file of a case, to download: whatever its sender calls it, no browser runs it."""
    case, wanted = visit.path_word("case"), visit.path_word("attachment")
    found, content = visit.application.read(
        lambda reads: attached(reads, visit.caller, case, wanted)
    )
    named = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    headers = {**_SANDBOX, "Content-Disposition": named}
    return Response(content, media_type="application/octet-stream", headers=headers)


def mail_panel(visit: Visit, reads: Reads, case: Case) -> dict[str, Any]:
    """What the page of a case says of mail: files, and for us whose mails they were and what became
    of ours. Of a case that came another way it asks nothing."""
    if case.channel is not Channel.email:
        return {"files": {}, "came": {}, "sent": {}, "secrets": {}}
    files: dict[int, list[Any]] = {}
    for each in reads.attachments.of_case(case.id):
        files.setdefault(each.place, []).append((each, _held_back(each)))
    if not is_staff(visit):
        return {"files": files, "came": {}, "sent": {}, "secrets": {}}
    came: dict[int, Mail] = {
        each.place: each
        for each in queries.mails_of_case(reads.snapshot, case.id)
        if each.place is not None
    }
    sent = {each.id: (each, _badge(each)) for each in reads.sent_mails.of_case(case.id)}
    secrets = _secrets_of_files(reads, case) if files else {}
    return {"files": files, "came": came, "sent": sent, "secrets": secrets}


def _secrets_of_files(reads: Reads, case: Case) -> dict[str, tuple[Badge, str]]:
    """What was seen in files, as a mark and in words, by file."""
    kinds: dict[str, dict[str, None]] = {}
    for each in reads.masks.of_case(case.id):
        if each.attachment is not None:
            kinds.setdefault(each.attachment, {})[each.kind.words] = None
    return {file: (_SECRET, capitalised(joined(list(words)))) for file, words in kinds.items()}


def _held_back(file: Attachment) -> str:
    """Why a file is not handed out; empty where it is."""
    if not file.is_kept:
        return "not kept"
    try:
        refuse_unsafe(file)
    except Conflict as error:
        return error.message
    return ""


def _badge(mail: SentMail) -> Badge:
    if mail.returned_at is not None:
        return _RETURNED
    if mail.sent_at is not None:
        return _SENT
    if mail.given_up_at is not None:
        return _GIVEN_UP
    return _AGAIN if mail.problem else _WAITING


ROUTES = [
    Route(PATH, mails_page, methods=["GET"]),
    Route("/cases/{case}/attachments/{attachment}", attachment, methods=["GET"]),
]
