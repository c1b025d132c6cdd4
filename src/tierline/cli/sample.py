"""`tierline sample`: make the sample company, and see whether the product finds what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.cli.progress import row_progress

if TYPE_CHECKING:
    from tierline.bootstrap.sample import Line, Verdict

MISSED = 1
_DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="Folder of the installation.",
)


@click.group()
def sample() -> None:
    """An invented company with a year of data, in which known facts are hidden."""


@sample.command()
@_DATA
@click.option(
    "--size",
    type=click.Choice(["small", "standard", "large"]),
    default="standard",
    show_default=True,
    help="60, 180 or 300 active customers.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=7,
    show_default=True,
    help="7 is the story as it is told; another seed moves names and days.",
)
@click.option("--control", is_flag=True, help="The same company with nothing hidden in it.")
def create(data: Path, *, size: str, seed: int, control: bool) -> None:
    """Make the company in DIR, which must hold no database yet, without serving it.

    The same size and seed give the same accounts, contracts, facts and ids. What is hidden is
    written to DIR/truth.yaml, which no query reads.
    """
    from tierline.bootstrap.sample import create_sample

    with row_progress() as progress:
        made = create_sample(data, size, seed, is_control=control, progress=progress)
    click.echo(
        f"Halyard Systems, an invented company: {made.accounts} accounts, {made.active} of them "
        f"active, data of 2025, as of 2026-01-05 09:00 UTC."
    )
    click.echo(f"{made.planted} facts are hidden in it; {made.truth} says which.")
    click.echo(f"Serve it: tierline serve --data {data}")
    click.echo(f"Sign in: tierline user invite you@example.com --role admin --data {data}")


@sample.command()
@_DATA
@click.pass_context
def verify(context: click.Context, data: Path) -> None:
    """Look for what is hidden with the product's own queries, then compare with truth.yaml.

    Exit 1 unless all is found with its exact value, no decoy is named, and at most 2 findings have
    nothing behind them.
    """
    from tierline.bootstrap.sample import verify_sample

    verdict = verify_sample(data)
    for line in _table(verdict):
        click.echo(line)
    if not verdict.is_good:
        context.exit(MISSED)


def _table(verdict: Verdict) -> list[str]:
    from tierline.bootstrap.sample import Mark

    rows = [
        (_mark(line), line.plant, line.finder, line.subject, _said(line)) for line in verdict.lines
    ]
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]])
        for row in rows
    ]
    counts = ", ".join(
        f"{verdict.count(mark)} {mark.value}"
        for mark in (Mark.found, Mark.missed, Mark.wrong, Mark.false)
    )
    silent = verdict.count(Mark.not_asked)
    reasons = [f"{silent} not asked: {reason}" for reason in verdict.not_asked]
    return [*lines, *reasons, counts]


def _mark(line: Line) -> str:
    return "DECOY" if line.is_decoy else line.mark.value


def _said(line: Line) -> str:
    """What was said; where that is wrong, what is so beside it."""
    said = _words(line.said or line.expected)
    return f"{said} (is: {_words(line.expected)})" if line.mark.value == "wrong" else said


def _words(values: dict[str, str]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())
