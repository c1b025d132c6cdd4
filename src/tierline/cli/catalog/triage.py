"""`tierline catalog triage`: the triage table of a catalog, and what it says to some answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.cli.answered import pairs
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tierline.catalog.words_triage import TriageRow


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--answer", "answers", multiple=True, metavar="QUESTION=ANSWER",
              help="Try the table: business_impact=stopped; repeatable.")  # fmt: skip
@click.option("--criticality", help="Of the account that is tried: low ... critical.")
@click.option("--recovery", metavar="TIME", help="Its RTO: PT4H. Not known where absent.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def triage(
    file: Path,
    *,
    answers: tuple[str, ...],
    criticality: str | None,
    recovery: str | None,
    form: str,
) -> None:
    """Print the triage table of the catalog FILE, one row a line: the first row that fits decides.
    With --answer, print the row that decides, and why."""
    from tierline.catalog.load import load_catalog
    from tierline.catalog.words_triage import triage_rows

    rows = triage_rows(catalog := load_catalog(file))
    if not rows:
        raise Invalid(f"{file} states no severities.", code="no_severities")
    if answers or criticality or recovery:
        from tierline.cases.triage import checked_answers
        from tierline.catalog.triage_default import triage_for
        from tierline.catalog.triage_questions import ANSWERS
        from tierline.catalog.triage_table import row_for
        from tierline.kernel.durations import parse_duration

        given = {name: known[-1] for name, known in ANSWERS.items()}
        given |= checked_answers(pairs(answers)) if answers else {}
        if criticality is not None:
            if criticality not in ANSWERS["criticality"]:
                known = ", ".join(ANSWERS["criticality"])
                raise Invalid(f"'{criticality}' is no criticality. Write one of: {known}.")
            given["criticality"] = criticality
        minutes = parse_duration(recovery).elapsed_seconds() // 60 if recovery else None
        stated = triage_for(catalog.triage, tuple(catalog.severities))
        rows = (rows[row_for(stated.rules, given, minutes)],)
    click.echo(
        json.dumps([_values(row) for row in rows], ensure_ascii=False, indent=2)
        if form == "json"
        else "\n".join(_lines(rows))
    )


def _values(row: TriageRow) -> dict[str, object]:
    return {
        "row": row.number,
        "cells": row.cells,
        "severity": row.severity,
        "level": row.level or None,
        "because": row.because,
    }


def _lines(rows: Sequence[TriageRow]) -> Iterator[str]:
    head = ["row", *(name.replace("_", " ") for name in rows[0].cells), "severity", "because"]
    table = [
        [str(row.number), *row.cells.values(), row.severity,
         f"{row.because} ({row.level} answers)" if row.level else row.because]
        for row in rows
    ]  # fmt: skip
    widths = [max(len(line[place]) for line in [head, *table]) for place in range(len(head) - 1)]
    for line in [head, *table]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=False)) + (
            f"  {line[-1]}"
        )
