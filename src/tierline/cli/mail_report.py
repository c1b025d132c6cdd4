"""What was read of a mail, for an operator who wonders why it became what it became."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.cli.paragraphs import plain
from tierline.kernel.instants import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.connectors.incoming_mail.mail import (
        Attachment,
        Evidence,
        IncomingMail,
        MailAddress,
        MailText,
    )

_LABEL_CHARACTERS = 13
_NOBODY = "nobody"


def lines(mail: IncomingMail) -> Iterator[str]:
    """The report, line by line; what a mail says cannot steer the terminal."""
    for label, value in _rows(mail):
        yield f"{label:<{_LABEL_CHARACTERS}} {plain(value)}".rstrip()
    yield ""
    for line in mail.text.own.split("\n") if mail.text.own else ():
        yield f"  | {plain(line.replace(chr(9), '    '))}".rstrip()


def as_json(mail: IncomingMail) -> dict[str, Any]:
    """The same, for programs; the content of attachments is left out."""
    return {
        "kind": mail.kind.value,
        "evidence": [_evidence(each) for each in mail.evidence],
        "may_answer_by_machine": mail.may_answer_by_machine,
        "sender": _address(mail.sender),
        "answer_to": _address(mail.answer_to),
        "other_reply_to": [_address(each) for each in mail.other_reply_to],
        "to": [_address(each) for each in mail.to],
        "cc": [_address(each) for each in mail.cc],
        "subject": mail.subject,
        "bare_subject": mail.bare_subject,
        "received_at": format_instant(mail.received_at) if mail.received_at else None,
        "received_by": mail.reception.host if mail.reception else None,
        "message_id": mail.message_id,
        "is_message_id_made": mail.is_message_id_made,
        "thread_keys": list(mail.thread_keys),
        "deliveries": [
            {"recipient": each.recipient, "action": each.action, "status": each.status}
            | {"said": each.said}
            for each in mail.deliveries
        ],
        "text": {
            "own": mail.text.own,
            "whole": mail.text.whole,
            "is_from_html": mail.text.is_from_html,
            "cuts": [
                {"what": cut.what, "line": cut.line, "lines": cut.lines} for cut in mail.text.cuts
            ],
        },
        "attachments": [_attachment(each) for each in mail.attachments],
        "faults": [{"code": each.code, "message": str(each)} for each in mail.faults],
        "digest": mail.digest,
    }


def _rows(mail: IncomingMail) -> Iterator[tuple[str, str]]:
    yield "Kind", mail.kind.value.replace("_", " ")
    for each in mail.evidence:
        yield "  because", f"{each.header}: {each.value} ({each.meaning}; {_weight(each)})"
    if not mail.may_answer_by_machine:
        yield "", "No machine of ours answers it."
    yield "Sender", str(mail.sender or _NOBODY)
    if mail.answer_to != mail.sender:
        yield "Answer to", str(mail.answer_to)
    for label, people in (("To", mail.to), ("Cc", mail.cc)):
        if people:
            yield label, ", ".join(str(each) for each in people)
    yield "Subject", mail.subject
    if mail.bare_subject != mail.subject:
        yield "  without Re:", mail.bare_subject
    yield "Received", _reception(mail)
    yield "Message-ID", f"<{mail.message_id}>{' (made)' if mail.is_message_id_made else ''}"
    for key in mail.thread_keys:
        yield "  follows", f"<{key}>"
    for delivery in mail.deliveries:
        said = f"{delivery.recipient}: {delivery.action} {delivery.status} {delivery.said}"
        yield "Delivery", said
    for each_file in mail.attachments:
        yield "Attachment", _in_words(each_file)
    for fault in mail.faults:
        yield "Note", str(fault)
    yield "Text", _text(mail.text)
    for cut in mail.text.cuts:
        yield "  cut away", f"{cut.what}, {cut.lines} lines from line {cut.line} on"


def _reception(mail: IncomingMail) -> str:
    if mail.reception is None:
        return "nobody knows when: no server that we trust says so"
    return f"{format_instant(mail.reception.at)} by {mail.reception.host}"


def _weight(evidence: Evidence) -> str:
    return {"sure": "decides", "hint": "a hint", "mailing_list": "no sign of the kind"}[
        evidence.weight.value
    ]


def _text(text: MailText) -> str:
    origin = " out of HTML" if text.is_from_html else ""
    return f"{len(text.own):,} of {len(text.whole):,} characters{origin}"


def _in_words(attachment: Attachment) -> str:
    unit = "byte" if attachment.size_bytes == 1 else "bytes"
    words = f"{attachment.name}, {attachment.media_type}, {attachment.size_bytes:,} {unit}"
    inline = ", shown in the text" if attachment.is_inline else ""
    left_out = ", not kept" if attachment.content is None else ""
    return f"{words}{inline}{left_out}, {attachment.digest[:23]}"


def _evidence(evidence: Evidence) -> dict[str, str]:
    return {
        "header": evidence.header,
        "value": evidence.value,
        "meaning": evidence.meaning,
        "kind": evidence.kind.value,
        "weight": evidence.weight.value,
    }


def _address(address: MailAddress | None) -> dict[str, str] | None:
    return {"email": address.email, "name": address.name} if address else None


def _attachment(attachment: Attachment) -> dict[str, str | int | bool]:
    return {
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size_bytes": attachment.size_bytes,
        "digest": attachment.digest,
        "is_inline": attachment.is_inline,
        "is_kept": attachment.content is not None,
    }
