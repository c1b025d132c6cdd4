"""Which mail is held back: of a blocked sender, or what our own filter takes for spam. A customer's
mail never is, whatever is said of it: nobody knows how bad it is before it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from tierline.cases.blocked_sender import BlockedSender
from tierline.cases.file_secrets import PART
from tierline.cases.mail import MailFile, MailKind, NewMail
from tierline.cases.mask import Mask, masked
from tierline.cases.mask_kind import MaskKind
from tierline.kernel.instants import from_micros, to_micros

if TYPE_CHECKING:
    from tierline.actions.mail_senders import Sender


class Blocks(Protocol):
    """The blocks that there are."""

    def against(self, address: str, at: datetime) -> BlockedSender | None: ...


class HoldingBooks(Protocol):
    """What is looked at."""

    @property
    def blocks(self) -> Blocks: ...


@dataclass(frozen=True, slots=True)
class Doubt:
    """What speaks against a mail; it `is_held` unless its sender is a customer or in its thread."""

    words: str
    is_held: bool


def doubt_of(
    books: HoldingBooks, new: NewMail, sender: Sender, at: datetime, *, is_in_thread: bool
) -> Doubt | None:
    """What speaks against a mail at an instant; None where nothing does."""
    is_customers = sender.account is not None
    block = books.blocks.against(new.sender, at) if new.sender else None
    if block is not None:
        return Doubt(f"Its sender is blocked ({block.pattern}): {block.reason}", not is_customers)
    if new.suspicion:
        is_known = is_customers or is_in_thread
        return Doubt(f"The mail filter says: {new.suspicion}", not is_known)
    return None


def held_form(new: NewMail) -> dict[str, Any]:
    """A mail as it is kept until it is let in: without secrets; what files hold is kept apart."""
    return {
        "digest": new.digest,
        "message_id": new.message_id,
        "thread": list(new.thread),
        "kind": new.kind.value,
        "sender": new.sender,
        "sender_name": masked(new.sender_name)[0],
        "answer_to": new.answer_to,
        "subject": masked(new.subject)[0],
        "bare_subject": masked(new.bare_subject)[0],
        "own": masked(new.own)[0],
        "whole": masked(new.whole)[0],
        "received_at": None if new.received_at is None else to_micros(new.received_at),
        "size_bytes": new.size_bytes,
        "may_answer_by_machine": new.may_answer_by_machine,
        "files": [
            {
                "name": each.name,
                "media_type": each.media_type,
                "size_bytes": each.size_bytes,
                "digest": each.digest,
                "is_inline": each.is_inline,
                "is_kept": each.content is not None,
                "secrets": [[mask.kind.value, mask.position] for mask in each.secrets],
            }
            for each in new.files
        ],
    }


def mail_of_form(form: Any, contents: dict[str, bytes]) -> NewMail:
    """The mail again, with what its files hold by digest."""
    at = form["received_at"]
    files = tuple(
        MailFile(
            name=each["name"],
            media_type=each["media_type"],
            size_bytes=each["size_bytes"],
            digest=each["digest"],
            is_inline=each["is_inline"],
            content=contents.get(each["digest"]) if each["is_kept"] else None,
            secrets=tuple(Mask(MaskKind(kind), PART, at) for kind, at in each.get("secrets", ())),
        )
        for each in form["files"]
    )
    return NewMail(
        digest=form["digest"],
        message_id=form["message_id"],
        thread=tuple(form["thread"]),
        kind=MailKind(form["kind"]),
        sender=form["sender"],
        sender_name=form["sender_name"],
        answer_to=form["answer_to"],
        subject=form["subject"],
        bare_subject=form["bare_subject"],
        own=form["own"],
        whole=form["whole"],
        received_at=None if at is None else from_micros(at),
        size_bytes=form["size_bytes"],
        may_answer_by_machine=form["may_answer_by_machine"],
        files=files,
    )
