"""`tierline incident`: declare one, write and publish updates, link the cases that it causes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.catalog.words_amount import counted
from tierline.cli.operator import of_installation, operator
from tierline.cli.printable import printable
from tierline.kernel.errors import Invalid

_as_json = click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
_PHASES = ("open", "identified", "monitoring", "resolved")
_PAGE_ROWS = 200


@click.group()
def incident() -> None:
    """Incidents: declare one, write and publish updates, link cases."""


@incident.command()
@of_installation
@click.option("--from", "start", metavar="INSTANT", help="Maintenance: planned from here ...")
@click.option("--until", "end", metavar="INSTANT", help="... until here (2026-10-01T22:00:00Z).")
@click.option("--account", "accounts", multiple=True, metavar="ID", help="Only for this account.")
@click.option("--region", "regions", multiple=True, help="Only for accounts of this region.")
@click.option("--private", "is_private", is_flag=True, help="Not on the public page.")
@click.argument("title")
def declare(
    data: Path | None, database: str | None, *, title: str, is_private: bool, **stated: Any
) -> None:
    """Declare TITLE; print its id. Nobody outside sees it until an update of it is published."""
    is_planned = bool(stated["start"] or stated["end"])
    kind = "maintenance" if is_planned else "disruption"
    body = {**stated, "title": title, "kind": kind, "is_public": not is_private}
    with operator(data, database) as ours:
        click.echo(ours.request("POST", "/v1/incidents", json=body)["id"])


@incident.command("list")
@of_installation
@click.option("--all", "is_all", is_flag=True, help="Those that are over too.")
@_as_json
def list_(data: Path | None, database: str | None, *, is_all: bool, is_json: bool) -> None:
    """Incidents that are not over, the newest first (at most 200)."""
    asked = {} if is_all else {"is_over": "false"}
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/incidents", limit=_PAGE_ROWS, **asked)["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        seen = "published" if each["is_published"] else "seen by nobody"
        click.echo(
            f"{each['number']:>5}  {each['kind']:<11} {each['phase']:<10} {seen:<14}  "
            f"{each['id']}  {printable(each['title'])}"
        )
    if not found:
        click.echo("No incident is open.")


@incident.command()
@of_installation
@click.argument("identifier", metavar="INCIDENT")
@_as_json
def show(data: Path | None, database: str | None, *, identifier: str, is_json: bool) -> None:
    """INCIDENT (an id) with its updates, drafts among them, and its cases."""
    with operator(data, database) as ours:
        found = ours.request("GET", f"/v1/incidents/{identifier}")
    _print(found, is_json=is_json)


@incident.command()
@of_installation
@click.option("--phase", type=click.Choice(_PHASES), help="What its phase is now.")
@click.option("--component", "effects", multiple=True, metavar="ID=CONDITION",
              help="How a component is now: component_...=partial_outage.")  # fmt: skip
@click.option("--since", metavar="INSTANT", help="Since when it is so; else now.")
@click.option("--publish", "is_published", is_flag=True, help="Send it out at once.")
@click.argument("identifier", metavar="INCIDENT")
@click.argument("text")
@_as_json
def update(
    data: Path | None,
    database: str | None,
    *,
    identifier: str,
    effects: tuple[str, ...],
    is_json: bool,
    **stated: Any,
) -> None:
    """Write the update TEXT of INCIDENT: a draft, which nobody outside sees, or published."""
    body = {**stated, "effects": dict(_effect(each) for each in effects)}
    with operator(data, database) as ours:
        found = ours.request("POST", f"/v1/incidents/{identifier}/updates", json=body)
    _print(found, is_json=is_json)


@incident.command()
@of_installation
@click.argument("identifier", metavar="INCIDENT")
@click.argument("update_id", metavar="UPDATE")
@_as_json
def publish(
    data: Path | None, database: str | None, *, identifier: str, update_id: str, is_json: bool
) -> None:
    """Send out UPDATE of INCIDENT: to the page, and into each open case that it causes."""
    path = f"/v1/incidents/{identifier}/updates/{update_id}/publication"
    with operator(data, database) as ours:
        found = ours.request("PUT", path)
    _print(found, is_json=is_json)


@incident.command()
@of_installation
@click.option("--away", "is_away", is_flag=True, help="Take the case away instead.")
@click.argument("identifier", metavar="INCIDENT")
@click.argument("case")
def link(
    data: Path | None, database: str | None, *, identifier: str, case: str, is_away: bool
) -> None:
    """Link CASE to the INCIDENT that causes it; say how many it causes now."""
    path = f"/v1/incidents/{identifier}/cases/{case}"
    with operator(data, database) as ours:
        found = ours.request("DELETE" if is_away else "PUT", path)
    click.echo(f"Incident {found['number']} causes {counted(len(found['cases']), 'case')}.")


def _effect(text: str) -> tuple[str, str]:
    name, sign, condition = text.partition("=")
    if not sign:
        raise Invalid(f"'{text}' is not ID=CONDITION.", code="no_condition")
    return name, condition


def _print(found: dict[str, Any], *, is_json: bool) -> None:
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    click.echo(f"Incident {found['number']}: {printable(found['title'])}  ({found['id']})")
    since = f"since {found['started_at']}" if found["started_at"] else "nothing is published"
    click.echo(
        f"{found['kind']}, {found['phase']}, {since}, {counted(len(found['cases']), 'case')}"
    )
    for each in found["updates"]:
        when = each["published_at"] or "draft"
        click.echo(f"\n{when}  {each['phase'] or ''}  ({each['id']})")
        click.echo("\n".join(f"  {printable(line)}" for line in each["text"].splitlines()))
