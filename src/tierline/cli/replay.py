"""`tierline replay`: a log of cases judged against a catalog, and against drafts of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tierline.cli.outputs import Output, planned, refuse_inputs, write_all
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tierline.actions.intake import Intake
    from tierline.actions.replay import Draft, Replay
    from tierline.cases.log import CaseLog
    from tierline.milestones.terms import Terms
    from tierline.scorecards.coverage import ListedCase

FORMS = {
    ".txt": "text",
    ".json": "json",
    ".csv": "csv",
    ".html": "html",
    ".htm": "html",
    ".xlsx": "xlsx",
}
"""The form of an output file by its suffix."""
_FORMS = ("text", "json", "csv", "html", "xlsx")

_file = click.Path(path_type=Path)


@dataclass(frozen=True)
class Request:
    """The command line of one replay."""

    log: Path | None
    mapping: Path | None
    catalog: Path | None
    drafts: tuple[Path, ...] = ()
    dry_run: bool = False
    form: str | None = None
    outs: tuple[Path, ...] = ()
    rejects: Path | None = None
    flips: Path | None = None
    disagreements: Path | None = None
    receipt: str | None = None
    as_of: str | None = None
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class Inputs:
    """The files of one replay."""

    log: Path
    mapping: Path
    catalog: Path | None
    drafts: tuple[Path, ...]

    def every(self) -> tuple[Path, ...]:
        """All files that are read."""
        catalog = (self.catalog,) if self.catalog else ()
        return (self.log, self.mapping, *catalog, *self.drafts)


@click.command()
@click.argument("log", type=_file, required=False)
@click.option("--mapping", type=_file, help="How the columns of LOG become facts (YAML).")
@click.option("--catalog", type=_file, help="The catalog in force (YAML).")
@click.option("--draft", "drafts", type=_file, multiple=True, help="A draft; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Only read: what columns become, what is rejected.")
@click.option("--format", "form", type=click.Choice(_FORMS), help="Form of the answer.")
@click.option(
    "-o",
    "--output",
    "outs",
    type=_file,
    multiple=True,
    help="Write a file; its suffix says the form (.txt .json .csv .html .xlsx). May be repeated.",
)
@click.option("--rejects", type=_file, help="Write all rejected rows as CSV.")
@click.option("--flips", type=_file, help="Write all flips under the drafts as CSV.")
@click.option("--disagreements", type=_file, help="Write cases that the old tool judged otherwise.")
@click.option("--receipt", metavar="CASE", help="Print one case's receipt, and save it.")
@click.option("--as-of", metavar="INSTANT", help="Judge by what was known at this instant.")
@click.option("--from", "start", metavar="DATE", help="Only cases opened on this day or later.")
@click.option("--until", "end", metavar="DATE", help="Only cases opened before this day.")
def replay(**given: Any) -> None:
    """Judge LOG, an export of cases, against a catalog, and against drafts of it.

    Without LOG it judges the sample that ships with the program. Dates of --from and --until
    begin at midnight UTC.
    """
    run(Request(**given))


def run(request: Request) -> None:
    """Plan every output, read once, judge, and write when all is done."""
    inputs = _inputs(request)
    outputs = planned(request.outs, FORMS, request.form)
    lists = {request.rejects, request.flips, request.disagreements} - {None}
    refuse_inputs([*(each.path for each in outputs), *filter(None, lists)], inputs.every())
    if request.form == "xlsx" and not outputs:
        raise Invalid("A workbook goes to a file. Add -o report.xlsx.", code="needs_file")
    if request.dry_run:
        from tierline.cli.replay_dry_run import dry_run

        dry_run(request, inputs, outputs)
        return
    if inputs.catalog is None:
        raise Invalid("State the catalog in force with --catalog FILE.", code="no_catalog")
    terms, drafts = _terms(inputs.catalog), _drafts(inputs.drafts)
    log, intake, outside = _read(request, inputs, terms)
    if request.receipt is not None:
        _print_receipt(request.receipt, log, terms, inputs)
        if not outputs:
            return
    from tierline.actions.replay import replay as replay_log

    done = replay_log(log, terms, drafts, refused=(*intake.refused, *outside))
    _answer(request, outputs, done, intake)


def _inputs(request: Request) -> Inputs:
    """The stated files, or those of the sample where no log is stated."""
    if request.log is not None:
        if request.mapping is None:
            raise Invalid(
                "State how the columns of the log become facts with --mapping FILE.",
                code="no_mapping",
            )
        return Inputs(request.log, request.mapping, request.catalog, request.drafts)
    if request.mapping is not None:
        raise Invalid("--mapping needs a LOG to read.", code="no_log")
    from tierline import bootstrap

    sample = bootstrap.sample_files()
    return Inputs(sample.log, sample.mapping, request.catalog or sample.catalog, request.drafts)


def _terms(path: Path) -> Terms:
    from tierline.catalog.canonical import catalog_digest
    from tierline.catalog.load import load_catalog
    from tierline.milestones.terms import terms_of

    catalog = load_catalog(path)
    return terms_of(catalog, catalog_digest(catalog))


def _drafts(paths: Sequence[Path]) -> tuple[Draft, ...]:
    from tierline.actions.replay import Draft

    names = [path.name for path in paths]
    return tuple(
        Draft(path.name if names.count(path.name) == 1 else str(path), _terms(path))
        for path in paths
    )


def _read(
    request: Request, inputs: Inputs, terms: Terms
) -> tuple[CaseLog, Intake, tuple[ListedCase, ...]]:
    """The log in the stated period as known at the stated instant, how it was read, and the cases
    that are outside."""
    from tierline import bootstrap
    from tierline.actions.selection import known_at, opened_between
    from tierline.cli.progress import reading_progress
    from tierline.kernel.instants import parse_instant, to_micros

    as_of = None if request.as_of is None else to_micros(parse_instant(request.as_of))
    start, end = (None if day is None else _midnight(day) for day in (request.start, request.end))
    mapping = bootstrap.read_mapping(inputs.mapping)
    for fault in bootstrap.unknown_names(mapping, terms):
        click.echo(f"note: {inputs.mapping.name} {fault}", err=True)
    with reading_progress() as progress:
        reading = bootstrap.read_log(inputs.log, mapping, progress)
    log = reading.log
    outside: tuple[ListedCase, ...] = ()
    if start is not None or end is not None:
        log, outside = opened_between(log, start, end)
    if as_of is not None:
        log, later = known_at(log, as_of)
        outside = (*outside, *later)
    if not len(log):
        raise Invalid(
            "No case of the log was opened in this period. Widen --from, --until or --as-of.",
            code="no_case",
        )
    return log, replace(reading.intake(), source=inputs.log.name), outside


def _midnight(day: str) -> int:
    """Microseconds of the first instant of a day, UTC."""
    from datetime import UTC, date, datetime, time

    from tierline.kernel.instants import to_micros

    try:
        return to_micros(datetime.combine(date.fromisoformat(day), time(), UTC))
    except ValueError:
        raise Invalid(f"'{day}' is not a date. Write it as 2026-10-01.", code="bad_date") from None


def _print_receipt(case: str, log: CaseLog, terms: Terms, inputs: Inputs) -> None:
    """Print the receipt in words and save it beside where the command runs."""
    import json

    from tierline import bootstrap
    from tierline.actions.receipts import receipt_for
    from tierline.cli.receipt import receipt_text

    found = receipt_for(log, case, terms, bootstrap.signing_key())
    name = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in case)
    path = Path(f"receipt-{name[:100]}.json")
    refuse_inputs([path], inputs.every())
    click.echo(receipt_text(found))
    write_all([(path, json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n")])


def _answer(request: Request, outputs: Sequence[Output], done: Replay, intake: Intake) -> None:
    """Render everything, then write everything, so that a failure leaves no part behind."""
    from tierline.cli.replay_forms import rendered, terminal_text

    contents = [
        *((each.path, rendered(each.form, done, intake)) for each in outputs),
        *_lists(request, done, intake),
    ]
    write_all(contents)
    if outputs and request.form is None:
        return
    if request.form in (None, "text"):
        click.echo(terminal_text(done, intake), nl=False)
    else:
        click.echo(rendered(request.form, done, intake), nl=False)


def _lists(request: Request, done: Replay, intake: Intake) -> Iterator[tuple[Path, bytes]]:
    from tierline.web import replay_rows as rows

    if request.rejects:
        yield request.rejects, rows.csv_bytes(rows.reject_rows(intake))
    if request.flips:
        yield request.flips, rows.csv_bytes(rows.flip_rows(done))
    if request.disagreements:
        yield request.disagreements, rows.csv_bytes(rows.disagreement_rows(done))
