"""Reports of mail servers on what became of a mail (RFC 3464), and mails that come back without
one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tierline.connectors.incoming_mail.charsets import one_line
from tierline.connectors.incoming_mail.headers import Headers, split_head
from tierline.connectors.incoming_mail.mail import FailedDelivery
from tierline.connectors.incoming_mail.parts import Part
from tierline.connectors.incoming_mail.threads import id_of

_RECIPIENTS = 50
_STATUSES = 3
_REPORT_BYTES = 64 * 1024
_SAID_CHARACTERS = 300
_BLANK_LINES = re.compile(rb"(?:\r\n|\n|\r(?!\n)){2,}")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_COPIED_ID = re.compile(r"^[> \t]*Message-ID:\s*(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Report:
    """`type` is that of multipart/report (`delivery-status`, ...), "" where the mail is none."""

    type: str = ""
    deliveries: tuple[FailedDelivery, ...] = ()
    returned_message_id: str | None = None


def report_of(root: Part) -> Report:
    """What a report says; an empty one where the mail is no report."""
    parts = list(root.walk())
    stated = root.content_type.parameters.get("report-type", "").lower()
    is_report = root.media_type == "multipart/report"
    statuses = [part for part in parts if part.media_type.endswith("/delivery-status")] or [
        part for part in parts if part.media_type == "message/global-delivery-status"
    ]
    if not is_report and not statuses:
        return Report()
    deliveries = tuple(one for part in statuses[:_STATUSES] for one in _deliveries(part))
    returned = next((part for part in parts if part.media_type in _RETURNED), None)
    report_type = stated or ("delivery-status" if statuses else "report")
    return Report(report_type, deliveries, _returned_id(returned) if returned else None)


def copied_message_id(text: str) -> str | None:
    """The Message-ID of the mail that a server without reports put below its words."""
    match = _COPIED_ID.search(text[:_REPORT_BYTES])
    return id_of(match[1]) if match else None


def _deliveries(part: Part) -> list[FailedDelivery]:
    found = []
    content = part.content()[:_REPORT_BYTES].strip()
    for group in _BLANK_LINES.split(content, maxsplit=_RECIPIENTS)[: _RECIPIENTS + 1]:
        fields, _ = split_head(group, 0, len(group), len(group))
        recipient = fields.first("Final-Recipient") or fields.first("Original-Recipient")
        if recipient:
            found.append(
                FailedDelivery(
                    _typed(recipient),
                    fields.text("Action", 40).lower(),
                    fields.text("Status", 40),
                    _typed(fields.first("Diagnostic-Code")),
                )
            )
    return found


def _typed(value: str) -> str:
    """What stands behind the type: `rfc822; ada@example.com`."""
    kind, parted, rest = value.partition(";")
    return one_line(rest if parted and len(kind) <= 40 else value, _SAID_CHARACTERS)


def _returned_id(part: Part) -> str | None:
    content = part.content()[:_REPORT_BYTES]
    headers: Headers = split_head(content, 0, len(content), len(content))[0]
    return id_of(headers.first("Message-ID"))
