"""`tierline playbook`: check and publish playbooks and scripts, and work a case by them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.case_adherence import of_a_stretch
from tierline.cli.documents import put_in_force
from tierline.cli.operator import of_installation, operator

_SHOWN_CASES = 5
_DECIDED = {None: "waits", True: "accepted", False: "declined"}


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


@playbook.command()
@of_installation
@of_a_stretch
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def report(data: Path | None, database: str | None, *, is_json: bool, **stated: Any) -> None:
    """How playbooks are used: where they applied and were ticked, the time of each step against
    what it is promised, what cases took with and without, and which failure modes have none."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reports/playbooks", **stated)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found["playbooks"]:
        click.echo(f"{each['name']}: used in {_share(each['used'])} cases")
        for step in each["steps"]:
            late = f", {_share(step['in_time'])} in time" if step["in_time"]["of"] else ""
            click.echo(f"  {step['step']:<16} {_share(step['ticked'])}{late}")
        for name in ("restored", "resolved"):
            click.echo(f"  {name:<16} {_change(each[name])}")
    none = ", ".join(found["without_playbook"]) or "none"
    click.echo(f"Without a playbook, of the 20 most frequent failure modes: {none}")


def _share(of: dict[str, Any]) -> str:
    weak = ", weak evidence" if of["of"] and of["is_weak"] else ""
    percent = "" if of["share"] is None else f" ({of['share']:.1%}{weak})"
    return f"{of['count']:,} of {of['of']:,}{percent}"


def _change(of: dict[str, Any]) -> str:
    if of["change"] is None:
        return "no like cases to compare"
    between, n = of["interval"], f"n = {of['compared_with']} and {of['compared_without']}"
    known = f", {between['low']:+.0%} to {between['high']:+.0%}" if between else ""
    says = "weak evidence" if of["is_weak"] else "clear" if of["is_clear"] else "not beyond chance"
    return f"{of['change']:+.0%} with it{known} ({n}; {says})"


@playbook.command()
@of_installation
@of_a_stretch
@click.option("--by", type=click.Choice(["tier", "account", "topic"]), default="tier")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def exceptions(
    data: Path | None, database: str | None, *, by: str, is_json: bool, **stated: Any
) -> None:
    """Who was helped with what their plan does not include: how often, and why each time."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reports/beyond-plan", by=by, **stated)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found["groups"]:
        helped = f", {_share(each['helped'])} cases" if each["helped"] else ""
        click.echo(f"{each['exceptions']:>6,}  {each['group'] or 'not known'}{helped}")
    for each in found["exceptions"]:
        click.echo(f"{each['at']}  {each['number']}  {each['topic']}  {each['reason']}")
    if not found["exceptions"]:
        click.echo("Nobody was helped beyond their plan.")


@playbook.command()
@of_installation
def edits(data: Path | None, database: str | None) -> None:
    """Edits of playbooks that were suggested, first those that wait for a decision."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/playbook-edits")["items"]
    for each in found:
        decision = each["decision"]
        state = _DECIDED[decision and decision["is_accepted"]]
        click.echo(f"{state:<8} {each['playbook']}/{each['step']}  {each['words']}  ({each['by']})")
    if not found:
        click.echo("Nobody has suggested an edit.")
