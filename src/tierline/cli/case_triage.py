"""`tierline case triage` and `tierline case dispute`: a severity by answers, and an objection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.answered import pairs
from tierline.cli.operator import of_installation, operator
from tierline.kernel.errors import Invalid

_as_json = click.option("--json", "is_json", is_flag=True, help="The same as JSON.")


@click.command("triage")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--answer", "answers", multiple=True, metavar="QUESTION=ANSWER",
              help="business_impact=stopped; repeatable. Absent: how it was found.")  # fmt: skip
@click.option("--severity", metavar="KEY", help="Another one than the table's.")
@click.option("--reason", help="Why; needed with another severity.")
@_as_json
def triage(
    data: Path | None,
    database: str | None,
    *,
    identifier: str,
    answers: tuple[str, ...],
    is_json: bool,
    **stated: Any,
) -> None:
    """Triage CASE (its number or id) on answers, and say which row of the table decided and why."""
    path = f"/v1/cases/{identifier}/triage"
    given = {name: value for name, value in stated.items() if value}
    if given and not answers:
        raise Invalid("State the answers too: --answer business_impact=stopped.")
    with operator(data, database) as ours:
        if answers:
            found = ours.request("PUT", path, json={"answers": pairs(answers), **given})
        else:
            listed = ours.request("GET", path)["items"]
            if not listed:
                raise Invalid("The case has not been triaged. Answer: --answer urgency=now.")
            found = listed[0]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    by_hand = f", set to {found['agreed']} by hand" if found["is_override"] else ""
    click.echo(f"{found['severity']}{by_hand}: {found['reason']}")
    click.echo(f"  row {found['row']} of {found['catalog']} {found['version']}: {found['rule']}")
    for name, taken in found["inputs"].items():
        click.echo(f"  {name:<20} {taken['value']:<12} {taken['origin']}")


@click.command("dispute")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--wanted", metavar="KEY", help="The severity that is right.")
@click.option("--words", required=True, help="Why the present one is wrong.")
@_as_json
def dispute(
    data: Path | None, database: str | None, *, identifier: str, is_json: bool, **stated: Any
) -> None:
    """Say that the severity of CASE is wrong; prints who decides, and by when."""
    body = {name: value for name, value in stated.items() if value}
    with operator(data, database) as ours:
        made = ours.request("POST", f"/v1/cases/{identifier}/disputes", json=body)
    if is_json:
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return
    click.echo(f"{made['severity']} is disputed ({made['id']}).")
    click.echo(f"{made['decided_by']} decides by {made['due_at']}.")
