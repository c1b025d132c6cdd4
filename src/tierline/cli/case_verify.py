"""`tierline case verify`: every clock of every case, worked out twice and compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tierline.cli.operator import of_installation, operator
from tierline.kernel.instants import format_micros
from tierline.milestones.agreement import TOLD

if TYPE_CHECKING:
    from tierline.cli.operator import Operator

FAILED = 1
SHOWN_DIFFERENCES = 50


@click.command()
@of_installation
@click.option("--as-of", metavar="INSTANT", help="As cases stood then, e.g. 2026-01-05T09:00:00Z, "
              "behind all of their facts; else now.")  # fmt: skip
@click.pass_context
def verify(
    context: click.Context, data: Path | None, database: str | None, *, as_of: str | None
) -> None:
    """Fold every case by itself, replay all of them as columns, and compare every milestone.

    Compared are verdict, due instant, used time and the instant of a breach, the breaches that were
    told, and the index by which lists find cases. Each difference is a line; what became true since
    a worker last looked is one as well, until it is told. Exit 1 where there are any. Goes through
    the server where one is running.
    """
    counts = dict.fromkeys(("cases", "milestones", "breaches", "different"), 0)
    listed = 0
    with operator(data, database) as installation:
        for found in _audits(installation, as_of):
            counts = {name: counts[name] + found[name] for name in counts}
            for each in found["disagreements"][: SHOWN_DIFFERENCES - listed]:
                click.echo(_line(each))
                listed += 1
    if counts["different"] > listed:
        click.echo(f"... and {counts['different'] - listed:,} more")
    click.echo(
        f"{counts['cases']:,} cases, {counts['milestones']:,} milestones and "
        f"{counts['breaches']:,} breaches that were told, folded and replayed: "
        f"{counts['different']:,} differences"
    )
    context.exit(FAILED if counts["different"] else 0)


def _audits(installation: Operator, as_of: str | None) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        found = installation.request("GET", "/v1/case-audits", after=after, as_of=as_of)
        yield found
        after = found["next"]
        if after is None:
            return


def _line(each: dict[str, Any]) -> str:
    where = f"{each['milestone']} {each['cycle']} " if each["milestone"] else ""
    if each["field"] == TOLD:
        return f"{each['case']}  {where}{_told(each['live'], each['replayed'])}"
    return f"{each['case']}  {where}{each['field']}: {each['live']} is {each['replayed']}"


def _told(told: int | None, is_so: int | None) -> str:
    if told is None and is_so is not None:
        return f"breached at {format_micros(is_so)}, which nobody told"
    if told is not None and is_so is None:
        return f"told as breached at {format_micros(told)}, and is not"
    return f"told as breached at {format_micros(told or 0)}, and was at {format_micros(is_so or 0)}"
