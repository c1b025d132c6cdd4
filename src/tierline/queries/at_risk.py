"""Cases in which something is due, those first that are likeliest to be late."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict, Unpack

from tierline.kernel.errors import Invalid
from tierline.kernel.instants import format_instant, parse_instant
from tierline.milestones.fold import milestones_of
from tierline.milestones.table import NEVER, Verdict
from tierline.queries.cases import list_cases
from tierline.queries.pages import PAGE_LIMIT_ROWS, PAGE_ROWS, Page, cursor_of, key_of
from tierline.scorecards.breach_signs import Sign, place_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import sqlalchemy as sa

    from tierline.cases.case import Case
    from tierline.cases.standing import CaseState
    from tierline.milestones.fold import Milestone
    from tierline.queries.cases import CaseRow
    from tierline.scorecards.breach_risk import BreachRisk, Likelihood
    from tierline.store.cases import CaseReads
    from tierline.store.records import Reads

WINDOW_CASES = PAGE_LIMIT_ROWS
"""So many cases, in the order in which something is due, are put in order by what is at risk."""
_THOUSAND = 1_000
_KEPT = timedelta(days=1)
"""A cursor that is older goes on as of so long ago."""
_MISSED, _KNOWN, _UNKNOWN = 0, 1, 2
_Place = tuple[int, int, str, str]


class Asked(TypedDict):
    """Which cases, as `list_cases` is asked for them."""

    accounts: Collection[str] | None
    state: CaseState | None
    states: Collection[CaseState]
    narrowed: sa.ColumnElement[bool] | None


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Some cases, and by case how likely its next miss is, where history says so."""

    page: Page[CaseRow]
    likelihoods: Mapping[str, Likelihood] = field(default_factory=dict)


def listed_cases(
    reads: Reads,
    risk: BreachRisk | None,
    now: datetime,
    *,
    after: str | None,
    limit: int = PAGE_ROWS,
    **asked: Unpack[Asked],
) -> AtRisk:
    """What is due first stands first. With what history says of breaches those stand first in which
    something is missed already, then by how likely the next miss is, then by what is due: as of the
    instant of the first page, which the cursor holds."""
    if risk is None:
        return AtRisk(list_cases(reads.snapshot, **asked, after=after, limit=limit))
    as_of, window, passed = (now, "", None) if after is None else _read(after, now)
    whole = list_cases(reads.snapshot, **asked, after=window or None, limit=WINDOW_CASES)
    found = likelihoods_of(reads.cases, risk, _not_missed(whole.items, as_of), as_of)
    placed = sorted((_place(row, found.get(row.id), as_of), row) for row in whole.items)
    left = [each for each in placed if passed is None or each[0] > passed]
    shown = left[:limit]
    rows = tuple(row for _, row in shown)
    if len(left) > limit:
        following: str | None = _cursor(as_of, window, shown[-1][0])
    else:
        following = None if whole.next is None else _cursor(as_of, whole.next, None)
    return AtRisk(Page(rows, following), {row.id: found[row.id] for row in rows if row.id in found})


def likelihoods_of(
    reads: CaseReads, risk: BreachRisk, cases: Sequence[str], now: datetime
) -> dict[str, Likelihood]:
    """By case the open milestone that is likeliest to be missed."""
    if not risk.pools or not cases:
        return {}
    found = {}
    for case in reads.of_ids(cases).values():
        likeliest = _likeliest(reads, risk, case, now)
        if likeliest is not None:
            found[case.id] = likeliest
    return found


def _likeliest(reads: CaseReads, risk: BreachRisk, case: Case, now: datetime) -> Likelihood | None:
    if not case.terms:
        return None
    milestones = milestones_of(case.history, reads.terms(case.terms), now)
    zone = case.history.customer_time_zone
    likely = [
        risk.likelihood(
            each.kind.value, each.severity, each.tier,
            used=each.used / each.allowance, sign=_sign(each, milestones, zone),
        )
        for each in milestones
        if each.stopped == NEVER and each.allowance > 0
    ]  # fmt: skip
    return max((each for each in likely if each), key=lambda each: each.share, default=None)


def _sign(open_: Milestone, milestones: Sequence[Milestone], zone: str) -> Sign:
    """What was known of a milestone from its start on."""
    missed = [
        each for each in milestones if each.verdict is Verdict.missed and each.due <= open_.started
    ]
    last = (open_.kind, open_.cycle - 1)
    return Sign(
        place=place_of(open_.tier, zone, open_.due),
        before=len(missed),
        is_again=any((each.kind, each.cycle) == last for each in missed),
    )


def _not_missed(rows: Sequence[CaseRow], now: datetime) -> list[str]:
    return [row.id for row in rows if row.next_due_at is not None and row.next_due_at >= now]


def _place(row: CaseRow, likely: Likelihood | None, now: datetime) -> _Place:
    """Where a case stands; no two stand in one place."""
    due = "" if row.next_due_at is None else format_instant(row.next_due_at)
    if row.next_due_at is not None and row.next_due_at < now:
        return _MISSED, 0, due, row.id
    if likely is None:
        return _UNKNOWN, 0, due, row.id
    return _KNOWN, -round(likely.share * _THOUSAND), due, row.id


def _cursor(as_of: datetime, window: str, passed: _Place | None) -> str:
    place = ("", "", "", "") if passed is None else tuple(map(str, passed))
    return cursor_of((format_instant(as_of), window, *place))


def _read(cursor: str, now: datetime) -> tuple[datetime, str, _Place | None]:
    """Raises Invalid for a cursor that we never made."""
    as_of, window, rank, share, due, case = key_of(cursor, 6)
    try:
        place = (int(rank), int(share), due, case) if rank else None
    except ValueError:
        raise Invalid("This is not a cursor of this list.", code="bad_cursor") from None
    return min(now, max(parse_instant(as_of), now - _KEPT)), window, place
