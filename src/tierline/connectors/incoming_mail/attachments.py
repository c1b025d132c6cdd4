"""The files of a mail: with names that can be kept, and within limits."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import unicodedata

from tierline.connectors.incoming_mail.charsets import one_line
from tierline.connectors.incoming_mail.desk import Limits
from tierline.connectors.incoming_mail.headers import split_head
from tierline.connectors.incoming_mail.mail import Attachment
from tierline.connectors.incoming_mail.parts import Part
from tierline.kernel.errors import Fault

_NAME_CHARACTERS = 120
_SUFFIX_CHARACTERS = 12
_HEAD_BYTES = 64 * 1024
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TYPES = mimetypes.MimeTypes()
"""The library's own table: that of the machine would name files otherwise on each."""
_SUFFIXES = {
    "message/rfc822": ".eml",
    "text/rfc822-headers": ".txt",
    "message/delivery-status": ".txt",
    "text/calendar": ".ics",
    "application/ms-tnef": ".dat",
    "text/plain": ".txt",
    "image/jpeg": ".jpg",
}


def attachments_of(
    root: Part, texts: frozenset[int], limits: Limits
) -> tuple[tuple[Attachment, ...], list[Fault]]:
    """The attachments in the order of the mail, and what was left out. `texts` are the parts that
    are the mail's text (by `id`)."""
    found: list[Attachment] = []
    left = limits.attachment_bytes
    leaves = [part for part in root.walk() if not part.children and id(part) not in texts]
    for number, part in enumerate(leaves[: limits.attachments], 1):
        content = part.content()
        if not content and not part.file_name:
            continue
        is_kept = len(content) <= left
        left -= len(content) if is_kept else 0
        found.append(_attachment(part, content, number, is_kept=is_kept))
    return tuple(found), _faults(found, len(leaves), limits)


def safe_name(stated: str, media_type: str, number: int) -> str:
    """A name that is one file's name on every system: no folder, nothing that steers a terminal or
    turns letters round, no device, not too long."""
    text = unicodedata.normalize("NFC", stated).replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(each for each in text if unicodedata.category(each) not in _STEERING)
    name = one_line(_FORBIDDEN.sub("_", shown), 1_000).strip(". ")
    if not name:
        return f"attachment-{number}{_suffix(media_type)}"
    if _DEVICES.match(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > _SUFFIX_CHARACTERS:
        return _fitting(name, _NAME_CHARACTERS)
    return f"{_fitting(stem, _NAME_CHARACTERS - len(suffix) - 1)}.{suffix}"


def _fitting(text: str, most: int) -> str:
    """At most so many characters, and twice as many bytes: file systems count those."""
    cut = text[:most]
    return cut.encode()[: most * 2].decode("utf-8", "ignore").rstrip(". ")


def _attachment(part: Part, content: bytes, number: int, *, is_kept: bool) -> Attachment:
    stated = part.file_name or _subject_of(part, content)
    content_id = one_line(part.headers.first("Content-ID"), 200).strip("<>")
    is_shown = bool(content_id) and part.disposition.value != "attachment"
    return Attachment(
        name=safe_name(stated, part.media_type, number),
        media_type=part.media_type,
        size_bytes=len(content),
        digest="sha256:" + hashlib.sha256(content).hexdigest(),
        is_inline=part.disposition.value == "inline" or is_shown,
        content_id=content_id,
        content=content if is_kept else None,
    )


def _subject_of(part: Part, content: bytes) -> str:
    """A forwarded mail is named by what it is about."""
    if part.media_type != "message/rfc822":
        return ""
    headers, _ = split_head(content, 0, min(len(content), _HEAD_BYTES), _HEAD_BYTES)
    subject = headers.text("Subject", _NAME_CHARACTERS)
    return f"{subject.replace('/', '_')}.eml" if subject else ""


def _suffix(media_type: str) -> str:
    known = _SUFFIXES.get(media_type)
    return known if known is not None else _TYPES.guess_extension(media_type) or ".bin"


def _faults(found: list[Attachment], leaves: int, limits: Limits) -> list[Fault]:
    faults = []
    if leaves > limits.attachments:
        faults.append(
            Fault(
                "too_many_attachments",
                f"It has {leaves} attachments; the first {limits.attachments} were read.",
            )
        )
    large = [each.name for each in found if each.content is None]
    if large:
        faults.append(
            Fault(
                "attachments_too_large",
                f"Beyond {limits.attachment_bytes:,} bytes in all, {len(large)} attachments were "
                f"listed and not kept, from {large[0]} on.",
            )
        )
    return faults
