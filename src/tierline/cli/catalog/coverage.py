"""`tierline catalog coverage`: every promise of a catalog, and where it is enforced."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tierline.catalog.enforcement import EnforcementCoverage


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def coverage(file: Path, form: str) -> None:
    """Say where each promise of the catalog in FILE is enforced: by the platform, by a workflow, by
    a person, or nowhere. Exit 1 where one is kept nowhere."""
    from tierline.catalog.enforcement import enforcement_coverage
    from tierline.catalog.load import load_catalog

    found = enforcement_coverage(load_catalog(file))
    click.echo(json.dumps(_values(found), indent=2) if form == "json" else _text(found))
    if found.unenforced:
        raise click.exceptions.Exit(1)


def _text(found: EnforcementCoverage) -> str:
    width = max((len(each.id) for each in found.promises), default=0)
    lines = [
        f"{each.enforced_by.value:<9} {each.id:<{width}}  {each.name}" for each in found.promises
    ]
    kept = len(found.promises) - len(found.unenforced)
    return "\n".join(
        [*lines, f"{kept} of {len(found.promises)} promises are enforced ({found.percent}%)."]
    )


def _values(found: EnforcementCoverage) -> dict[str, object]:
    return {
        "catalog": found.catalog,
        "version": found.version,
        "coverage_percent": int(found.percent),
        "promises": [
            {
                "id": each.id,
                "name": each.name,
                "kind": each.kind,
                "tiers": list(each.tiers),
                "enforced_by": each.enforced_by.value,
            }
            for each in found.promises
        ],
    }
