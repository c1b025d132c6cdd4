"""`tierline usage`: send usage from files, and prove what is kept of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tierline.cli.operator import of_installation, operator

if TYPE_CHECKING:
    from tierline.cli.operator import Operator

FAILED = 1
SHOWN_FAULTS = 20
SHOWN_DIFFERENCES = 200
_BATCH = "application/cloudevents-batch+json"


@click.group()
def usage() -> None:
    """Usage: send events from files, and read what they come to."""


@usage.command("import")
@of_installation
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", help="Source of rows that name none; the file's name where absent.")
@click.pass_context
def import_(
    context: click.Context,
    data: Path | None,
    database: str | None,
    *,
    file: Path,
    source: str | None,
) -> None:
    """Send the usage events in FILE (.csv, .jsonl, .parquet).

    An event counts once by its source and id, so the same file again changes nothing. Rows that
    cannot be taken are listed with their line; exit 1 where there are any. Goes through the server
    where one is running.
    """
    from tierline.bootstrap import usage_batches

    fates: Counter[str] = Counter()
    faults: list[str] = []
    with operator(data, database) as installation:
        for batch in usage_batches(file, source or file.name):
            faults += [f"{file}:{row.line} {row.fault.message}" for row in batch if row.fault]
            fates["refused"] += sum(row.fault is not None for row in batch)
            events = [(row.line, row.event) for row in batch if row.event is not None]
            for (line, _), result in zip(events, _sent(installation, events), strict=True):
                fates[result["result"]] += 1
                if result["result"] in ("conflict", "refused"):
                    faults.append(f"{file}:{line} {_reason(result)}")
            faults = faults[: SHOWN_FAULTS + 1]
    click.echo(
        f"{fates['accepted']:,} accepted, {fates['duplicate']:,} there already, "
        f"{fates['conflict']:,} in conflict, {fates['refused']:,} refused"
    )
    for fault in faults[:SHOWN_FAULTS]:
        click.echo(f"  {fault}", err=True)
    if len(faults) > SHOWN_FAULTS:
        click.echo("  ... and more.", err=True)
    context.exit(FAILED if faults else 0)


@usage.command()
@of_installation
@click.option("--repair", is_flag=True, help="Write what the raw events come to.")
@click.pass_context
def verify(
    context: click.Context, data: Path | None, database: str | None, *, repair: bool
) -> None:
    """Count everything anew from the raw events, and compare it with what is kept.

    Each difference is a line: account, meter, half-hour, what is kept, what it should be. Exit 1
    where there are any that were not repaired. Goes through the server where one is running.
    """
    checked, different, listed = 0, 0, 0
    with operator(data, database) as installation:
        for found in _audits(installation, repair=repair):
            checked, different = checked + found["checked"], different + found["different"]
            for each in found["differences"][: SHOWN_DIFFERENCES - listed]:
                click.echo(_difference(each))
                listed += 1
    if different > listed:
        click.echo(f"... and {different - listed:,} more")
    click.echo(
        f"{checked:,} totals and values were counted anew; {_told(different, is_repaired=repair)}"
    )
    context.exit(FAILED if different and not repair else 0)


def _audits(installation: Operator, *, repair: bool) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        stated = {"after": after, "repair": repair}
        found = installation.request("POST", "/v1/usage-audits", json=stated)
        yield found
        after = found["next"]
        if after is None:
            return


def _difference(each: dict[str, Any]) -> str:
    kept, right = each["stored"] or "nothing", each["recomputed"] or "nothing"
    return f"{each['account']}  {each['meter']}  {each['at']}  kept: {kept}  right: {right}"


def _told(different: int, *, is_repaired: bool) -> str:
    if not different:
        return "all are right."
    return f"{different:,} {'were wrong and are repaired' if is_repaired else 'are wrong'}."


def _sent(installation: Operator, events: list[tuple[int, dict[str, Any]]]) -> list[dict[str, Any]]:
    if not events:
        return []
    body = json.dumps([event for _, event in events]).encode()
    found = installation.send("/v1/usage-events", body, kind=_BATCH)
    return list(found["results"])


def _reason(result: dict[str, Any]) -> str:
    told = [f"{fault['path']}: {fault['message']}" for fault in result["faults"]]
    return " ".join(told) or str(result["reason"])
