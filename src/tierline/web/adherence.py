"""Adherence of the desk: what was met and missed, when, and the milestones behind each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.accounts.target_changes import TargetChange, target_changes
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import to_micros
from tierline.queries.adherence import desk_adherence, milestone_page, place_of, stretch
from tierline.scorecards.account_attainment import milestone_fields
from tierline.scorecards.adherence import BY, OPEN, OUTSIDE, refuse_unknown
from tierline.scorecards.desk import DeskAdherence, MilestoneRow, Stretch, milestone_rows
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.scorecards.outcomes import Outcome
from tierline.web import replay_words as words
from tierline.web.forms import csv_file
from tierline.web.replay_pictures import hours_of_the_week, month_label, months_of_tiers
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import stated_query, stated_stretch, table_name
from tierline.web.target_marks import changes_in_words, marks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.commitments import CommitmentMonth

PATH = "/adherence"
SHOWN_COMMITMENTS = 200
_DEFAULT_BY = "tier,milestone"
_VIEWS = (
    (_DEFAULT_BY, "Tier and kind"),
    ("tier,severity,milestone", "Promise"),
    ("tier", "Tier"),
    ("severity", "Severity"),
    ("milestone", "Kind"),
    ("channel", "Channel"),
    ("month", "Month"),
    ("segment", "Segment"),
    ("account", "Account"),
)
_PARTS = {
    "missed": (Outcome.missed,),
    "open": OPEN,
    "met": (Outcome.met,),
    "outside": OUTSIDE,
    "all": tuple(Outcome),
}
_HEAD = (
    "case", "number", "account", "channel", "opened_at", "milestone", "cycle", "tier", "severity",
    "outcome", "reason", "started_at", "due_at", "stopped_at", "breached_at", "used_seconds",
    "allowed_seconds",
)  # fmt: skip


@shown_to(Permission.manage_desk)
def adherence_page(visit: Visit) -> Response:
    """`?by=` says by what; `?since=`, `?until=` and `?at=` which cases, and as of when."""
    by = _by(visit)
    during, desk = _read(visit)
    found = desk.adherence
    commitments = desk.commitments[:SHOWN_COMMITMENTS]
    accounts = {each.account for each in commitments}
    if "account" in by:
        accounts |= set(found.dimensions["account"].names)
    names = dict(found.names) | _names(visit, accounts)
    months = months_of_tiers(found.by(("tier", "month")), found.names)
    changes = _changes(visit, during)
    return visit.page(
        "pages/adherence.html",
        cases=found.cases,
        overall=found.overall,
        during=during,
        stated=stated_stretch(visit),
        query=stated_query(visit),
        by=by,
        view=",".join(by),
        views=_VIEWS,
        rows=[_row(each, by, names) for each in _in_order(found.by(by), by)],
        months=months,
        marks=marks_of(changes, months, found.names),
        changes=changes_in_words(changes, found.names),
        week=hours_of_the_week(found.week(), found.overall),
        reasons=found.reasons(),
        commitments=[_commitment(each, desk, names) for each in commitments],
        more=len(desk.commitments) - len(commitments),
        weak_below=WEAK_BELOW,
        words=words,
    )


def _in_order(rows: Sequence[Attainment], by: tuple[str, ...]) -> Sequence[Attainment]:
    """Accounts from the least of what was met on; months, tiers and kinds as they stand."""
    if by != ("account",):
        return rows
    return sorted(rows, key=lambda each: (each.share is None, each.share, -each.decided))


@shown_to(Permission.manage_desk)
def milestones_page(visit: Visit) -> Response:
    """The milestones behind a figure, or the cases and kinds that have none."""
    after = visit.asked("after", 2_000) or None
    during, desk = _read(visit, after)
    among, part = _among(visit), _part(visit)
    rows = desk.adherence.where(among, _PARTS[part]).tolist()
    page = milestone_page(desk, rows, after)
    accounts = {each.account for each in page.items if each.account}
    names = dict(desk.adherence.names) | _names(visit, accounts | set(among.values()))
    return visit.page(
        "pages/adherence_milestones.html",
        during=during,
        part=part,
        group=[names.get(value, words.kind_words(value)) for value in among.values()],
        total=len(rows),
        cases=len({int(desk.adherence.judged.outcomes.case[row]) for row in rows}),
        rows=page.items,
        names=names,
        next=page.next,
        is_first=after is None,
        query=stated_query(visit, **among, part=part),
        words=words,
    )


@shown_to(Permission.manage_desk)
def milestones_file(visit: Visit) -> Response:
    """The same to download, all of them."""
    during, desk = _read(visit)
    rows = desk.adherence.where(_among(visit), _PARTS[_part(visit)])
    return csv_file(table_name("adherence", during), _HEAD, map(_line, milestone_rows(desk, rows)))


def _read(visit: Visit, after: str | None = None) -> tuple[Stretch, DeskAdherence]:
    as_of = visit.instant("at") if after is None else place_of(after)[0]
    during = stretch(visit.now, visit.instant("since"), visit.instant("until"), as_of)
    accounts = visit.caller.visible_accounts
    return during, visit.application.read(
        lambda reads: desk_adherence(reads.snapshot, during, accounts=accounts)
    )


def _changes(visit: Visit, during: Stretch) -> tuple[TargetChange, ...]:
    since, until = to_micros(during.since), to_micros(during.until)
    accounts = visit.caller.visible_accounts
    held = visit.application.read(
        lambda reads: (
            reads.contracts.all()
            if accounts is None
            else reads.contracts.of_accounts(sorted(accounts))
        )
    )
    signed = (contract for some in held.values() for contract in some)
    return target_changes(signed, since=since, until=until)


def _names(visit: Visit, accounts: set[str]) -> dict[str, str]:
    """Names of accounts by id."""
    known = visit.application.read(lambda reads: reads.accounts.of_ids(sorted(accounts)))
    return {id_: account.name for id_, account in known.items()}


def _by(visit: Visit) -> tuple[str, ...]:
    by = tuple((visit.asked("by", 100) or _DEFAULT_BY).split(","))
    refuse_unknown(by)
    return by


def _part(visit: Visit) -> str:
    part = visit.asked("part", 20) or "all"
    if part not in _PARTS:
        raise Invalid(f"'{part}' is none of: {', '.join(_PARTS)}.", code="unknown_part")
    return part


def _among(visit: Visit) -> dict[str, str]:
    return {name: value for name in BY if (value := visit.asked(name))}


def _row(row: Attainment, by: tuple[str, ...], names: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "names": [names.get(each) or words.kind_words(each) for each in row.group],
        "query": urlencode(dict(zip(by, row.group, strict=True))),
        "open": sum(row.counts[each] for each in OPEN),
        "outside": sum(row.counts[each] for each in OUTSIDE),
        "is_weak": 0 < row.decided < WEAK_BELOW,
    }


def _commitment(row: CommitmentMonth, desk: DeskAdherence, names: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "account": names.get(row.account, row.account),
        "tier": names.get(row.tier, row.tier),
        "month": month_label(row.month, with_year=True),
        "is_weak": 0 < row.decided < WEAK_BELOW,
        "cases": [(desk.cases.ids[each], desk.cases.numbers[each]) for each in row.missing],
    }


def _line(row: MilestoneRow) -> tuple[object, ...]:
    among_us = {"account": row.account, "channel": row.channel, "reason": row.reason}
    found = milestone_fields(row) | among_us
    return tuple(found[name] for name in _HEAD)


ROUTES = [
    Route(PATH, adherence_page, methods=["GET"]),
    Route(f"{PATH}/milestones", milestones_page, methods=["GET"]),
    Route(f"{PATH}/milestones.csv", milestones_file, methods=["GET"]),
]
