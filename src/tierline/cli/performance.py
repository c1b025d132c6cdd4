"""`tierline performance`: what the public is told of how promises are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator
from tierline.cli.printable import printable


@click.group()
def performance() -> None:
    """Public figures of how promises are kept: publish, show and withdraw them."""


@performance.command()
@of_installation
@click.argument("since", metavar="MONTH")
def publish(data: Path | None, database: str | None, *, since: str) -> None:
    """Publish the months from MONTH (2025-01) on, each a week after its end."""
    with operator(data, database) as ours:
        ours.request("PUT", "/v1/performance/publication", json={"since": since})
    click.echo(f"Published from {since} on. A worker tells the months that are over.")


@performance.command()
@of_installation
def withdraw(data: Path | None, database: str | None) -> None:
    """Show the figures to nobody; what was told stays kept."""
    with operator(data, database) as ours:
        ours.request("DELETE", "/v1/performance/publication")
    click.echo("Nobody sees them any more.")


@performance.command()
@of_installation
@click.option("--until", metavar="MONTH", help="The last of the twelve months: 2025-12.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def show(data: Path | None, database: str | None, *, until: str | None, is_json: bool) -> None:
    """What the public reads, month by month, with what was corrected."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/performance", until=until)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for month in found["months"]:
        click.echo(f"{month['month']}, told on {month['published_at'][:10]}")
        for each in month["figures"]:
            click.echo(f"  {_name(each)}: {_value(each['value'])}")
        for each in month["corrections"]:
            told = f"{_value(each['was'])}, corrected to {_value(each['now'])}"
            click.echo(f"  {each['at'][:10]} {_name(each)}: {told}")


def _name(each: dict[str, Any]) -> str:
    of = printable(each["name"]) if each["tier"] else "all"
    return f"{of}, {each['what'].replace('_', ' ')}"


def _value(value: dict[str, Any] | None) -> str:
    if value is None:
        return "not told, it rests on too few"
    if value["uptime_percent"] is not None:
        return f"{value['uptime_percent']} %"
    if value["share"] is not None:
        return f"{value['share']:.1%} ({value['met']} of {value['of']}, {value['open']} open)"
    return f"{value['median_seconds']:.0f} s (n = {value['of']})"
