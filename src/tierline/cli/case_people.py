"""`tierline case copy`, `merge` and `split`: who else is in a case, and which cases go together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator
from tierline.kernel.errors import Invalid


@click.command("copy")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--add", metavar="EMAIL", help="Have copies of our public answers go there.")
@click.option("--remove", metavar="EMAIL", help="Send no more there.")
def copy(data: Path | None, database: str | None, *, identifier: str, **stated: Any) -> None:
    """To whom copies of CASE go; add or remove an address first."""
    path = f"/v1/cases/{identifier}"
    with operator(data, database) as ours:
        if stated["add"]:
            ours.request("PUT", f"{path}/copies/{stated['add']}")
        if stated["remove"]:
            ours.request("DELETE", f"{path}/copies/{stated['remove']}")
        found = ours.request("GET", f"{path}/participants")
    for each in found["copies"]:
        click.echo(f"{each['email']}  since {each['since']}")
    if not found["copies"]:
        click.echo("No copies go to anybody.")


@click.command("merge")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--into", metavar="CASE", help="The case that it goes with.")
@click.option("--undo", is_flag=True, help="Have it go on its own again.")
def merge(
    data: Path | None, database: str | None, *, identifier: str, into: str | None, undo: bool
) -> None:
    """Have CASE go with another one of the same account; each keeps its own clocks."""
    if (into is None) == (not undo):
        raise Invalid("State the other case (--into CASE), or --undo.", code="usage")
    path = f"/v1/cases/{identifier}/merge"
    with operator(data, database) as ours:
        if into is None:
            ours.request("DELETE", path)
            click.echo("It goes on its own again.")
        else:
            ours.request("PUT", path, json={"into": ours.case_of(into)})
            click.echo(f"It goes with {into}.")


@click.command("split")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option(
    "--message", required=True, metavar="ID", help="What the customer wrote (see --json)."
)
@click.option("--subject", required=True, help="What it is about.")
def split(
    data: Path | None, database: str | None, *, identifier: str, message: str, subject: str
) -> None:
    """Make a message of CASE a case of its own, with clocks from when it came."""
    body = {"message": message, "subject": subject}
    with operator(data, database) as ours:
        made = ours.request("POST", f"/v1/cases/{identifier}/splits", json=body)
    click.echo(f"Case {made['number']}  ({made['case']})")
