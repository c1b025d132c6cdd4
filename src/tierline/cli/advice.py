"""`tierline advice`: risks, what we recommend against them, what was decided and came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.care.advice import AdviceState
from tierline.cli.operator import of_installation, operator
from tierline.cli.printable import printable

_as_json = click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
_account = click.option("--account", metavar="ID", help="Of this account (an id or an alias).")
_PAGE_ROWS = 200


@click.group()
def advice() -> None:
    """Advice: list it, give it, note what the customer decided and what came of it."""


@advice.command("list")
@of_installation
@_account
@click.option("--state", type=click.Choice([*AdviceState]), help="In this state.")
@_as_json
def list_(data: Path | None, database: str | None, *, is_json: bool, **asked: Any) -> None:
    """Advice, the newest first (at most 200 rows)."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/advice", limit=_PAGE_ROWS, **asked)["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        late = "overdue" if each["is_overdue"] else ""
        click.echo(
            f"{each['follow_up_on']} {late:<7}  {each['state']:<8}  {each['later_cases']:>4} later"
            f"  {each['id']}  {each['number']}: {printable(each['title'])}"
        )
    if not found:
        click.echo("No advice was given.")


@advice.command()
@of_installation
@click.option("--risk", required=True, help="What may happen.")
@click.option("--trade-off", required=True, help="What it costs, and what to leave it.")
@click.option("--recommend", "recommendation", required=True, help="The architecture.")
@click.option("--owner", required=True, metavar="USER", help="The user who sees to it.")
@click.option("--follow-up", "follow_up_on", required=True, metavar="DATE", help="Look again then.")
@click.option("--topic", default="", help="A topic of the playbooks.")
@click.option(
    "--review",
    nargs=3,
    metavar="CONTRACT FEATURE DATE",
    help="The item of care that it came out of.",
)
@click.argument("account")
@click.argument("title")
def give(
    data: Path | None,
    database: str | None,
    *,
    account: str,
    review: tuple[str, str, str] | None,
    **stated: Any,
) -> None:
    """Advise ACCOUNT of TITLE; print its id. The account's people are written to."""
    if review is not None:
        stated["care"] = dict(zip(("contract", "feature", "due_on"), review, strict=True))
    with operator(data, database) as ours:
        click.echo(ours.request("POST", f"/v1/accounts/{account}/advice", json=stated)["id"])


@advice.command()
@of_installation
@click.option("--reason", default="", help="Why; needed where it is declined.")
@click.argument("identifier", metavar="ADVICE")
@click.argument("decision", type=click.Choice(["accepted", "declined"]))
def decide(data: Path | None, database: str | None, *, identifier: str, **stated: Any) -> None:
    """Note what the customer decided of ADVICE."""
    with operator(data, database) as ours:
        found = ours.request("PUT", f"/v1/advice/{identifier}/decision", json=stated)
    click.echo(f"Advice {found['number']} is {found['state']}.")


@advice.command()
@of_installation
@click.argument("identifier", metavar="ADVICE")
@click.argument("text")
def close(data: Path | None, database: str | None, *, identifier: str, text: str) -> None:
    """Note TEXT as what came of ADVICE: its risk is open no longer."""
    with operator(data, database) as ours:
        found = ours.request("PUT", f"/v1/advice/{identifier}/outcome", json={"text": text})
    click.echo(f"Advice {found['number']} is {found['state']}.")


@advice.command()
@of_installation
@_account
@_as_json
def missing(data: Path | None, database: str | None, *, account: str | None, is_json: bool) -> None:
    """Architecture reviews that were held and yielded no advice."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reviews-without-advice", account=account)["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(f"{each['due_on']}  {printable(each['what'])}  {each['contract']}")
    if not found:
        click.echo("Every review yielded advice.")
