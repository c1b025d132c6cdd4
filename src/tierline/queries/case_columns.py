"""Kept cases as columns: a year of facts read once, for reports that judge all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from tierline.cases.event import EventKind
from tierline.cases.history import CUSTOMER_TIME_ZONE
from tierline.cases.log import CaseLog, Labels
from tierline.kernel.instants import to_micros
from tierline.store.accounts import account_table
from tierline.store.cases import case_event_table, case_table, case_terms_table, terms_read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime
    from typing import Any

    from numpy.typing import NDArray

    from tierline.milestones.terms import Terms
    from tierline.store.unit_of_work import Snapshot

_case, _event = case_table.c, case_event_table.c
_UNTIMED = (EventKind.private_note.name, EventKind.automatic_reply.name)
"""Facts that no clock reads."""
_KIND_CODES = {kind.name: int(kind) for kind in EventKind}


@dataclass(frozen=True)
class KeptCases:
    """Cases by place, those that are held to one promise beside each other; those that are held to
    none stand first. `parts` are the promises, each with its first case and the log of its cases.
    """

    ids: tuple[str, ...]
    numbers: tuple[int, ...]
    opened: NDArray[np.int64]
    """Microseconds since 1970."""
    account: Labels
    segment: Labels
    channel: Labels
    coverage: Labels
    tier: Labels
    severity: Labels
    """As it was raised, or as it stood at last."""
    zone: Labels
    """The account's own."""
    parts: tuple[tuple[int, CaseLog, Terms], ...]
    as_of: int

    def __len__(self) -> int:
        return len(self.ids)


def kept_cases(
    snapshot: Snapshot,
    *,
    since: datetime,
    until: datetime,
    as_of: datetime,
    accounts: Collection[str] | None = None,
) -> KeptCases:
    """The cases that were opened in [since, until), with all that was known of them at `as_of`.
    What a case is held to is what it is held to by now. Three queries, however many cases."""
    chosen = _which(since, until, as_of, accounts)
    found = _events(snapshot, chosen, as_of)
    known = {row.case_id for row in found}
    rows = [row for row in _cases(snapshot, chosen) if row.id in known]
    place_of = {row.id: place for place, row in enumerate(rows)}
    facts = _facts(found, place_of)
    return KeptCases(
        ids=tuple(place_of),
        numbers=tuple(row.number for row in rows),
        opened=np.array([row.opened for row in rows], dtype=np.int64),
        account=Labels.of([row.account_id or "" for row in rows]),
        segment=Labels.of([row.segment or "" for row in rows]),
        channel=Labels.of([row.channel for row in rows]),
        coverage=Labels.of([row.coverage for row in rows]),
        tier=Labels.of([row.tier for row in rows]),
        severity=Labels.of([row.severity for row in rows]),
        zone=Labels.of([row.time_zone for row in rows]),
        parts=tuple(_parts(snapshot, rows, facts, as_of)),
        as_of=to_micros(as_of),
    )


def _which(
    since: datetime, until: datetime, as_of: datetime, accounts: Collection[str] | None
) -> sa.ColumnElement[bool]:
    known = (_case.opened_at >= since) & (_case.opened_at < until) & (_case.opened_at <= as_of)
    return known if accounts is None else known & _case.account_id.in_(sorted(accounts))


def _cases(snapshot: Snapshot, chosen: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
    """In the order of their promises; of one promise, of their ids."""
    account = account_table.c
    asked = (
        sa.select(
            _case.id,
            _case.number,
            _case.account_id,
            _case.channel,
            _case.coverage,
            _case.tier,
            _case.severity,
            _case.terms_digest,
            _case.time_zone,
            sa.type_coerce(_case.opened_at, sa.BigInteger).label("opened"),
            account.segment,
        )
        .join_from(case_table, account_table, account.id == _case.account_id, isouter=True)
        .where(chosen)
    )
    return sorted(snapshot.execute(asked), key=lambda row: (row.terms_digest or "", row.id))


@dataclass(frozen=True)
class _Facts:
    """By row, in the order of cases and of time."""

    case: NDArray[np.int64]
    at: NDArray[np.int64]
    kind: NDArray[np.int8]
    value: Labels


def _events(
    snapshot: Snapshot, chosen: sa.ColumnElement[bool], as_of: datetime
) -> Sequence[sa.Row[Any]]:
    asked = (
        sa.select(
            _event.case_id,
            _event.kind,
            _event.value,
            sa.type_coerce(_event.at, sa.BigInteger).label("at"),
            _event.place,
        )
        .join_from(case_event_table, case_table, _case.id == _event.case_id)
        .where(chosen, _event.recorded_at <= as_of, _event.at <= as_of)
        .where(_event.kind.not_in(_UNTIMED))
    )
    return snapshot.execute(asked).all()


def _facts(rows: Sequence[sa.Row[Any]], place_of: dict[str, int]) -> _Facts:
    cases, kinds, values, at, places = zip(*rows, strict=True) if rows else ((),) * 5
    case = np.fromiter(map(place_of.__getitem__, cases), np.int64, len(rows))
    instants = np.array(at, dtype=np.int64)
    order = np.lexsort((np.array(places, dtype=np.int64), instants, case))
    value = Labels.of(values)
    return _Facts(
        case=case[order],
        at=instants[order],
        kind=np.fromiter(map(_KIND_CODES.__getitem__, kinds), np.int8, len(rows))[order],
        value=Labels(value.codes[order], value.names),
    )


def _parts(
    snapshot: Snapshot, rows: Sequence[sa.Row[Any]], facts: _Facts, as_of: datetime
) -> Iterator[tuple[int, CaseLog, Terms]]:
    digests = [row.terms_digest or "" for row in rows]
    first_row = np.searchsorted(facts.case, np.arange(len(rows) + 1))
    statements = _statements(snapshot, {digest for digest in digests if digest})
    for digest, held in groupby(range(len(rows)), key=digests.__getitem__):
        places = list(held)
        if digest:
            start, end = places[0], places[-1] + 1
            log = _log(rows[start:end], first_row[start : end + 1], facts, as_of)
            yield start, log, statements[digest]


def _log(
    rows: Sequence[sa.Row[Any]], first_row: NDArray[np.int64], facts: _Facts, as_of: datetime
) -> CaseLog:
    held = slice(int(first_row[0]), int(first_row[-1]))
    return CaseLog(
        case_ids=tuple(row.id for row in rows),
        first_row=first_row - first_row[0],
        at=facts.at[held],
        kind=facts.kind[held],
        value=Labels(facts.value.codes[held], facts.value.names),
        tier=Labels.of([row.tier for row in rows]),
        as_of=to_micros(as_of),
        attributes={CUSTOMER_TIME_ZONE: Labels.of([row.time_zone for row in rows])},
    )


def _statements(snapshot: Snapshot, digests: set[str]) -> dict[str, Terms]:
    terms = case_terms_table.c
    asked = sa.select(terms.digest, terms.statement).where(terms.digest.in_(sorted(digests)))
    return {row.digest: terms_read(row.statement) for row in snapshot.execute(asked)}
