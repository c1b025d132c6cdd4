"""A mail that reached the desk: what is kept of it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from tierline.cases.file_scan import FileScan
from tierline.cases.mask import Mask
from tierline.kernel.ids import AttachmentId, MailId


class MailKind(StrEnum):
    """Who is behind a mail. Only `person` is somebody's word; the others stop no clock of ours."""

    person = auto()
    automatic_reply = auto()
    """A machine wrote it: an absence note, a receipt, a report, an alert, a newsletter."""
    bounce = auto()
    """What we sent did not arrive."""
    loop = auto()
    """What we sent came back to us."""


class MailOutcome(StrEnum):
    """What became of a mail."""

    opened = auto()
    """It began a case."""
    joined = auto()
    """It was said in the case that it answers."""
    noted = auto()
    """It stands in a case, and stops no clock and ends no wait there: a machine wrote it."""
    kept = auto()
    """It belongs to no case, and begins none."""
    held = auto()
    """It was held back, because its sender is blocked or a filter of ours takes it for spam; it can
    be let in."""
    dropped = auto()
    """Our own mail came back."""
    refused = auto()
    """It was not taken, and who handed it over was told so; nothing of it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """A file that came along. `content` is None where a limit left it out; `digest` is of it."""

    name: str
    media_type: str
    size_bytes: int
    digest: str
    is_inline: bool = False
    content: bytes | None = field(default=None, repr=False)
    secrets: tuple[Mask, ...] = ()
    """What was seen in it (`file_secrets`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """A mail as it was read, before anything came of it.

    Addresses are in their plain form. `own` is what its sender wrote here and now, `whole` all
    there was. `thread` are the Message-IDs that it follows, the nearest first. `received_at` is
    when the first server that we trust had it, None where none says so. `returned` says in words
    which recipients a bounce is about. `answer_to` is where an answer goes, None for nowhere.
    `suspicion` is what a mail filter of ours says against it, empty for nothing.
    """

    digest: str
    message_id: str
    thread: tuple[str, ...]
    kind: MailKind
    sender: str | None
    sender_name: str
    answer_to: str | None
    subject: str
    bare_subject: str
    own: str
    whole: str
    received_at: datetime | None
    size_bytes: int
    may_answer_by_machine: bool
    returned: tuple[str, ...] = ()
    suspicion: str = ""
    files: tuple[MailFile, ...] = ()

    @property
    def sender_domain(self) -> str:
        """The domain that it comes from; empty where nobody is named."""
        return (self.sender or "").rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail in the records. `reason` says in words why it became what it became, where the
    outcome alone does not. `place` is that of its event in the case. `follows` is another case that
    its sender answered. `text` is all that was written, where the case shows less. `digest` is
    None where it was refused unread."""

    id: MailId
    message_id: str
    digest: str | None
    kind: MailKind
    outcome: MailOutcome
    reason: str
    case: str | None
    place: int | None
    follows: str | None
    contact: str | None
    sender: str | None
    sender_name: str
    answer_to: str | None
    subject: str
    text: str | None
    size_bytes: int
    received_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file in a case, at the place of the event that it came with. Its content is known by its
    digest, and stands there once however often it came; a limit may have left it out."""

    id: AttachmentId
    case: str
    place: int
    mail: MailId
    number: int
    name: str
    media_type: str
    size_bytes: int
    digest: str
    is_kept: bool
    is_inline: bool
    scan: FileScan | None = field(default=None, compare=False)
    """Whether what it holds was looked at for malware, as the records say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """What one of us said in a case, or our machine, on its way to who raised it. Its id is that of
    the message, and makes its Message-ID: sent twice it is one mail. `references` are Message-IDs,
    the first mail of the thread first; `copies` are the addresses of its Cc; `problem` is what the
    last attempt met."""

    id: str
    case: str
    recipient: str
    subject: str
    in_reply_to: str
    references: tuple[str, ...]
    is_automatic: bool
    copies: tuple[str, ...] = ()
    made_at: datetime
    attempts: int = 0
    problem: str = ""
    sent_at: datetime | None = None
    given_up_at: datetime | None = None
    returned_at: datetime | None = None
