"""`tierline catalog format`: the canonical form of a catalog."""

from __future__ import annotations

from pathlib import Path

import click

from tierline.cli.main import FAILED


@click.command(name="format")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the file differs.")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write to this file.")
def format_(file: Path, *, check: bool, out: Path | None) -> None:
    """Write the canonical form of the catalog FILE.

    The same statement gives the same bytes: keys in one order, defaults left out, durations in
    ISO 8601. Comments are not part of it; `tierline catalog set` keeps them.
    """
    from tierline.catalog.canonical import canonical_bytes
    from tierline.catalog.load import load_catalog
    from tierline.cli.catalog.output import put

    content = canonical_bytes(load_catalog(file))
    if not check:
        put(content, out)
    elif file.read_bytes() != content:
        click.echo(
            f"{file} is not in canonical form. Run: tierline catalog format {file} -o {file}",
            err=True,
        )
        raise SystemExit(FAILED)
    else:
        click.echo(f"{file} is in canonical form.")
