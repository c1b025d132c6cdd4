"""`tierline catalog grid`: the public grid of a catalog version."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "json", "pdf"]),
    help="Default: by OUTPUT's ending, else html.",
)
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write to this file.")
@click.option("--public-key", help="Show the key with which receipts can be verified.")
def grid(file: Path, *, form: str | None, out: Path | None, public_key: str | None) -> None:
    """Write the public grid of the catalog FILE: one HTML page without scripts, JSON, or PDF."""
    from tierline.catalog.grid import grid_of
    from tierline.catalog.load import load_catalog
    from tierline.cli.catalog.output import form_of, put
    from tierline.web.documents import grid_pdf
    from tierline.web.grid import grid_html, grid_json

    writers = {"html": grid_html, "json": grid_json, "pdf": grid_pdf}
    written = writers[form_of(form, out, writers)]
    put(written(grid_of(load_catalog(file), public_key=public_key)), out)
