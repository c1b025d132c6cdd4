"""Promises kept: what of a plan fell due for an account, from the facts of its cases, its care, the
ways by which it came, its named people, and its health reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from tierline.actions.health_reports import LATEST
from tierline.calendars.local_time import zone_named
from tierline.care.item import CareState, items_of
from tierline.care.schedule import promised_between, report_periods
from tierline.cases.channel import Channel
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words import milestone_name
from tierline.kernel.instants import from_micros, to_micros
from tierline.languages.language import message
from tierline.milestones.table import Verdict
from tierline.queries.promised_ways import channel_deeds, expertise_deeds
from tierline.scorecards.groups import Dimension
from tierline.scorecards.over_delivery import FAST_PERCENT
from tierline.scorecards.promises_kept import (
    Area,
    Came,
    Deed,
    Deeds,
    PromiseKept,
    columns_of,
    kept_by_promise,
    score_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from tierline.accounts.contract import Contract
    from tierline.scorecards.desk import DeskAdherence
    from tierline.scorecards.promises_kept import Score
    from tierline.store.records import Reads

_REPORT, _ENGINEER = message("Health report"), message("A named engineer had the case")
_WAYS = {
    Channel.portal: message("Portal"),
    Channel.email: message("E-mail"),
    Channel.phone: message("Phone"),
    Channel.chat: message("Chat"),
    Channel.shared_channel: message("Shared channel"),
}
_CAME_OF_MILESTONE = {
    Verdict.met: Came.kept,
    Verdict.missed: Came.missed,
    Verdict.running: Came.open,
    Verdict.paused: Came.open,
}
_CAME_OF_CARE = {
    CareState.due: Came.open,
    CareState.done: Came.kept,
    CareState.late: Came.missed,
    CareState.missed: Came.missed,
}


@dataclass(frozen=True, slots=True)
class Window:
    """Of cases those that were raised in [since, until); of what has a date what ran out after
    `since` and up to `until`, so that what ends with a period is the period's."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisesKept:
    """What came of each promise. `deeds` are the things behind every figure that is not of
    milestones; those stand in the desk's own table."""

    rows: tuple[PromiseKept, ...]
    deeds: tuple[Deed, ...]


def promises_kept(
    reads: Reads, desk: DeskAdherence, windows: Mapping[str, Window], now: datetime
) -> PromisesKept:
    """What came of the promises to these accounts, each in its own window. `desk` has at least the
    cases that were raised in them."""
    contracts = _contracts(reads, windows)
    is_counted = _cases_counted(desk, windows)
    deeds = (
        *channel_deeds(desk.cases, is_counted, contracts),
        *expertise_deeds(reads.snapshot, desk.cases, is_counted, contracts),
        *_care(reads, contracts, windows, now),
        *_reports(reads, contracts, windows, now),
    )
    milestones = _milestones(desk, is_counted)
    return PromisesKept(rows=kept_by_promise([milestones, *columns_of(deeds)]), deeds=deeds)


class ScoreFields(TypedDict):
    """A score as plain values."""

    due: int
    kept: int
    missed: int
    over: int
    open: int
    share: float | None


class PromiseFields(ScoreFields):
    """What came of a promise as plain values."""

    tier: str
    area: str
    promise_id: str | None
    what: str


def kept_document(kept: PromisesKept, cases: Sequence[str]) -> dict[str, Any]:
    """All of it as JSON values; `cases` are ids by place."""
    return {
        "kept": score_fields(score_of(kept.rows)),
        "promises": [promise_fields(row) for row in kept.rows],
        "others": [_deed_fields(deed, cases) for deed in kept.deeds],
    }


def score_fields(score: Score) -> ScoreFields:
    """A score as plain values."""
    return {
        "due": score.due,
        "kept": score.kept,
        "missed": score.missed,
        "over": score.over,
        "open": score.open,
        "share": score.share,
    }


def promise_fields(row: PromiseKept) -> PromiseFields:
    """What came of a promise as plain values; without an id it was given beside the plan."""
    return {
        "tier": row.tier,
        "area": row.area.value,
        "promise_id": row.promise or None,
        "what": row.what,
        **score_fields(row.score),
    }


def _deed_fields(deed: Deed, cases: Sequence[str]) -> dict[str, Any]:
    return {
        "tier": deed.tier,
        "area": deed.area.value,
        "promise_id": deed.promise or None,
        "what": deed.what,
        "on": deed.on or None,
        "case": None if deed.case is None else cases[deed.case],
        "came": deed.came.name,
    }


def promise_name(row: PromiseKept) -> tuple[str, str]:
    """The severity, where it is of one, and the name of a promise: a word of ours, or what the
    catalog calls it."""
    if row.area is Area.speed:
        severity, _, kind = row.what.rpartition(".")
        return severity, milestone_name(MilestoneKind(kind))
    if row.area is Area.channel:
        return "", _WAYS[Channel(row.what)]
    if row.area is Area.expertise:
        return "", _ENGINEER
    return "", row.what


