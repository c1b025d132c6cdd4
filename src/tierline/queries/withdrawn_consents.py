"""Accounts that took back a consent: since when, and what was held back because of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.accounts.consent import ConsentEvent, Ground, Purpose, may_use
from tierline.accounts.prompts import Prompt
from tierline.kernel.instants import from_micros
from tierline.queries.contract_exceptions import contracts_in_force
from tierline.store.journal import fact_table

if TYPE_CHECKING:
    from tierline.store.records import Reads
    from tierline.store.unit_of_work import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnConsent:
    """`allowed` are the prompts that may go all the same; `suppressed` counts those that were held
    back because of this statement, by kind."""

    account: str
    statement: ConsentEvent
    allowed: frozenset[Prompt]
    suppressed: dict[str, int]


def withdrawn_consents(reads: Reads, at: int) -> tuple[WithdrawnConsent, ...]:
    """Of accounts under contract, every purpose that the account itself has withdrawn and not given
    again by an instant."""
    accounts = sorted({contract.account for contract in contracts_in_force(reads, at)})
    statements = {
        statement.id: (statement, events)
        for account, events in sorted(reads.consents.of_accounts(accounts).items())
        for purpose in Purpose
        if (statement := _withdrawal(events, purpose, account, at)) is not None
    }
    subjects = sorted({statement.account for statement, _ in statements.values()})
    suppressed = _suppressed(reads.snapshot, subjects, at)
    return tuple(
        WithdrawnConsent(
            account=statement.account,
            statement=statement,
            allowed=_allowed(events, statement.account, at),
            suppressed={
                prompt: count
                for (about, prompt), count in sorted(suppressed.items())
                if about == statement.id
            },
        )
        for statement, events in statements.values()
    )


def _withdrawal(
    events: Sequence[ConsentEvent], purpose: Purpose, account: str, at: int
) -> ConsentEvent | None:
    verdict = may_use(events, purpose, at, account=account)
    return verdict.event if verdict.ground is Ground.withdrawn else None


def _allowed(events: Sequence[ConsentEvent], account: str, at: int) -> frozenset[Prompt]:
    return frozenset(
        prompt
        for prompt in Prompt
        if may_use(events, prompt.purpose, at, account=account).is_allowed
    )


def _suppressed(
    snapshot: Snapshot, accounts: Sequence[str], at: int
) -> Counter[tuple[str | None, str]]:
    """How many prompts of a kind each statement held back."""
    column = fact_table.c
    chosen = sa.select(column.body).where(
        column.subject.in_(accounts),
        column.kind == "PromptSuppressed",
        column.at <= from_micros(at),
    )
    bodies = (json.loads(body) for body in snapshot.execute(chosen).scalars())
    return Counter((body["statement"], body["prompt"]) for body in bodies)
