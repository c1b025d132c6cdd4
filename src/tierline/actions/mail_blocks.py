"""Blocking senders, and lifting blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.access.user import email_faults, plain_email
from tierline.accounts.contact import Contact
from tierline.accounts.mail_domains import is_anybodys
from tierline.actions.occasion import Journal
from tierline.cases.blocked_sender import BlockedSender
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.ids import BLOCK

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion


class BlockBook(Protocol):
    """The blocks that there are."""

    def get(self, block: str) -> BlockedSender: ...
    def against(self, address: str, at: datetime) -> BlockedSender | None: ...
    def add(self, block: BlockedSender) -> None: ...
    def lift(self, block: str, *, at: datetime, by: str) -> None: ...


class Contacts(Protocol):
    """Who writes for customers."""

    def of_email(self, email: str) -> tuple[Contact, ...]: ...


class BlockBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def blocks(self) -> BlockBook: ...
    @property
    def contacts(self) -> Contacts: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockOrder:
    """Whom to block (an address, or `@domain`), why, and until when (None: until it is lifted)."""

    sender: str
    reason: str
    until: datetime | None = None


def block_sender(books: BlockBooks, order: BlockOrder, occasion: Occasion) -> BlockedSender:
    """The block, in force from now on. Raises Conflict where the same is blocked already, and
    Invalid with every fault: mail of a customer's contact is never held back."""
    pattern = plain_email(order.sender)
    faults = _faults(books, pattern, order, occasion.now)
    if faults:
        raise Invalid("The sender cannot be blocked as stated.", faults)
    there = books.blocks.against(pattern, occasion.now)
    if there is not None and there.pattern == pattern:
        raise Conflict(f"{pattern} is blocked already.", code="blocked_already")
    block = BlockedSender(
        id=occasion.new_id(BLOCK),
        pattern=pattern,
        reason=order.reason,
        owner=occasion.by,
        blocked_at=occasion.now,
        until=order.until,
    )
    books.blocks.add(block)
    books.append([occasion.fact("SenderBlocked", block.id, {"block": block.id})])
    return block


def lift_block(books: BlockBooks, block_id: str, occasion: Occasion) -> BlockedSender:
    """The block, over from now on. What it held back stays held, and can be let in. Raises
    NotFound, and Conflict where it is over."""
    block = books.blocks.get(block_id)
    if not block.is_in_force(occasion.now):
        raise Conflict("This block is over already.", code="block_over")
    books.blocks.lift(block.id, at=occasion.now, by=occasion.by)
    books.append([occasion.fact("SenderBlockLifted", block.id, {"block": block.id})])
    return replace(block, lifted_at=occasion.now, lifted_by=occasion.by)


def _faults(books: BlockBooks, pattern: str, order: BlockOrder, now: datetime) -> list[Fault]:
    faults = []
    is_domain = pattern.startswith("@")
    if email_faults(f"any{pattern}" if is_domain else pattern):
        faults.append(
            Fault("bad_sender", f"'{order.sender[:100]}' is no sender.", "sender",
                  "Write somebody@example.com, or @example.com for all of a domain.")
        )  # fmt: skip
    elif is_domain and is_anybodys(pattern[1:]):
        faults.append(
            Fault("anybodys_domain", f"Anybody gets an address of {pattern[1:]}.", "sender",
                  "Block the address.")
        )  # fmt: skip
    elif not is_domain and any(not each.removed_at for each in books.contacts.of_email(pattern)):
        faults.append(
            Fault("is_a_contact", "This is a customer's contact, whose mail is never held back.",
                  "sender", "Remove the contact first, if they write for nobody any more.")
        )  # fmt: skip
    if order.until is not None and order.until <= now:
        faults.append(Fault("is_past", "This is over already.", "until", "State a later time."))
    return faults
