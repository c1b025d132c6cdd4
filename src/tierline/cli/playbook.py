"""`tierline playbook`: check and publish playbooks and scripts, and work a case by them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.documents import put_in_force
from tierline.cli.operator import of_installation, operator

_SHOWN_CASES = 5


@click.group()
def playbook() -> None:
    """Playbooks and scripts: publish them, and work a case by them."""


@playbook.command()
@of_installation
@click.argument("file", metavar="FILE.yaml", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only check it.")
def publish(data: Path | None, database: str | None, *, file: Path, dry_run: bool) -> None:
    """Put the guide in FILE.yaml into force, or say everything that is wrong with it."""
    where = data, database
    put_in_force(file, "/v1/playbooks", where, dry_run=dry_run, kind="guide", name="playbooks")


@playbook.command()
@of_installation
def show(data: Path | None, database: str | None) -> None:
    """The guide in force, as JSON."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/playbooks")
    if not found["number"]:
        click.echo("No playbooks are published.")
        return
    click.echo(json.dumps(found["guide"], ensure_ascii=False, indent=2))


@playbook.command("case")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--topic", metavar="KEY", help="First say what it is about.")
@click.option("--done", metavar="STEP", help="First tick this step off.")
@click.option("--undone", metavar="STEP", help="First take this tick back.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def case_(
    data: Path | None, database: str | None, *, identifier: str, is_json: bool, **stated: Any
) -> None:
    """The right playbook of CASE with its steps, and what the plan includes for it."""
    path = f"/v1/cases/{identifier}"
    with operator(data, database) as ours:
        if stated["topic"]:
            ours.request("PUT", f"{path}/topic", json={"topic": stated["topic"]})
        if stated["done"]:
            ours.request("PUT", f"{path}/playbook-steps/{stated['done']}")
        if stated["undone"]:
            ours.request("DELETE", f"{path}/playbook-steps/{stated['undone']}")
        found = ours.request("GET", f"{path}/playbook")
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    _print(found)


def _print(found: dict[str, Any]) -> None:
    click.echo(f"Topic: {found['topic'] or 'not known'}{_because(found)}")
    if found["playbook"]:
        click.echo(f"Playbook: {found['playbook']['name']}")
        for each in found["playbook"]["steps"]:
            mark = "x" if each["done_at"] else " "
            when = f"  due {each['due_at']}" if each["due_at"] else ""
            late = "  LATE" if each["is_late"] else ""
            click.echo(f"  [{mark}] {each['step']}: {each['do']}{when}{late}")
    else:
        click.echo("No playbook fits.")
    for name in ("included", "not_included", "say", "instead"):
        if found["script"] and found["script"][name]:
            click.echo(f"{name.replace('_', ' ').capitalize()}: {found['script'][name]}")


def _because(found: dict[str, Any]) -> str:
    if not found["is_suggested"]:
        return ""
    likely = found["likely"]
    if likely is None:
        return f" (its words: {', '.join(found['because'])})"
    named = ", ".join(map(str, likely["cases"][:_SHOWN_CASES]))
    return f" (as solved cases that are alike were, {likely['confidence']:.0%}: {named})"
