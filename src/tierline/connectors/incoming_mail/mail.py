"""What was read of one incoming mail: values only, in the order in which the desk asks for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from tierline.cases.mail import MailKind
from tierline.kernel.errors import Fault


class Weight(StrEnum):
    """What a piece of evidence decides."""

    sure = auto()
    """Alone it decides the kind."""
    hint = auto()
    """Two of different sorts make an automatic reply; one only forbids to answer by machine."""
    mailing_list = auto()
    """People write to lists: it forbids to answer by machine, and says nothing of the kind."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A header (or a field of a delivery report), its value, and what that means."""

    header: str
    value: str
    meaning: str
    kind: MailKind
    weight: Weight


@dataclass(frozen=True, slots=True)
class MailAddress:
    """`email` as written, its domain in lower case; `name` as shown, "" where none is."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        """What stands after the last @, in the form that DNS knows."""
        domain = self.email.rpartition("@")[2]
        try:
            return domain.encode("idna").decode()
        except UnicodeError:
            return domain

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """`name` is safe as a file's name. `content` is None where a limit left it out; size and digest
    (`sha256:...`) are known all the same."""

    name: str
    media_type: str
    size_bytes: int
    digest: str
    is_inline: bool
    content_id: str = ""
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Cut:
    """What was taken out of a mail's text: `what` in words, the line where it began (from 1, in the
    whole text) and how many lines."""

    what: str
    line: int
    lines: int


@dataclass(frozen=True, slots=True)
class MailText:
    """`own` is what the sender wrote here and now; `whole` is all there was. `cuts` lie between."""

    own: str
    whole: str
    cuts: tuple[Cut, ...] = ()
    is_from_html: bool = False


@dataclass(frozen=True, slots=True)
class Reception:
    """When the first server that we trust had the mail, and the Received header that says so."""

    at: datetime
    host: str
    header: str


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """One recipient of a delivery report (RFC 3464): the address, `failed`, `delayed`,
    `delivered`, ..., the status (`5.1.1`) and what the other server said."""

    recipient: str
    action: str
    status: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMail:
    """One mail as it was read. `digest` is of what its sender sent, whichever way it came.

    `message_id` is the sender's own claim, and made of the mail's digest where it made none:
    whoever looks for a repeated mail compares `digest` too. `sender` is From, never Reply-To.
    `answer_to` is Reply-To where its domain is that of From, else From; what else Reply-To names
    stands in `other_reply_to` and nowhere else. `suspicion` is what a filter of ours says against
    it. `received_at` is None where no server that we trust said so. `returned_message_id` is that
    of the mail which a bounce is about. `faults` tells what was broken or left out; none of it
    stopped the reading.
    """

    digest: str
    message_id: str
    is_message_id_made: bool
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: MailAddress | None
    answer_to: MailAddress | None
    other_reply_to: tuple[MailAddress, ...]
    to: tuple[MailAddress, ...]
    cc: tuple[MailAddress, ...]
    subject: str
    bare_subject: str
    reception: Reception | None
    text: MailText
    attachments: tuple[Attachment, ...]
    kind: MailKind
    evidence: tuple[Evidence, ...]
    may_answer_by_machine: bool
    deliveries: tuple[FailedDelivery, ...] = ()
    returned_message_id: str | None = None
    suspicion: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def received_at(self) -> datetime | None:
        """When a server that we trust had it; None where none says so."""
        return self.reception.at if self.reception else None

    @property
    def thread_keys(self) -> tuple[str, ...]:
        """Message-IDs to look the thread up by, the nearest first."""
        returned = (self.returned_message_id,) if self.returned_message_id else ()
        keys = (*returned, *self.in_reply_to, *reversed(self.references))
        return tuple(dict.fromkeys(keys))
