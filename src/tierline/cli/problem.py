"""`tierline problem`: what causes several cases, by cases and hours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.catalog.words_amount import counted
from tierline.cli.operator import of_installation, operator
from tierline.cli.printable import printable

_as_json = click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
_PAGE_ROWS = 200


@click.group()
def problem() -> None:
    """Problems: declare one, link the cases that it causes, tell all of them."""


@problem.command()
@of_installation
@click.option("--cause", default="", help="Why it is, once that is known.")
@click.option("--workaround", default="", help="How to go on meanwhile.")
@click.argument("title")
def declare(data: Path | None, database: str | None, **stated: Any) -> None:
    """Declare TITLE; print its id. Nobody outside sees it."""
    with operator(data, database) as ours:
        click.echo(ours.request("POST", "/v1/problems", json=stated)["id"])


@problem.command("list")
@of_installation
@click.option("--all", "is_all", is_flag=True, help="Those that are resolved too.")
@_as_json
def list_(data: Path | None, database: str | None, *, is_all: bool, is_json: bool) -> None:
    """Unresolved problems with their cases and hours, the newest first (at most 200)."""
    asked = {} if is_all else {"is_over": "false"}
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/problems", limit=_PAGE_ROWS, **asked)["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(
            f"{each['number']:>5}  {each['state']:<9} {each['cases']:>5} cases "
            f"{each['minutes'] / 60:>8.1f} h  {each['id']}  {printable(each['title'])}"
        )
    if not found:
        click.echo("No problem is open.")


@problem.command()
@of_installation
@click.argument("identifier", metavar="PROBLEM")
@click.argument("case", metavar="CASE")
def link(data: Path | None, database: str | None, *, identifier: str, case: str) -> None:
    """Link CASE to the problem that causes it."""
    with operator(data, database) as ours:
        ours.request("PUT", f"/v1/problems/{identifier}/cases/{case}")
    click.echo("Linked.")


@problem.command()
@of_installation
@click.argument("identifier", metavar="PROBLEM")
@click.argument("text")
def tell(data: Path | None, database: str | None, *, identifier: str, text: str) -> None:
    """Say TEXT in every case of PROBLEM that has not ended."""
    path = f"/v1/problems/{identifier}/updates"
    with operator(data, database) as ours:
        update = ours.request("POST", path, json={"text": text})["updates"][0]
        said = ours.request("PUT", f"{path}/{update['id']}/publication")["updates"][0]
    click.echo(f"Said in {counted(said['cases'], 'case')}.")
