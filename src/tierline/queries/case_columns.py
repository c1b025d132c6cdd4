"""Kept cases as columns: a year of facts read once, for reports that judge all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import sqlalchemy as sa

from tierline.cases.event import EventKind
from tierline.cases.history import CUSTOMER_TIME_ZONE
from tierline.cases.log import CaseLog, Labels
from tierline.kernel.instants import to_micros
from tierline.scorecards.desk import KeptCases
from tierline.store.accounts import account_table
from tierline.store.cases import case_event_table, case_table, case_terms_table, terms_read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from typing import Any

    from numpy.typing import NDArray

    from tierline.milestones.terms import Terms
    from tierline.scorecards.desk import Stretch
    from tierline.store.unit_of_work import Snapshot

_case, _event = case_table.c, case_event_table.c
_UNTIMED = (EventKind.private_note.name, EventKind.automatic_reply.name)
"""Facts that no clock reads."""
_KIND_CODES = {kind.name: int(kind) for kind in EventKind}


def kept_cases(
    snapshot: Snapshot, during: Stretch, *, accounts: Collection[str] | None = None
) -> KeptCases:
    """The cases of a stretch of time, with all that was known of them at its `as_of`.
    What a case is held to is what it is held to by now. Three queries, however many cases."""
    as_of = during.as_of
    chosen = _which(during, accounts)
    found = _events(snapshot, chosen, as_of)
    held = _cases(snapshot, chosen, set(found[0]))
    place_of = {case: place for place, case in enumerate(held.ids)}
    facts = _facts(found, place_of, to_micros(as_of))
    return KeptCases(
        ids=held.ids,
        numbers=held.numbers,
        opened=np.array(held.opened, dtype=np.int64),
        account=Labels.of([each or "" for each in held.account]),
        segment=Labels.of([each or "" for each in held.segment]),
        channel=Labels.of(held.channel),
        access=Labels.of(held.access),
        contract=Labels.of(held.contract),
        coverage=Labels.of(held.coverage),
        tier=Labels.of(held.tier),
        severity=Labels.of(held.severity),
        zone=Labels.of(held.zone),
        parts=tuple(_parts(snapshot, held, facts)),
        as_of=facts.as_of,
    )


def _which(during: Stretch, accounts: Collection[str] | None) -> sa.ColumnElement[bool]:
    known = (_case.opened_at >= during.since) & (_case.opened_at < during.until)
    known &= _case.opened_at <= during.as_of
    return known if accounts is None else known & _case.account_id.in_(sorted(accounts))


class _Cases(NamedTuple):
    """What is kept of the cases, column by column."""

    digest: tuple[str, ...]
    ids: tuple[str, ...]
    numbers: tuple[int, ...]
    account: tuple[str | None, ...]
    segment: tuple[str | None, ...]
    channel: tuple[str, ...]
    access: tuple[str, ...]
    contract: tuple[str, ...]
    coverage: tuple[str, ...]
    tier: tuple[str, ...]
    severity: tuple[str, ...]
    zone: tuple[str, ...]
    opened: tuple[int, ...]


_DIGEST, _ID = 0, 1


def _cases(snapshot: Snapshot, chosen: sa.ColumnElement[bool], known: set[str]) -> _Cases:
    """Those that are known, in the order of their promises; of one promise, of their ids."""
    account = account_table.c
    asked = (
        sa.select(
            sa.func.coalesce(_case.terms_digest, ""),
            _case.id,
            _case.number,
            _case.account_id,
            account.segment,
            _case.channel,
            _case.access,
            _case.contract_id,
            _case.coverage,
            _case.tier,
            _case.severity,
            _case.time_zone,
            sa.type_coerce(_case.opened_at, sa.BigInteger),
        )
        .join_from(case_table, account_table, account.id == _case.account_id, isouter=True)
        .where(chosen)
    )
    rows = [row for row in snapshot.execute(asked).all() if row[_ID] in known]
    rows.sort(key=itemgetter(_DIGEST, _ID))
    return _Cases(*zip(*rows, strict=True)) if rows else _Cases(*((),) * len(_Cases._fields))


@dataclass(frozen=True)
class _Facts:
    """By row, in the order of cases and of time."""

    case: NDArray[np.int64]
    at: NDArray[np.int64]
    kind: NDArray[np.int8]
    value: Labels
    as_of: int


def _events(
    snapshot: Snapshot, chosen: sa.ColumnElement[bool], as_of: datetime
) -> tuple[tuple[Any, ...], ...]:
    """Cases, kinds, values and instants, as columns: of each case as its facts became known."""
    asked = (
        sa.select(
            _event.case_id, _event.kind, _event.value, sa.type_coerce(_event.at, sa.BigInteger)
        )
        .join_from(case_event_table, case_table, _case.id == _event.case_id)
        .where(chosen, _event.recorded_at <= as_of, _event.at <= as_of)
        .where(_event.kind.not_in(_UNTIMED))
        .order_by(_event.case_id, _event.place)
    )
    rows = snapshot.execute(asked).all()
    return tuple(zip(*rows, strict=True)) if rows else ((),) * 4


def _facts(columns: tuple[tuple[Any, ...], ...], place_of: dict[str, int], as_of: int) -> _Facts:
    cases, kinds, values, at = columns
    case = np.fromiter(map(place_of.__getitem__, cases), np.int64, len(cases))
    instants = np.array(at, dtype=np.int64)
    order = np.lexsort((instants, case))  # keeps what is of one instant as it became known
    value = Labels.of(values)
    return _Facts(
        case=case[order],
        at=instants[order],
        kind=np.fromiter(map(_KIND_CODES.__getitem__, kinds), np.int8, len(kinds))[order],
        value=Labels(value.codes[order], value.names),
        as_of=as_of,
    )


def _parts(snapshot: Snapshot, held: _Cases, facts: _Facts) -> Iterator[tuple[int, CaseLog, Terms]]:
    first_row = np.searchsorted(facts.case, np.arange(len(held.ids) + 1))
    statements = _statements(snapshot, set(held.digest) - {""})
    start = 0
    for digest, of_one in groupby(held.digest):
        end = start + sum(1 for _ in of_one)
        if digest:
            log = _log(held, slice(start, end), first_row[start : end + 1], facts)
            yield start, log, statements[digest]
        start = end


def _log(held: _Cases, cases: slice, first_row: NDArray[np.int64], facts: _Facts) -> CaseLog:
    rows = slice(int(first_row[0]), int(first_row[-1]))
    return CaseLog(
        case_ids=held.ids[cases],
        first_row=first_row - first_row[0],
        at=facts.at[rows],
        kind=facts.kind[rows],
        value=Labels(facts.value.codes[rows], facts.value.names),
        tier=Labels.of(held.tier[cases]),
        as_of=facts.as_of,
        attributes={CUSTOMER_TIME_ZONE: Labels.of(held.zone[cases])},
    )


def _statements(snapshot: Snapshot, digests: set[str]) -> dict[str, Terms]:
    terms = case_terms_table.c
    asked = sa.select(terms.digest, terms.statement).where(terms.digest.in_(sorted(digests)))
    return {row.digest: terms_read(row.statement) for row in snapshot.execute(asked)}
