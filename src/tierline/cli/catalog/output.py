"""Where a command's answer goes: standard output, or a file that is written whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.catalog.publication_files import write_whole
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection


def form_of(stated: str | None, out: Path | None, forms: Collection[str]) -> str:
    """In which of the forms a file is written: the one that is stated, else by the file's ending,
    else the first, as on standard output. Raises a usage error where the ending is none of them."""
    by_ending = next(iter(forms)) if out is None or _is_standard(out) else out.suffix[1:].lower()
    form = stated or by_ending
    if form not in forms:
        *others, last = (f".{each}" for each in forms)
        raise click.UsageError(
            f"'{out}' ends in none of {', '.join(others)} and {last}; add --format."
        )
    return form


def put(content: bytes, out: Path | None) -> None:
    """Write the bytes to the file, or to standard output where there is none (or it is `-`)."""
    if out is None or _is_standard(out):
        click.echo(content, nl=False)
        return
    try:
        write_whole(out, content)
    except OSError as error:
        raise Invalid(f"{out} cannot be written: {error.strerror}.", code="unwritable") from None
    click.echo(f"Wrote {out} ({len(content):,} bytes).", err=True)


def _is_standard(out: Path) -> bool:
    return str(out) == "-"
