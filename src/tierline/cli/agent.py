"""`tierline agent`: who works on cases, and who has which."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator


@click.group()
def agent() -> None:
    """Agents: who works on cases, with what skills, and how much they have."""


@agent.command("list")
@of_installation
def list_(data: Path | None, database: str | None) -> None:
    """Everybody who works on cases, one a line, with what they have."""
    with operator(data, database) as ours:
        found = list(ours.items("/v1/agents"))
    for each in found:
        skills = ", ".join(each["skills"]) or "-"
        load = f"{each['cases']} of {each['capacity']}"
        click.echo(f"{each['user']}  level {each['level']}  {load:<9} {skills}  {each['name']}")
    if not found:
        click.echo("Nobody is recorded. Begin with: tierline agent keep USER --skill security")


@agent.command()
@of_installation
@click.argument("user")
@click.option("--level", type=click.IntRange(1, 3), default=1, show_default=True)
@click.option("--capacity", type=click.IntRange(1, 500), default=10, show_default=True,
              help="Open cases at once.")  # fmt: skip
@click.option("--skill", "skills", multiple=True, help="What they know. Repeatable.")
@click.option("--region", "regions", multiple=True, help="Whose data they may see. Repeatable.")
@click.option("--clearance", "clearances", multiple=True, help="Repeatable.")
@click.option("--language", "languages", multiple=True, help="Repeatable.")
@click.option("--pod", default="", help="The group that looks after the same accounts.")
@click.option("--time-zone", default="UTC", show_default=True)
@click.option("--hours", help="mon-fri 09:00-17:00; sat 10:00-14:00. Without: at any hour.")
@click.option("--quiet", help="22:00-07:00: nobody writes to them then but for severity 1.")
@click.option("--absent-until", help="An instant with its zone: 2026-12-24T08:00:00Z.")
def keep(data: Path | None, database: str | None, *, user: str, **stated: Any) -> None:
    """Say what USER (an id) knows and carries; what is not stated is taken away."""
    zone, hours, quiet = (stated.pop(name) for name in ("time_zone", "hours", "quiet"))
    body = {**stated, "hours": None, "quiet": None}
    if hours:
        days = (part.strip().partition(" ") for part in hours.split(";"))
        body["hours"] = {"time_zone": zone, "week": {day: windows for day, _, windows in days}}
    if quiet:
        body["quiet"] = {"time_zone": zone, "week": {"mon-sun": quiet}}
    with operator(data, database) as ours:
        kept = ours.request("PUT", f"/v1/agents/{user}", json=body)
    click.echo(f"{kept['user']}  level {kept['level']}  {', '.join(kept['skills']) or '-'}")


@agent.command()
@of_installation
@click.argument("user")
def remove(data: Path | None, database: str | None, *, user: str) -> None:
    """USER gets no more cases; what they have stays with them until it is handed over."""
    with operator(data, database) as ours:
        ours.request("DELETE", f"/v1/agents/{user}")
    click.echo(f"{user} works on no more cases.")
