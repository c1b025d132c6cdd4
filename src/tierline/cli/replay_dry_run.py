"""`tierline replay --dry-run`: how a file is read, before anything is judged."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from tierline import bootstrap
from tierline.cases.event import EventKind
from tierline.cli.outputs import write_all
from tierline.cli.paragraphs import cell, table_of
from tierline.cli.progress import reading_progress
from tierline.cli.replay_forms import FILE_WIDTH, quiet_console
from tierline.cli.replay_terminal import print_rejects
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import format_micros
from tierline.web.formats import number
from tierline.web.replay_document import reading_document
from tierline.web.replay_rows import csv_bytes, reject_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.cases.log import CaseLog
    from tierline.cli.outputs import Output
    from tierline.cli.replay import Inputs, Request
    from tierline.connectors.event_log.column_uses import DryRun
    from tierline.connectors.event_log.reading import LogReading

FORMAT = "tierline/replay-dry-run/1"
SHOWN_VALUES = 15
"""Values of a column that the text shows; JSON has up to the 200 most frequent."""


def dry_run(request: Request, inputs: Inputs, outputs: Sequence[Output]) -> None:
    """Show what each column and value becomes and which rows and cases are left out."""
    if any(each.form not in ("text", "json") for each in outputs):
        raise Invalid("A dry run is text or JSON. Name the file .txt or .json.")
    mapping = bootstrap.read_mapping(inputs.mapping)
    with reading_progress() as progress:
        reading = bootstrap.read_log(inputs.log, mapping, progress)
    look = bootstrap.dry_run(inputs.log, mapping)
    unknown = _unknown_names(reading.log, inputs)
    contents = [(each.path, _rendered(each.form, reading, look, unknown)) for each in outputs]
    if request.rejects:
        contents.append((request.rejects, csv_bytes(reject_rows(reading.intake()))))
    write_all(contents)
    if not outputs or request.form:
        is_terminal = sys.stdout.isatty() and request.form != "json"
        width = Console().width if is_terminal else FILE_WIDTH
        form = request.form or "text"
        click.echo(_rendered(form, reading, look, unknown, width=width), nl=False)


def _rendered(
    form: str, reading: LogReading, look: DryRun, unknown: Sequence[str], width: int = FILE_WIDTH
) -> bytes:
    if form == "json":
        document = _document(reading, look, unknown)
        return json.dumps(document, ensure_ascii=False).encode() + b"\n"
    file = io.StringIO()
    _print(quiet_console(file, width=width, colours=False), reading, look, unknown)
    return ("\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n").encode()


def _document(reading: LogReading, look: DryRun, unknown: Sequence[str]) -> dict[str, Any]:
    """Columns, values, rejected rows and refused cases as JSON values."""
    log = reading.log
    return {
        "format": FORMAT,
        "source": reading.source,
        **reading_document(reading.intake()),
        "columns": [
            {
                "column": each.column,
                "used_as": each.used_as,
                "filled": each.known,
                "distinct": each.distinct,
                "samples": list(each.samples),
            }
            for each in look.columns
        ],
        "values": {
            what: [
                {"value": each.value, "meaning": each.meaning, "rows": each.rows} for each in values
            ]
            for what, values in look.values.items()
        },
        "cases_read": reading.cases_read,
        "cases_understood": len(log),
        "cases_refused": [
            {"case": case.case_id, "code": case.code, "reason": case.reason}
            for case in reading.refused
        ],
        "facts": _facts(log),
        "as_of": format_micros(log.as_of),
        "not_in_catalog": list(unknown),
    }


def _print(console: Console, reading: LogReading, look: DryRun, unknown: Sequence[str]) -> None:
    console.print(cell(f"{reading.source}: a dry run, nothing is judged."))
    console.print()
    table = table_of(
        ("column", "read as", "filled", "distinct", "for example"), ("filled", "distinct")
    )
    for column in sorted(look.columns, key=lambda each: not each.used_as):
        examples = ", ".join(column.samples[:2])
        table.add_row(
            cell(column.column), cell(column.used_as or "– not used"),
            number(column.known), number(column.distinct), cell(examples),
        )  # fmt: skip
    console.print(table)
    for what, values in look.values.items():
        console.print()
        console.print(cell(what, style="bold"))
        table = table_of(("value", "becomes", "rows"), ("rows",))
        for value in values[:SHOWN_VALUES]:
            table.add_row(cell(value.value), cell(value.meaning), number(value.rows))
        console.print(table)
        if len(values) > SHOWN_VALUES:
            console.print(f"... and {number(len(values) - SHOWN_VALUES)} more values")
    console.print()
    _print_sums(console, reading)
    for sentence in unknown:
        console.print(cell(f"! {sentence}"))
    print_rejects(console, reading.intake(), hint="--rejects FILE.csv has all of them.")


def _print_sums(console: Console, reading: LogReading) -> None:
    rows, log = reading.rows, reading.log
    console.print(
        f"Rows: {number(rows.read)} read = {number(rows.used)} used + "
        f"{number(rows.without_effect)} without effect + {number(rows.rejected)} rejected + "
        f"{number(rows.of_listed_cases)} of cases that cannot be judged"
    )
    console.print(
        f"Cases: {number(reading.cases_read)} read = {number(len(log))} understood + "
        f"{number(len(reading.refused))} refused"
    )
    reasons: dict[str, int] = {}
    for case in reading.refused:
        reasons[case.reason] = reasons.get(case.reason, 0) + 1
    for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1]):
        console.print(cell(f"  {number(count):>7}  {reason}"))
    told = ", ".join(f"{number(count)} {kind}" for kind, count in _facts(log).items())
    console.print(cell(f"Facts: {number(len(log.at))} = {told}"))


def _facts(log: CaseLog) -> dict[str, int]:
    """Facts by kind, where there are any."""
    return {
        kind.name.replace("_", " "): count
        for kind in EventKind
        if (count := int((log.kind == kind).sum()))
    }


def _unknown_names(log: CaseLog, inputs: Inputs) -> list[str]:
    """Names in the log that the catalog does not have, one sentence each."""
    if inputs.catalog is None:
        return []
    from tierline.catalog.load import load_catalog

    catalog = load_catalog(inputs.catalog)
    pauses = {
        reason
        for rules in (catalog.clock_rules, *(t.clock_rules for t in catalog.tiers.values()))
        if rules
        for reason in rules.pauses
    }
    severities = (EventKind.opened, EventKind.severity_set, EventKind.severity_changed)
    waits = (EventKind.paused, EventKind.paused_without_question)
    stated = (
        ("tier", set(log.tier.names) | _values(log, (EventKind.tier_changed,)), catalog.tiers),
        ("severity", _values(log, severities), catalog.severities),
        ("pause reason", _values(log, waits), pauses),
    )
    effect = {"pause reason": "it stops no clock"}
    return [
        f"{what.capitalize()} '{name}' is not in the catalog: "
        f"{effect.get(what, 'such cases are listed and not judged')}."
        for what, names, known in stated
        for name in sorted(names - set(known))
    ]


def _values(log: CaseLog, kinds: Sequence[EventKind]) -> set[str]:
    """The values that facts of these kinds carry."""
    import numpy as np

    codes = np.unique(log.value.codes[np.isin(log.kind, kinds)])
    return {log.value.names[code] for code in codes if code >= 0}
