"""A mention of a promise is looked at: it is none, or it was made a row of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tierline.accounts.exceptions import exceptions_of
from tierline.accounts.layers import is_target
from tierline.accounts.promise_mentions import DismissedMention, mention_in, notes_of
from tierline.actions.occasion import Journal
from tierline.kernel.digest import digest_of_bytes
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.actions.occasion import Occasion


class Mentions(Protocol):
    """Mentions that somebody looked at, and the texts in which they stand."""

    def of(self, record: str) -> DismissedMention | None: ...
    def message(self, record: str) -> tuple[str, str] | None: ...
    def dismiss(self, dismissed: DismissedMention) -> None: ...
    def restore(self, record: str) -> None: ...


class ReadContracts(Protocol):
    """Contracts, to read."""

    def get(self, contract: str) -> Contract: ...
    def of_account(self, account: str) -> tuple[Contract, ...]: ...


class MentionBooks(Journal, Protocol):
    """What looking at mentions needs."""

    @property
    def mentions(self) -> Mentions: ...
    @property
    def contracts(self) -> ReadContracts: ...


def dismiss_mention(
    books: MentionBooks,
    record: str,
    reason: str,
    occasion: Occasion,
    *,
    made_into: str | None = None,
) -> DismissedMention:
    """Take a mention off the list, with the reason; `made_into` is the override or uplift of a
    target that it became. Raises NotFound where nothing there sounds like a promise."""
    account, text = _text_of(books, record)
    if mention_in(text) is None:
        raise NotFound("Nothing in this text sounds like a promise.")
    if not reason.strip():
        fault = Fault("no_reason", "Say why it needs no row.", "reason")
        raise Invalid("A mention is dismissed with a reason.", [fault])
    if made_into is not None:
        _refuse_no_row(books, account, made_into, occasion)
    dismissed = DismissedMention(
        record=record,
        digest=digest_of_text(text),
        reason=reason.strip(),
        made_into=made_into,
        at=occasion.now,
        by=occasion.by,
    )
    books.mentions.dismiss(dismissed)
    body = {"record": record, "made_into": made_into}
    books.append([occasion.fact("PromiseMentionDismissed", account, body)])
    return dismissed


def restore_mention(books: MentionBooks, record: str, occasion: Occasion) -> DismissedMention:
    """Put a mention back on the list. Raises NotFound where it was not dismissed."""
    dismissed = books.mentions.of(record)
    if dismissed is None:
        raise NotFound("Nobody has dismissed this mention.")
    account, _ = _text_of(books, record)
    books.mentions.restore(record)
    books.append([occasion.fact("PromiseMentionRestored", account, {"record": record})])
    return dismissed


def digest_of_text(text: str) -> str:
    """By which a text is known again."""
    return digest_of_bytes(text.encode())


def _text_of(books: MentionBooks, record: str) -> tuple[str, str]:
    """The account and the text that a mention stands in. Raises NotFound."""
    if "/" in record:
        contract = books.contracts.get(record.partition("/")[0])
        for note in notes_of(contract):
            if note.record == record:
                return contract.account, note.text
    found = books.mentions.message(record)
    if found is None:
        raise NotFound(f"There is no text '{record}' of an account.")
    return found


def _refuse_no_row(books: MentionBooks, account: str, id_: str, occasion: Occasion) -> None:
    rows = {
        each.id
        for contract in books.contracts.of_account(account)
        for each in exceptions_of(contract, to_micros(occasion.now))
        if is_target(each.feature)
    }
    if id_ not in rows:
        told = f"'{id_}' is no override or uplift of a target of this account."
        known = ", ".join(sorted(rows))
        hint = f"Write one of: {known}." if known else "Agree a target beside the plan first."
        raise Invalid("The mention is not a row.", [Fault("no_row", told, "made_into", hint)])
