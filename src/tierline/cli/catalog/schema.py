"""`tierline catalog schema`: the JSON Schemas of catalog and grid files."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.option("--of", "what", type=click.Choice(["catalog", "grid"]), default="catalog")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write to this file.")
def schema(*, what: str, out: Path | None) -> None:
    """Print the JSON Schema of catalog files (or of the grid's JSON)."""
    from tierline.catalog.grid import grid_schema
    from tierline.catalog.json_schema import catalog_schema
    from tierline.cli.catalog.output import put

    found = catalog_schema() if what == "catalog" else grid_schema()
    put((json.dumps(found, indent=2, ensure_ascii=False) + "\n").encode(), out)
