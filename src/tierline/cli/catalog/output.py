"""Where a command's answer goes: standard output, or a file that is written whole."""

from __future__ import annotations

from pathlib import Path

import click

from tierline.catalog.publication_files import write_whole
from tierline.kernel.errors import Invalid


def put(content: bytes, out: Path | None) -> None:
    """Write the bytes to the file, or to standard output where there is none (or it is `-`)."""
    if out is None or str(out) == "-":
        click.echo(content, nl=False)
        return
    try:
        write_whole(out, content)
    except OSError as error:
        raise Invalid(f"{out} cannot be written: {error.strerror}.", code="unwritable") from None
    click.echo(f"Wrote {out} ({len(content):,} bytes).", err=True)
