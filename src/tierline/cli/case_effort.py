"""`tierline case time`, `follow-up` and `satisfaction`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator
from tierline.kernel.errors import Invalid


@click.command("time")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--minutes", type=int, help="Enter so many; else list what was entered.")
@click.option("--what", default="", help="What was done.")
@click.option("--billable", is_flag=True, help="The plan does not include it.")
@click.option("--on", metavar="DAY", help="2026-03-02; today where it is absent.")
def time(data: Path | None, database: str | None, *, identifier: str, **stated: Any) -> None:
    """What CASE took; with --minutes enter time first."""
    path = f"/v1/cases/{identifier}/time-entries"
    with operator(data, database) as ours:
        if stated["minutes"] is not None:
            body = {"minutes": stated["minutes"], "what": stated["what"]}
            body |= {"is_billable": stated["billable"], "worked_on": stated["on"]}
            ours.request("POST", path, json=body)
        found = [each for each in ours.request("GET", path)["items"] if not each["removed_at"]]
    for each in found:
        kind = "billable" if each["is_billable"] else "in plan"
        click.echo(f"{each['worked_on']}  {each['minutes']:>5} min  {kind:<8}  {each['what']}")
    click.echo(f"{sum(each['minutes'] for each in found):,} minutes in all.")


@click.command("follow-up")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--at", metavar="INSTANT", help="2026-03-02T09:00:00Z.")
@click.option("--what", default="", help="What for.")
@click.option("--done", is_flag=True, help="It was looked at.")
def follow_up(data: Path | None, database: str | None, *, identifier: str, **stated: Any) -> None:
    """When CASE comes back; set it with --at, or say that it was looked at."""
    if stated["at"] and stated["done"]:
        raise Invalid("State --at or --done, not both.", code="usage")
    path = f"/v1/cases/{identifier}/follow-up"
    with operator(data, database) as ours:
        if stated["at"]:
            ours.request("PUT", path, json={"at": stated["at"], "what": stated["what"]})
        if stated["done"]:
            ours.request("DELETE", path)
        found = ours.request("GET", path)
    click.echo(f"It comes back {found['at']}. {found['what']}".strip() if found["at"]
               else "It does not come back.")  # fmt: skip


@click.command("satisfaction")
@of_installation
@click.option("--start", required=True, metavar="INSTANT")
@click.option("--end", required=True, metavar="INSTANT")
def satisfaction(data: Path | None, database: str | None, *, start: str, end: str) -> None:
    """How customers found their cases, by tier, from START until before END."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reports/satisfaction", start=start, end=end)["items"]
    for each in found:
        share = 100 * each["content"] // each["answers"]
        mean = each["total"] / each["answers"]
        click.echo(
            f"{each['tier'] or '-':<12} {each['answers']:>5} answers, {share}% content, "
            f"{mean:.2f} of 5"
        )
    if not found:
        click.echo("Nobody answered.")
