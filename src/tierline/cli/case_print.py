"""A case as commands print it."""

from __future__ import annotations

import json
from typing import Any

import click


def print_case(found: dict[str, Any], *, is_json: bool) -> None:
    """With its clocks, and what was said; or all of it as JSON."""
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    held = f"held to {found['tier']}" if found["tier"] else "nothing is promised"
    click.echo(f"Case {found['number']}: {found['subject']}  ({found['id']})")
    click.echo(
        f"{found['state']}, {found['severity'] or 'no severity'}, {found['coverage']}, {held}"
    )
    for each in found["milestones"]:
        when = f"due {each['due_at']}" if each["due_at"] else "no due time while it waits"
        if each["stopped_at"]:
            when = f"stopped {each['stopped_at']}"
        click.echo(f"  {each['milestone']:<16} {each['verdict']:<8} {when}")
    for each in found["messages"]:
        note = "" if each["is_public"] else " (note among us)"
        click.echo(f"\n{each['at']}  {each['contact'] or each['author']}{note}")
        click.echo("\n".join(f"  {line}" for line in each["text"].splitlines()))
