"""`tierline post-mortem`: who owes one; draft, write, show and publish it, follow its actions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TextIO

import click

from tierline.cli.operator import of_installation, operator
from tierline.kernel.errors import Invalid

_as_json = click.option("--json", "is_json", is_flag=True, help="The same as JSON.")


@click.group("post-mortem")
def post_mortem() -> None:
    """Post-mortems: who owes one; draft, write, show and publish it."""


@post_mortem.command("list")
@of_installation
@_as_json
def list_(data: Path | None, database: str | None, *, is_json: bool) -> None:
    """Cases that owe a post-mortem, one a line: what is due first, or was, stands first."""
    with operator(data, database) as ours:
        found = list(ours.items("/v1/post-mortems"))
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        due = each["due_at"] or "no time promised"
        late = "overdue" if each["is_overdue"] else each["state"]
        id_ = each["post_mortem"] or each["case"]
        click.echo(f"{each['number']:>6}  {due:<20}  {late:<8} {id_}  {each['subject']}")
    if not found:
        click.echo("No case owes a post-mortem.")


@post_mortem.command()
@of_installation
@click.option("--owner", metavar="USER", help="Of this user.")
@_as_json
def actions(data: Path | None, database: str | None, *, owner: str | None, is_json: bool) -> None:
    """Open actions, one a line: what is overdue stands first."""
    with operator(data, database) as ours:
        found = list(ours.items("/v1/post-mortem-actions", owner=owner))
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        late = "overdue" if each["is_overdue"] else "open"
        click.echo(f"{each['due_on']}  {late:<8} {each['owner_name']}: {each['title']}")
    if not found:
        click.echo("No action is open.")


@post_mortem.command()
@of_installation
@click.argument("about", metavar="CASE|INCIDENT")
@_as_json
def draft(data: Path | None, database: str | None, *, about: str, is_json: bool) -> None:
    """Begin the post-mortem of a case, or of an incident's cases (an id), and show its facts."""
    what = "incident" if about.startswith("incident_") else "case"
    with operator(data, database) as ours:
        made = ours.request("POST", "/v1/post-mortems", json={what: about})
    _print(made, is_json=is_json)


@post_mortem.command()
@of_installation
@click.argument("identifier", metavar="POST-MORTEM")
@click.argument("file", metavar="FILE.yaml", type=click.File("r"))
@_as_json
def write(
    data: Path | None, database: str | None, *, identifier: str, file: TextIO, is_json: bool
) -> None:
    """Write a new version of POST-MORTEM: FILE.yaml (- for standard input) has its parts by name
    (what_happened, root_cause, told_cause ...) and failure_mode."""
    texts = _texts(file)
    body = {"failure_mode": texts.pop("failure_mode", ""), "texts": texts}
    path = f"/v1/post-mortems/{identifier}/versions"
    with operator(data, database) as ours:
        made = ours.request("POST", path, json=body)
    _print(made, is_json=is_json)


@post_mortem.command()
@of_installation
@click.argument("identifier", metavar="POST-MORTEM|CASE")
@_as_json
def show(data: Path | None, database: str | None, *, identifier: str, is_json: bool) -> None:
    """A post-mortem as we read it; of a case (an id) what its customer reads, as Markdown."""
    if identifier.startswith("case_"):
        with operator(data, database) as ours:
            told = ours.request("GET", f"/v1/cases/{identifier}/post-mortem")
        click.echo(json.dumps(told, ensure_ascii=False, indent=2) if is_json else told["markdown"])
        return
    with operator(data, database) as ours:
        found = ours.request("GET", f"/v1/post-mortems/{identifier}")
    _print(found, is_json=is_json)


@post_mortem.command()
@of_installation
@click.argument("identifier", metavar="POST-MORTEM")
def publish(data: Path | None, database: str | None, *, identifier: str) -> None:
    """Publish the latest version of POST-MORTEM: each of its cases says where it stands."""
    with operator(data, database) as ours:
        done = ours.request("PUT", f"/v1/post-mortems/{identifier}/publication")
    for each in done["facts"]:
        click.echo(f"Published version {done['versions'][-1]['number']} in case {each['number']}.")


def _texts(file: TextIO) -> dict[str, str]:
    import yaml

    try:
        read = yaml.safe_load(file)
    except (yaml.YAMLError, UnicodeDecodeError):
        raise Invalid("The file is not YAML.", code="not_yaml") from None
    if not isinstance(read, dict) or not all(isinstance(each, str) for each in read.values()):
        raise Invalid("The file has parts by name, each with its text.", code="not_parts")
    return {str(name): text for name, text in read.items()}


def _print(found: dict[str, Any], *, is_json: bool) -> None:
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    latest = found["versions"][-1]
    state = "published" if found["is_published"] else "draft"
    mode = latest["failure_mode"] or "no failure mode"
    click.echo(f"{found['id']}  version {latest['number']}, {state}, {mode}")
    for facts in found["facts"]:
        click.echo(f"\nCase {facts['number']}, {facts['severity']}")
        for each in facts["reached"]:
            click.echo(f"  {each['what']:<14} after {each['elapsed_seconds']} s")
        for each in facts["clocks"]:
            missed = f" by {each['missed_by_seconds']} s" if each["missed_by_seconds"] else ""
            click.echo(f"  {each['milestone']:<14} {each['verdict']}{missed}")
        for each in facts["timeline"]:
            click.echo(f"  {each['at']}  {each['what']} {each['value']}".rstrip())
    for part, text in latest["texts"].items():
        click.echo(f"\n{part}:\n{text}")
    for each in found["actions"]:
        click.echo(f"\n{each['due_on']}  {each['state']}  {each['owner_name']}: {each['title']}")
    if found["lacks"]:
        click.echo(f"\nTo be written before it can go out: {', '.join(found['lacks'])}")