def _contracts(reads: Reads, windows: Mapping[str, Window]) -> dict[str, Contract]:
    """Of one account its own; of the whole desk all, which names nobody."""
    held = reads.contracts.all() if len(windows) > 1 else reads.contracts.of_accounts([*windows])
    return {each.id: each for account in windows for each in held.get(account, ())}


def _cases_counted(desk: DeskAdherence, windows: Mapping[str, Window]) -> NDArray[np.bool_]:
    """By case: whether it was raised in the window of its account."""
    names = desk.cases.account.names
    edges = [windows.get(name) for name in names]
    since = np.array([0 if each is None else to_micros(each.since) for each in edges] + [0])
    until = np.array([0 if each is None else to_micros(each.until) for each in edges] + [0])
    code, opened = desk.cases.account.codes, desk.cases.opened
    counted: NDArray[np.bool_] = (opened >= since[code]) & (opened < until[code])
    return counted


def _milestones(desk: DeskAdherence, is_counted: NDArray[np.bool_]) -> Deeds:
    judged = desk.adherence.judged
    table, outcomes = judged.table, judged.outcomes
    rows = np.flatnonzero(is_counted[table.case])
    came = np.array([_CAME_OF_MILESTONE[verdict] for verdict in Verdict])[table.verdict[rows]]
    is_fast = table.used[rows] * 100 <= table.allowance[rows] * FAST_PERCENT
    came[(came == Came.kept) & is_fast] = Came.beyond
    kinds = outcomes.kind.names
    what = outcomes.severity.codes[rows] * len(kinds) + outcomes.kind.codes[rows]

    def of(dimension: Dimension) -> Dimension:
        return Dimension(dimension.codes[rows], dimension.names)

    return Deeds(
        area=Area.speed,
        account=of(desk.adherence.dimensions["account"]),
        tier=of(desk.adherence.dimensions["tier"]),
        promise=of(judged.promises),
        what=Dimension(
            what, tuple(f"{severity}.{kind}" for severity in outcomes.severity.names
                        for kind in kinds),
        ),
        came=came.astype(np.int64),
    )  # fmt: skip


def _care(
    reads: Reads, contracts: Mapping[str, Contract], windows: Mapping[str, Window], now: datetime
) -> Iterator[Deed]:
    promised = [
        item
        for contract in contracts.values()
        for item in promised_between(contract, *_edges(windows[contract.account]))
    ]
    ids = sorted({each.key.contract for each in promised})
    told = reads.care
    events = told.all_events(now) if len(windows) > 1 else told.events_of(ids, now)
    for item in items_of(promised, events, now):
        if item.state is CareState.excused:
            continue
        yield _deliverable(
            contracts[item.promised.key.contract],
            item.promised.promise_id,
            item.promised.what,
            _CAME_OF_CARE[item.state],
            until=item.promised.until,
        )


def _reports(
    reads: Reads, contracts: Mapping[str, Contract], windows: Mapping[str, Window], now: datetime
) -> Iterator[Deed]:
    """One that was drawn up is kept; one that is drawn up no more is missed; one that was asked for
    beside the plan is over."""
    if not windows:
        return
    since = min(to_micros(each.since) for each in windows.values())
    made = reads.health_reports.ends_of(None if len(windows) > 1 else contracts, since)
    made_of: dict[str, set[tuple[int, int]]] = {}
    for id_, begun, ended in made:
        made_of.setdefault(id_, set()).add((begun, ended))
    for contract in contracts.values():
        start, end = _edges(windows[contract.account])
        beside = {each for each in made_of.get(contract.id, ()) if start <= each[1] < end}
        for period in report_periods(contract, start, end):
            key = period.start, period.end
            is_over = from_micros(period.end) + LATEST <= now
            came = Came.kept if key in beside else Came.missed if is_over else Came.open
            beside.discard(key)
            yield _deliverable(contract, period.promise_id, _REPORT, came, until=period.end)
        for _, until in sorted(beside):
            yield _deliverable(contract, "", _REPORT, Came.beside, until=until)


def _deliverable(contract: Contract, promise: str, what: str, came: Came, *, until: int) -> Deed:
    last = from_micros(until - 1).astimezone(zone_named(contract.time_zone))
    return Deed(
        account=contract.account,
        tier=contract.plan_at(until - 1).tier,
        area=Area.deliverable,
        promise=promise,
        what=what,
        came=came,
        on=last.date().isoformat(),
    )


def _edges(window: Window) -> tuple[int, int]:
    return to_micros(window.since) + 1, to_micros(window.until) + 1
