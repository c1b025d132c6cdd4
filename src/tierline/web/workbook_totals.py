"""The first two sheets of a workbook: totals and attainment, as formulas with their values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from tierline.governance.comparison import Change
from tierline.kernel.instants import format_micros
from tierline.scorecards.intervals import Z_95
from tierline.scorecards.measures import measure
from tierline.scorecards.outcomes import Outcome
from tierline.web.replay_document import seconds
from tierline.web.replay_rows import MILESTONE_HEADS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from tierline.actions.intake import Intake
    from tierline.actions.replay import Replay
    from tierline.scorecards.attainment import Attainment

Cell = str | int | float | None
_VERDICTS = ("met", "missed", "running", "paused")
_TABLES = {
    "milestone": ("milestone",),
    "tier": ("tier",),
    "severity": ("severity",),
    "month": ("month",),
    "promise": ("tier", "severity", "milestone"),
}
_DIMENSIONS = ("tier", "severity", "milestone", "month")
_COUNTS = ("not_promised", "not_begun", "excluded")
_LENGTHS = ("used_p50", "used_p90", "elapsed_p50", "elapsed_p90")


@dataclass
class Page:
    """The book, its formats, and how far the milestones reach."""

    book: Workbook
    rows: int
    """Milestones listed."""
    is_live: bool
    """Whether all milestones are listed, so that formulas over them are right."""
    head: Format = field(init=False)
    title: Format = field(init=False)
    share: Format = field(init=False)
    count: Format = field(init=False)
    instant: Format = field(init=False)
    month: Format = field(init=False)
    wrapped: Format = field(init=False)

    def __post_init__(self) -> None:
        made = self.book.add_format
        self.head = made({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.title = made({"bold": True, "font_size": 14})
        self.share = made({"num_format": "0.0%"})
        self.count = made({"num_format": "#,##0"})
        self.instant = made({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.month = made({"num_format": "yyyy-mm"})
        self.wrapped = made({"text_wrap": True, "valign": "top"})

    def column(self, head: str) -> str:
        """The cells of one column of the sheet Milestones, as a formula names them."""
        letter = xl_col_to_name(MILESTONE_HEADS.index(head))
        return f"Milestones!${letter}$2:${letter}${max(self.rows, 1) + 1}"

    def write(
        self, sheet: Worksheet, place: tuple[int, int], formula: str, value: Cell, form: Format
    ) -> None:
        """The formula with its value; the value alone where not every milestone is listed."""
        shown = "" if value is None else value
        if self.is_live:
            sheet.write_formula(*place, formula, form, shown)
        else:
            sheet.write(*place, shown, form)


def write_summary(
    page: Page, replay: Replay, intake: Intake, *, cut: Sequence[str], most_rows: int
) -> None:
    """Totals with their definitions, and what each draft would have changed."""
    sheet = page.book.add_worksheet("Summary")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 12)
    sheet.set_column(3, 3, 90, page.wrapped)
    lines = _about(replay, intake, cut, most_rows)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, page.title if row == 0 else None)
    row = len(lines) + 1
    sheet.write_row(row, 0, ("Measure", "Value", "Unit", "Definition"), page.head)
    for key, formula, value in _totals(page, replay, intake, row + 1):
        row += 1
        _write_measure(page, sheet, row, key, formula, value)
    for draft in replay.drafts:
        row += 2
        sheet.write_string(row, 0, f"Under the draft {draft.draft.name}", page.head)
        overall = draft.comparison.overall()
        for change in Change:
            if change is not Change.unchanged:
                row += 1
                _write_measure(page, sheet, row, change.name, "", overall.counts[change])
        row += 1
        _write_measure(page, sheet, row, "flipped_cases", "", overall.cases)
        row += 1
        _write_measure(page, sheet, row, "attainment", "", draft.overall.share)


def write_attainment(page: Page, replay: Replay) -> None:
    """Every attainment table of the report, one below the other, in one list."""
    sheet = page.book.add_worksheet("Attainment")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 3, 16)
    sheet.set_column(4, 4, 12, page.month)
    sheet.set_column(5, 21, 12)
    keys = (
        *(*_VERDICTS, "decided", "attainment", "attainment_low", "attainment_high", "evidence"),
        *("stopped", *_LENGTHS, *_COUNTS),
    )
    names = [f"{measure(key).name}{_unit(key)}" for key in keys]
    sheet.write_row(0, 0, ("by", *_DIMENSIONS, *names), page.head)
    row = 0
    for by, dimensions in _TABLES.items():
        for each in replay.scorecard.by[by]:
            row += 1
            sheet.write_string(row, 0, by)
            for dimension, name in zip(dimensions, each.group, strict=True):
                _write_name(page, sheet, row, dimension, name)
            _write_row(page, sheet, row, dimensions, each)


def _unit(key: str) -> str:
    return f" ({measure(key).unit})" if measure(key).unit == "seconds" else ""


def _write_name(page: Page, sheet: Worksheet, row: int, dimension: str, name: str) -> None:
    column = 1 + _DIMENSIONS.index(dimension)
    if dimension == "month":
        sheet.write_datetime(row, column, date.fromisoformat(f"{name}-01"), page.month)
    else:
        sheet.write_string(row, column, name)


def _write_row(
    page: Page, sheet: Worksheet, row: int, dimensions: Sequence[str], each: Attainment
) -> None:
    same = "".join(
        f"{page.column(dimension)},{xl_rowcol_to_cell(row, 1 + _DIMENSIONS.index(dimension))},"
        for dimension in dimensions
    )
    for column, verdict in enumerate(_VERDICTS, start=5):
        formula = f'=COUNTIFS({same}{page.column("verdict")},"{verdict}")'
        page.write(sheet, (row, column), formula, each.counts[Outcome[verdict]], page.count)
    met, missed, decided = (xl_rowcol_to_cell(row, column) for column in (5, 6, 9))
    page.write(sheet, (row, 9), f"={met}+{missed}", each.decided, page.count)
    _write_share(page, sheet, (row, 10), (met, decided), each)
    sheet.write_string(row, 13, each.evidence.value)
    lengths = each.lengths
    if lengths:
        sheet.write_number(row, 14, lengths.count, page.count)
        for column, key in enumerate(_LENGTHS, start=15):
            sheet.write_number(row, column, seconds(getattr(lengths, key)), page.count)
    for column, key in enumerate(_COUNTS, start=19):
        sheet.write_number(row, column, each.counts[Outcome[key]], page.count)


def _write_share(
    page: Page, sheet: Worksheet, place: tuple[int, int], cells: tuple[str, str], each: Attainment
) -> None:
    """The share and both ends of its interval, side by side."""
    row, column = place
    interval = each.interval
    values = (
        each.share,
        interval.low if interval else None,
        interval.high if interval else None,
    )
    for offset, (formula, value) in enumerate(zip(_share_formulas(*cells), values, strict=True)):
        page.write(sheet, (row, column + offset), formula, value, page.share)


def _share_formulas(met: str, decided: str) -> tuple[str, str, str]:
    """Share and Wilson interval, empty where nothing is decided."""
    z = repr(Z_95)
    middle = f"{met}/{decided}+{z}^2/(2*{decided})"
    inner = f"{met}/{decided}*(1-{met}/{decided})/{decided}+{z}^2/(4*{decided}^2)"
    scale = f"(1+{z}^2/{decided})"
    low = f"MAX(0,({middle}-{z}*SQRT({inner}))/{scale})"
    high = f"MIN(1,({middle}+{z}*SQRT({inner}))/{scale})"
    shares = (f"{met}/{decided}", low, high)
    return tuple(f'=IF({decided}=0,"",{share})' for share in shares)  # type: ignore[return-value]  # three in, three out


def _about(replay: Replay, intake: Intake, cut: Sequence[str], most_rows: int) -> list[str]:
    terms = replay.terms
    until, zone = format_micros(replay.log.as_of), replay.scorecard.zone
    lines = [
        f"{intake.source} under {terms.catalog} {terms.version}",
        f"Complete up to {until}. Instants are UTC, months those of {zone}, lengths seconds.",
    ]
    if cut:
        lines.append(
            f"Cut at {most_rows:,} rows, which is all that a sheet holds: {', '.join(cut)}. The "
            "CSV has every row."
        )
    if len(replay.table) > most_rows:
        lines.append("Totals are numbers and not formulas, because not every milestone is listed.")
    return lines


def _totals(
    page: Page, replay: Replay, intake: Intake, first: int
) -> Iterator[tuple[str, str, Cell]]:
    """Measure, formula (or an empty text) and value; `first` is the row of the first of them."""
    card, overall = replay.scorecard, replay.scorecard.overall
    yield "rows_read", "", intake.rows.read
    yield "rows_rejected", "", intake.rows.rejected
    yield "cases_read", f"=B{first + 4}+B{first + 5}", card.coverage.read
    yield "cases_judged", "", card.coverage.judged
    yield "cases_listed", "", len(card.coverage.listed)
    for verdict in _VERDICTS:
        formula = f'=COUNTIF({page.column("verdict")},"{verdict}")'
        yield verdict, formula, overall.counts[Outcome[verdict]]
    met, decided = f"B{first + 6}", f"B{first + 10}"
    yield "decided", f"={met}+B{first + 7}", overall.decided
    interval = overall.interval
    share, low, high = _share_formulas(met, decided)
    yield "attainment", share, overall.share
    yield "attainment_low", low, interval.low if interval else None
    yield "attainment_high", high, interval.high if interval else None


def _write_measure(
    page: Page, sheet: Worksheet, row: int, key: str, formula: str, value: Cell
) -> None:
    each = measure(key)
    form = page.share if each.unit == "share" else page.count
    sheet.write_string(row, 0, each.name)
    if formula:
        page.write(sheet, (row, 1), formula, value, form)
    else:
        sheet.write(row, 1, "" if value is None else value, form)
    sheet.write_string(row, 2, each.unit)
    sheet.write_string(row, 3, f"{each.definition} {each.formula}", page.wrapped)
