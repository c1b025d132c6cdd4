"""Mails over HTTP: handed over, listed with what became of each, and the files that came along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.inputs import DEFAULT_LIMIT, After, Limit, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap import mails as taking
from tierline.bootstrap.cases import attached, seen_case
from tierline.cases.file_scan import ScanState
from tierline.cases.mail import Attachment, Mail, MailKind, MailOutcome, SentMail
from tierline.kernel.errors import Invalid
from tierline.queries import mails as queries

if TYPE_CHECKING:
    from tierline.queries import pages
    from tierline.store.records import Reads

router = Routes(tags=["mails"])
Receiver = Annotated[Caller, Depends(may(Permission.receive_mails))]
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
MOST_BYTES = taking.MAIL_LIMIT_BYTES
_RAW = "message/rfc822"
_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_BYTES = "application/octet-stream"
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Whatever a file holds, a browser keeps it and runs nothing of it."""


class MailAnswer(TypedDict):
    """A mail that reached the desk."""

    id: Id
    outcome: Annotated[str, word_of(MailOutcome, "What became of it.")]
    reason: Annotated[str, said("Why, where the outcome alone does not say it; else empty.")]
    kind: Annotated[str, word_of(MailKind, "Who is behind it.")]
    case: Annotated[str | None, said("The case that it began, or stands in.")]
    follows: Annotated[str | None, said("Another case that its sender answered.")]
    contact: Annotated[str | None, said("The contact who wrote it.")]
    sender: Annotated[str | None, said("The address in From; null where none could be read.")]
    sender_name: Annotated[str, said("The name beside it.")]
    subject: Annotated[str, said("Its subject.")]
    message_id: Annotated[str, said("As it states it, else made; empty where it was refused.")]
    digest: Annotated[str | None, said("Of its bytes; null where it was refused unread.")]
    size_bytes: Annotated[int, said("How large it was; 0 where it was refused unread.")]
    received_at: Annotated[str, instant("When the first server that we trust had it.")]
    recorded_at: Annotated[str, instant("When it was taken.")]


class ReceivedAnswer(MailAnswer):
    """A mail that was handed over."""

    is_new: Annotated[bool, said("False where the same mail was taken before.")]


class AttachmentAnswer(TypedDict):
    """A file in a case."""

    id: Id
    name: Annotated[str, said("Its name, made safe.")]
    media_type: Annotated[str, said("What its sender says it is.")]
    size_bytes: Annotated[int, said("How large it is.")]
    digest: Annotated[str, said("Of what it holds.")]
    is_kept: Annotated[bool, said("False where a limit left out what it holds.")]
    scan: Annotated[str, word_of(ScanState, "Whether it was looked at for malware.")]
    found: Annotated[str, said("What was found in it, or why it was not looked at; else empty.")]
    event: Annotated[int, said("The place of the event of the case that it came with, from 0.")]


class SentMailAnswer(TypedDict):
    """Something said in a case, on its way by mail."""

    id: Annotated[str, said("The id of the message; it begins the Message-ID.")]
    to: Annotated[str, said("The address.")]
    is_automatic: Annotated[bool, said("Whether a machine of ours wrote it.")]
    attempts: Annotated[int, said("How often it was tried to send it.")]
    problem: Annotated[str, said("What its last attempt met, or why it came back; else empty.")]
    made_at: Annotated[str, instant("When it was written.")]
    sent_at: Annotated[str | None, instant("When the mail server took it.")]
    given_up_at: Annotated[str | None, instant("When it was given up.")]
    returned_at: Annotated[str | None, instant("When it came back.")]


@router.post(
    "/v1/mails",
    status_code=201,
    summary="Hand over a mail",
    openapi_extra={"requestBody": {"required": True, "content": {_RAW: _FILE, _BYTES: _FILE}}},
)
async def receive_mail(request: Request, response: Response, caller: Receiver) -> ReceivedAnswer:
    """The raw mail as it was transported, at most 25 MiB. The same mail again changes nothing, and
    is answered with what became of it the first time."""
    kind = request.headers.get("content-type", _RAW).partition(";")[0].strip().lower()
    if kind not in (_RAW, _BYTES):
        raise Invalid(f"A mail is sent as {_RAW}, and not as {kind[:100]}.", code="no_mail")
    content = await request.body()
    return await run_in_threadpool(_received, request, response, caller, content)


