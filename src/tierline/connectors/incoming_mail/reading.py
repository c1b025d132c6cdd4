"""One mail read: bytes in, a value out, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from tierline.cases.mail import MailKind
from tierline.connectors.incoming_mail.attachments import attachments_of
from tierline.connectors.incoming_mail.bodies import Body, body_of
from tierline.connectors.incoming_mail.delivery_reports import copied_message_id, report_of
from tierline.connectors.incoming_mail.desk import MEBIBYTE, Desk, Limits
from tierline.connectors.incoming_mail.filter_words import filter_words
from tierline.connectors.incoming_mail.headers import Headers, charsets_named
from tierline.connectors.incoming_mail.kinds import Judged, kind_of
from tierline.connectors.incoming_mail.mail import IncomingMail
from tierline.connectors.incoming_mail.parts import Dismantling, Part
from tierline.connectors.incoming_mail.people import people_of
from tierline.connectors.incoming_mail.quotes import subject_without_marks, text_of
from tierline.connectors.incoming_mail.reception import reception_of, topmost_server
from tierline.connectors.incoming_mail.threads import digest_of, followed_ids, own_message_id
from tierline.kernel.errors import Fault, Invalid

_SUBJECT_CHARACTERS = 500
_UNKNOWN = Desk()


def read_mail(content: bytes, desk: Desk = _UNKNOWN) -> IncomingMail:
    """The mail in these bytes (RFC 5322, as it was transported). Whatever is broken in it is read
    as far as it goes, and told in `faults`.

    Raises Invalid only for what is no mail: nothing at all, more than the limit (nothing of it is
    read), or bytes without a single header.
    """
    refuse_size(len(content), desk.limits)
    whole = Dismantling(content, desk.limits)
    root = whole.part(len(content) - len(content.lstrip(b"\r\n")), len(content))
    if not root.headers.fields:
        raise Invalid("This is no mail: it begins with no header.", code="no_mail")
    return _mail_of(whole, root, desk)


def refuse_size(size_bytes: int, limits: Limits) -> None:
    """Raise Invalid where a mail of this size is too large, or nothing."""
    if size_bytes > limits.mail_bytes:
        raise Invalid(
            f"This mail has more than {limits.mail_bytes / MEBIBYTE:,.0f} MiB. It was not read.",
            code="mail_too_large",
        )
    if not size_bytes:
        raise Invalid("This is no mail: there is nothing in it.", code="no_mail")


def _mail_of(whole: Dismantling, root: Part, desk: Desk) -> IncomingMail:
    headers, digest = root.headers, digest_of(whole.source)
    message_id, is_made, id_faults = own_message_id(headers, digest)
    in_reply_to, references = followed_ids(headers, desk.limits.thread_ids)
    people = people_of(headers, desk.limits.addresses)
    subject = headers.text("Subject", _SUBJECT_CHARACTERS)
    bare_subject, is_forward = subject_without_marks(subject)
    body = body_of(root, desk.limits.text_characters, charsets_named(headers))
    attachments, left_out = attachments_of(root, body.parts, desk.limits)
    report = report_of(root)
    judged = Judged(headers, message_id, people.sender, subject, report, desk)
    kind, evidence, may_answer_by_machine = kind_of(judged)
    if kind is MailKind.bounce and report.returned_message_id is None:
        report = replace(report, returned_message_id=copied_message_id(body.text))
    return IncomingMail(
        digest=digest,
        message_id=message_id,
        is_message_id_made=is_made,
        in_reply_to=in_reply_to,
        references=references,
        sender=people.sender,
        answer_to=people.answer_to,
        other_reply_to=people.other_reply_to,
        to=people.to,
        cc=people.cc,
        subject=subject,
        bare_subject=bare_subject,
        reception=reception_of(headers, desk.trusted),
        text=text_of(
            body.text,
            is_reply=bool(in_reply_to or references) or subject != bare_subject,
            is_forward=is_forward,
            is_from_html=body.is_from_html,
        ),
        attachments=attachments,
        kind=kind,
        evidence=evidence,
        may_answer_by_machine=may_answer_by_machine,
        deliveries=report.deliveries,
        returned_message_id=report.returned_message_id,
        suspicion=filter_words(headers, desk.trusted),
        faults=(
            *id_faults,
            *people.faults,
            *_reception_faults(headers, desk),
            *_limit_faults(whole, body),
            *left_out,
        ),
    )


def _reception_faults(headers: Headers, desk: Desk) -> list[Fault]:
    """Why no reception is known, where servers to trust are stated."""
    if desk.trusted == _UNKNOWN.trusted or reception_of(headers, desk.trusted) is not None:
        return []
    server = topmost_server(headers)[:100]
    problem = (
        f"It was handed over by {server}, which is none of the trusted servers or says no time."
        if server
        else "No server says when it had it."
    )
    return [Fault("no_trusted_reception", problem, "Received")]


def _limit_faults(whole: Dismantling, body: Body) -> list[Fault]:
    """What the limits on headers, parts and text left out, and text that could not be decoded."""
    limits = whole.limits
    found = {
        "header_cut": whole.is_header_cut
        and f"Its headers have more than {limits.header_bytes:,} bytes; the rest was not read.",
        "too_deep": whole.is_too_deep
        and f"Its parts lie more than {limits.depth} deep; the rest is read as text.",
        "too_many_parts": whole.has_too_many
        and f"It has more than {limits.parts} parts; the rest was not read.",
        "text_cut": body.is_cut
        and f"Its text has more than {limits.text_characters:,} characters; the rest was not read.",
        "wrong_charset": body.charsets
        and f"Its text is not in the charset that it names: {'; '.join(body.charsets)}.",
    }
    return [Fault(code, problem) for code, problem in found.items() if problem]
