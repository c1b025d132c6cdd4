"""`tierline case macro`: say and do what a macro says, or only look at it filled in."""

from __future__ import annotations

from pathlib import Path

import click

from tierline.cli.operator import of_installation, operator


@click.command("macro")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--macro", required=True, metavar="ID", help="Which; `GET /v1/macros` lists them.")
@click.option("--preview", is_flag=True, help="Only show it filled in.")
def macro(
    data: Path | None, database: str | None, *, identifier: str, macro: str, preview: bool
) -> None:
    """Apply a macro to CASE as one change."""
    path = f"/v1/cases/{identifier}"
    with operator(data, database) as ours:
        if preview:
            click.echo(ours.request("GET", f"{path}/macros/{macro}")["text"])
            return
        found = ours.request("POST", f"{path}/macro-runs", json={"macro": macro})
    click.echo(f"Case {found['number']} is {found['state']}.")
