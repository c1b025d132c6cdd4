"""`tierline case mask` and `tierline case masks`: secrets that should not stand in a case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

import click

from tierline.cli.inputs import read_text
from tierline.cli.operator import of_installation, operator


@click.command()
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--reason", required=True, help="Why; without the words themselves.")
@click.argument("words", type=click.File("r"))
def mask(
    data: Path | None, database: str | None, *, identifier: str, reason: str, words: TextIO
) -> None:
    """Take the words in WORDS (a file; - for standard input) out of CASE, for good.

    They are read from a file because others on the machine can read a command line.
    """
    body = {"words": read_text(words).strip(), "reason": reason}
    with operator(data, database) as ours:
        ours.request("POST", f"/v1/cases/{identifier}/masks", json=body)
        found = ours.request("GET", "/v1/masks", case=identifier, limit=200)["items"]
    newest = [each for each in found if each["at"] == found[0]["at"]]
    click.echo(f"Taken out at {len(newest)} places.")


@click.command()
@of_installation
@click.option("--case", "identifier", metavar="CASE", help="Of this case alone.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def masks(
    data: Path | None, database: str | None, *, identifier: str | None, is_json: bool
) -> None:
    """The 200 newest secrets that were taken out: what kind, where, when, by which rules."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/masks", case=identifier, limit=200)["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        where = each["message"] or each["attachment"] or each["mail"] or each["case"] or "-"
        rules = f"rules {each['rules']}" if each["rules"] else f"by {each['by']}"
        click.echo(
            f"{each['at']}  {each['kind']:<18} {each['part']:<8} {where} "
            f"at {each['position']}  {rules}"
        )
    if not found:
        click.echo("Nothing was taken out.")
