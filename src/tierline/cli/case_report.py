"""`tierline case report`: what stands out in how accounts are served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.case_adherence import of_a_stretch
from tierline.cli.operator import of_installation, operator

REPORTS = (
    "worst-cases", "answered-sooner", "fallen-silent", "side-letters", "lifted-severities",
    "calendar-effects", "experience", "customer-effort", "consistency", "prevention",
    "promise-mentions", "call-ins",
)  # fmt: skip


@click.command("report")
@of_installation
@of_a_stretch
@click.argument("which", type=click.Choice(REPORTS))
def report(data: Path | None, database: str | None, *, which: str, **stated: Any) -> None:
    """The rows of a report, one JSON object a line: cases with many promises missed, accounts that
    are answered far sooner than promised or fell silent, side letters, promises in free words,
    lifted severities, what holidays and changes of the clocks decided, adherence beside
    satisfaction by tier, what cases cost their customers by channel, whether customers of one tier
    are served alike, whether preventative care reduces severe cases, and by tier whether the leads
    of subjects were there in the first hour."""
    with operator(data, database) as ours:
        found = ours.request("GET", f"/v1/reports/{which}", **stated)["items"]
    for each in found:
        click.echo(json.dumps(each, ensure_ascii=False))
    if not found:
        click.echo("Nothing stands out.", err=True)
