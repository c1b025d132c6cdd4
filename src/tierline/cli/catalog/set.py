"""`tierline catalog set`: change one value of a catalog and nothing else."""

from __future__ import annotations

from pathlib import Path

import click

_BOM = "\ufeff"


@click.command(name="set")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("path")
@click.argument("value")
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write to this file.")
def set_(file: Path, path: str, value: str, *, out: Path | None) -> None:
    """Set the value at PATH of the catalog FILE to VALUE; comments, order and quotes stay.

    PATH is the place as messages name it: tiers.gold.targets[2].within. VALUE is a number, words,
    or YAML in brackets. Nothing is written if the result is not a valid catalog.
    """
    from tierline.catalog.document import read_document
    from tierline.catalog.edit import with_value
    from tierline.cli.catalog.output import put

    read_document(file)
    raw = file.read_bytes().decode("utf-8")
    text = raw.removeprefix(_BOM)
    changed = with_value(text, path, value, source=str(file))
    if changed == text and out is None:
        click.echo(f"{path} has this value already; nothing was written.", err=True)
        return
    put((raw[: len(raw) - len(text)] + changed).encode(), out or file)
