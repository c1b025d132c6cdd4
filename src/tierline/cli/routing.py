"""`tierline routing`: the plan of who answers what and when, and who is called at an instant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.documents import put_in_force
from tierline.cli.operator import of_installation, operator
from tierline.cli.routing_replay import replay_past

COVERED, VACANT = 0, 1


@click.group()
def routing() -> None:
    """The routing plan: check and publish it, and ask who is called when."""


@routing.command()
@of_installation
@click.argument("file", metavar="FILE.yaml", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only check it.")
def publish(data: Path | None, database: str | None, *, file: Path, dry_run: bool) -> None:
    """Put the plan in FILE.yaml into force, or say everything that is wrong with it."""
    where = data, database
    put_in_force(
        file,
        "/v1/routing-plan",
        where,
        dry_run=dry_run,
        kind="routing plan",
        name="routing plan",
    )


@routing.command()
@of_installation
def show(data: Path | None, database: str | None) -> None:
    """The plan in force, as JSON."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/routing-plan")
    if not found["number"]:
        click.echo("No routing plan is published: anybody answers anything, and nobody is told.")
        return
    click.echo(json.dumps(found["plan"], ensure_ascii=False, indent=2))


@routing.command()
@of_installation
@click.option("--tier", required=True, metavar="KEY")
@click.option("--severity", required=True, metavar="KEY")
@click.option("--at", metavar="INSTANT", help="2026-11-22T03:10:00Z; now where it is absent.")
def who(data: Path | None, database: str | None, **stated: Any) -> None:
    """Who gets it then, level by level: the answer of what runs it."""
    asked = {name: value for name, value in stated.items() if value}
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/escalations", **asked)
    click.echo(f"{found['name']}, at {found['at']}")
    for place, level in enumerate(found["levels"], 1):
        holder = level["name"] or "nobody"
        hours = "" if level["is_in_hours"] else f"; closed then, opens {level['opens_at']}"
        click.echo(f"{place}. {level['role']}: {holder} ({level['why']}){hours}; {level['when']}")


@routing.command()
@of_installation
@click.option("--days", type=click.IntRange(1, 92), default=14, show_default=True)
@click.pass_context
def vacancies(context: click.Context, data: Path | None, database: str | None, days: int) -> None:
    """Every time in the DAYS to come when nobody would be called; exit 1 where there is one."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/escalation-vacancies", days=days)["items"]
    for each in found:
        click.echo(f"{each['start']}  {each['end']}  {each['role']}: {each['words']}")
    if not found:
        click.echo(f"Somebody holds every role in the next {days} days.")
    context.exit(VACANT if found else COVERED)


@routing.command()
@of_installation
@click.option("--days", type=click.IntRange(1, 92), default=14, show_default=True)
@click.pass_context
def gaps(context: click.Context, data: Path | None, database: str | None, days: int) -> None:
    """When none of an account's own people would get its cases in the DAYS to come, and whom nobody
    stands in for; exit 1 where there is anything."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/cover-gaps", days=days)["items"]
    for each in found:
        when = f"{each['start']}  {each['end']}" if each["start"] else "until it is changed"
        click.echo(f"{when}  {each['account']}: {each['words']}")
    if not found:
        click.echo(f"Each account's own people cover its hours in the next {days} days.")
    context.exit(VACANT if found else COVERED)


@routing.command("publish-leads")
@of_installation
@click.argument("file", metavar="FILE.yaml", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only check it.")
def publish_leads(data: Path | None, database: str | None, *, file: Path, dry_run: bool) -> None:
    """Put into force who leads which subject by FILE.yaml, or say everything that is wrong."""
    where = data, database
    put_in_force(
        file,
        "/v1/subject-leads",
        where,
        dry_run=dry_run,
        kind="list of subject leads",
        name="subject leads",
    )


@routing.command()
@of_installation
@click.pass_context
def leads(context: click.Context, data: Path | None, database: str | None) -> None:
    """Where a domain has no lead or no deputy for a tier; exit 1 where there is one."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/subject-leads")
    for each in found["gaps"]:
        click.echo(f"{each['domain']}, {each['tier']}: no {' and no '.join(each['missing'])}")
    domains = len(found["leads"]["domains"])
    if not found["gaps"]:
        click.echo(f"{domains} domains have a lead and a deputy for each of "
                   f"{len(found['tiers'])} tiers.")  # fmt: skip
    context.exit(VACANT if found["gaps"] else COVERED)


routing.add_command(replay_past)