@router.get("/v1/mails", summary="Mails that reached the desk, the newest first")
def list_mails(
    request: Request,
    _: Worker,
    *,
    outcome: Annotated[
        MailOutcome | None, Query(description="With this outcome; absent: with any.")
    ] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[MailAnswer]:
    """Each with what became of it. Those that belong to no case are kept for 30 days."""
    page = application_of(request).read(
        lambda reads: queries.list_mails(reads.snapshot, outcome=outcome, after=after, limit=limit)
    )
    return listed([document(mail) for mail in page.items], page.next)


@router.get("/v1/mails/{mail}", summary="One mail")
def read_mail(request: Request, _: Worker, mail: str) -> MailAnswer:
    """By its id."""
    return document(application_of(request).read(lambda reads: reads.mails.get(mail)))


@router.get("/v1/cases/{case}/attachments", summary="Files in a case")
def list_attachments(
    request: Request,
    caller: Reader,
    case: str,
    *,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[AttachmentAnswer]:
    """In the order in which they came."""

    def work(reads: Reads) -> pages.Page[Attachment]:
        seen_case(reads, case, caller, Permission.read_cases)
        return queries.attachments_of_case(reads.snapshot, case, after=after, limit=limit)

    page = application_of(request).read(work)
    return listed([_attachment(each) for each in page.items], page.next)


@router.get(
    "/v1/cases/{case}/attachments/{attachment}",
    summary="What a file in a case holds",
    response_class=Response,
    responses={
        200: {"content": {_BYTES: _FILE}},
        409: {"description": "Held back"},
    },
)
def read_attachment(request: Request, caller: Reader, case: str, attachment: str) -> Response:
    """The bytes as they came, as a download: whatever its sender calls it, it is not shown. Held
    back (409) where something was found in it, and, with a scanner, until it was looked at."""
    return attachment_response(
        *application_of(request).read(lambda reads: attached(reads, caller, case, attachment))
    )


@router.get("/v1/cases/{case}/sent-mails", summary="What went out of a case by mail")
def list_sent_mails(
    request: Request,
    caller: Worker,
    case: str,
    *,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[SentMailAnswer]:
    """The first one first, each with what became of it."""

    def work(reads: Reads) -> pages.Page[SentMail]:
        seen_case(reads, case, caller, Permission.work_cases)
        return queries.sent_mails_of_case(reads.snapshot, case, after=after, limit=limit)

    page = application_of(request).read(work)
    return listed([_sent(each) for each in page.items], page.next)


def attachment_response(found: Attachment, content: bytes) -> Response:
    """A download that no browser shows or runs."""
    name = quote(found.name, safe="")
    headers = {
        **SAFE_HEADERS,
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
    }
    return Response(content, media_type=_BYTES, headers=headers)


def document(mail: Mail) -> MailAnswer:
    """A mail as a client gets it."""
    return {
        "id": mail.id,
        "outcome": mail.outcome.value,
        "reason": mail.reason,
        "kind": mail.kind.value,
        "case": mail.case,
        "follows": mail.follows,
        "contact": mail.contact,
        "sender": mail.sender,
        "sender_name": mail.sender_name,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "digest": mail.digest,
        "size_bytes": mail.size_bytes,
        "received_at": shown(mail.received_at),
        "recorded_at": shown(mail.recorded_at),
    }


def _received(
    request: Request, response: Response, caller: Caller, content: bytes
) -> ReceivedAnswer:
    application = application_of(request)
    new, occasion = taking.read(content), application.occasion(caller.id)

    received = application.change(lambda records: taking.take(application, records, new, occasion))
    response.headers["Location"] = f"/v1/mails/{received.mail.id}"
    return {**document(received.mail), "is_new": received.is_new}


def _attachment(found: Attachment) -> AttachmentAnswer:
    scan = found.scan
    return {
        "id": found.id,
        "name": found.name,
        "media_type": found.media_type,
        "size_bytes": found.size_bytes,
        "digest": found.digest,
        "is_kept": found.is_kept,
        "scan": (ScanState.unasked if scan is None else scan.state).value,
        "found": "" if scan is None else scan.said,
        "event": found.place,
    }


def _sent(mail: SentMail) -> SentMailAnswer:
    return {
        "id": mail.id,
        "to": mail.recipient,
        "is_automatic": mail.is_automatic,
        "attempts": mail.attempts,
        "problem": mail.problem,
        "made_at": shown(mail.made_at),
        "sent_at": shown(mail.sent_at),
        "given_up_at": shown(mail.given_up_at),
        "returned_at": shown(mail.returned_at),
    }
