"""What sounds like a promise in free words, where nothing of the kind is written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.accounts.promise_mentions import (
    HINTS,
    DismissedMention,
    is_written_down,
    mention_in,
    notes_of,
)
from tierline.actions.promise_mentions import digest_of_text
from tierline.cases.case import MACHINE
from tierline.kernel.instants import from_micros, to_micros
from tierline.store.cases import case_event_table, case_message_table, case_table

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from tierline.accounts.contract import Contract
    from tierline.scorecards.desk import Stretch
    from tierline.store.records import Reads

MENTIONS_LIMIT = 500
"""So many are listed, the newest first."""
_case, _event, _message = case_table.c, case_event_table.c, case_message_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMention:
    """`record` names the text that it stands in: a message, or a row of a contract. `case` and
    `number` are of a message, and so is whether the customer wrote it, and could read it."""

    record: str
    account: str
    at: datetime
    said: str
    words: str
    contract: str | None = None
    case: str | None = None
    number: int | None = None
    is_customers: bool = False
    is_public: bool = False
    dismissed: DismissedMention | None = None


def promise_mentions(
    reads: Reads, during: Stretch, *, accounts: Collection[str] | None = None
) -> tuple[PromiseMention, ...]:
    """Those of a stretch of time that nobody has looked at, and those that somebody has; the newest
    first, at most MENTIONS_LIMIT. What was said while a target on other terms held is left out."""
    contracts, dismissed = reads.contracts.all(), reads.mentions.dismissed()
    found = [
        *_messages(reads, during, contracts, dismissed),
        *_notes(during, contracts, dismissed),
    ]
    seen = [each for each in found if accounts is None or each.account in accounts]
    return tuple(sorted(seen, key=lambda each: each.at, reverse=True)[:MENTIONS_LIMIT])


def _messages(
    reads: Reads,
    during: Stretch,
    contracts: Mapping[str, Sequence[Contract]],
    dismissed: Mapping[str, DismissedMention],
) -> Iterator[PromiseMention]:
    lowered = sa.func.lower(_message.text)
    chosen = (
        sa.select(
            _message.id,
            _message.text,
            _message.contact_id,
            _message.is_public,
            _message.case_id,
            _case.number,
            _case.account_id,
            _event.at,
        )
        .join(case_table, _case.id == _message.case_id)
        .join(
            case_event_table,
            sa.and_(_event.case_id == _message.case_id, _event.place == _message.place),
        )
        .where(
            _case.account_id.is_not(None),
            _message.author != MACHINE,
            _event.at >= during.since,
            _event.at < during.until,
            _event.at <= during.as_of,
            sa.or_(*(lowered.contains(hint, autoescape=True) for hint in HINTS)),
        )
    )
    for row in reads.snapshot.execute(chosen):
        mention = mention_in(row.text)
        if mention is None or is_written_down(contracts.get(row.account_id, ()), to_micros(row.at)):
            continue
        yield PromiseMention(
            record=row.id,
            account=row.account_id,
            at=row.at,
            said=mention.said,
            words=mention.words,
            case=row.case_id,
            number=row.number,
            is_customers=row.contact_id is not None,
            is_public=bool(row.is_public),
            dismissed=_looked_at(dismissed, row.id, row.text),
        )


def _notes(
    during: Stretch,
    contracts: Mapping[str, Sequence[Contract]],
    dismissed: Mapping[str, DismissedMention],
) -> Iterator[PromiseMention]:
    for account, held in contracts.items():
        for contract in held:
            for note in notes_of(contract):
                mention, at = mention_in(note.text), from_micros(note.at)
                is_then = during.since <= at < during.until and at <= during.as_of
                if mention is None or not is_then:
                    continue
                if not is_written_down(held, note.at):
                    yield PromiseMention(
                        record=note.record,
                        account=account,
                        at=at,
                        said=mention.said,
                        words=mention.words,
                        contract=contract.id,
                        dismissed=_looked_at(dismissed, note.record, note.text),
                    )


def _looked_at(
    dismissed: Mapping[str, DismissedMention], record: str, text: str
) -> DismissedMention | None:
    found = dismissed.get(record)
    return found if found is not None and found.digest == digest_of_text(text) else None
