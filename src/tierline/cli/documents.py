"""Documents that commands publish: files with versions; every fault is told at its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.cli.operator import operator
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from tierline.catalog.document import Document

Installation = tuple[Path | None, str | None]
"""What `--data` and `--database` say."""


def put_in_force(
    file: Path, path: str, where: Installation, *, dry_run: bool, kind: str, name: str
) -> None:
    """Publish the document in a file at a path of the API, or only check it, and say so: it is of
    this kind ("guide"), and what is in force then has this name ("playbooks")."""
    from tierline.catalog.document import read_document

    document = read_document(file)
    try:
        with operator(*where) as ours:
            found = ours.request("PUT", path, json=document.value, dry_run=str(dry_run).lower())
    except Invalid as error:
        raise Invalid(f"{file} is no {kind}.", _in_file(error, document)) from None
    if dry_run:
        click.echo(f"{file} is sound.")
    else:
        click.echo(f"Version {found['number']} of the {name} is in force.")


def _in_file(error: Invalid, document: Document) -> list[Fault]:
    """The faults at the lines of the file."""
    from tierline.catalog.document import path_text

    lines = {path_text(path): place for path, place in document.lines.items()}
    faults = error.faults or (Fault(error.code, error.message),)
    return [
        replace(
            fault,
            source=document.source,
            line=lines.get(fault.path, (None, None))[0],
            column=lines.get(fault.path, (None, None))[1],
        )
        for fault in faults
    ]
