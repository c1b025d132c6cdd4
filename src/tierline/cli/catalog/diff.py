"""`tierline catalog diff`: what changed between two versions, in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.cli.main import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.catalog.difference import Difference
    from tierline.catalog.difference_change import Change

_TITLES = {
    "worse": ("Worse", "red"),
    "changed": ("Changed", "yellow"),
    "better": ("Better", "green"),
}


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--exit-code", is_flag=True, help="Exit 1 where something is worse for anyone.")
def diff(old: Path, new: Path, *, form: str, exit_code: bool) -> None:
    """Say in words what changed from the catalog OLD to the catalog NEW, and for whom.

    Promises are compared by promise id with everything resolved: worse first, then what changed,
    then better.
    """
    from tierline.catalog.difference import difference, difference_values
    from tierline.catalog.load import load_catalog

    found = difference(load_catalog(old), load_catalog(new))
    if form == "json":
        click.echo(json.dumps(difference_values(found), ensure_ascii=False, indent=2))
    else:
        for line in _text(found):
            click.echo(line)
    if exit_code and found.is_worse:
        raise SystemExit(FAILED)


def _text(found: Difference) -> Iterator[str]:
    versions = f"{found.old.version} → {found.new.version}"
    if not found.changes:
        same = found.old.version == found.new.version
        yield "No difference." if same else f"No difference but the version: {versions}."
        return
    counts = {direction: [c for c in found.changes if c.direction.value == direction]
              for direction in _TITLES}  # fmt: skip
    told = ", ".join(f"{len(changes)} {name}" for name, changes in counts.items() if changes)
    yield click.style(f"{found.new.company}, {versions}: {told}", bold=True)
    for direction, changes in counts.items():
        if changes:
            title, colour = _TITLES[direction]
            yield ""
            yield click.style(title, fg=colour, bold=True)
            yield from _grouped(changes)


def _grouped(changes: list[Change]) -> Iterator[str]:
    last = None
    for change in changes:
        if change.holder != last:
            last = change.holder
            whose = f"Add-on {change.holder_name}" if last[:1] == "+" else change.holder_name
            yield f"  {whose or 'Everyone'}"
        yield f"    {change.what}: {_words(change)}"
        rest = " · ".join(part for part in (change.note, change.promise_id) if part)
        if rest:
            yield click.style(f"      {rest}", dim=True)


def _words(change: Change) -> str:
    if change.old is None:
        return f"new: {change.new}"
    if change.new is None:
        return f"gone: {change.old}"
    if change.old == change.new:
        return change.new
    return f"{change.old} → {change.new}"
