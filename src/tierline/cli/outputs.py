"""Where the answers of a command go: planned before work begins, written whole when all is done."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from tierline.catalog.publication_files import write_whole
from tierline.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Output:
    """One file to write, and in which form."""

    form: str
    path: Path


def planned(
    paths: Sequence[Path], forms: Mapping[str, str], stated: str | None = None
) -> tuple[Output, ...]:
    """The form of each file by its suffix; `stated` serves a suffix that is not in `forms`.

    Two answers for one file are refused, because the second would be written over the first.
    """
    outputs = tuple(Output(_form(path, forms, stated), path) for path in paths)
    if len({output.path.resolve() for output in outputs}) < len(outputs):
        raise Invalid("Two answers cannot go to one file. Give each -o a path of its own.")
    return outputs


def refuse_inputs(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse to write over a file that this command reads, however it is named."""
    read = {path.resolve(): path for path in inputs}
    for path in outputs:
        if path.resolve() in read or _is_linked(path, read):
            raise Invalid(
                f"{path} is read by this command and would be lost. Write to another file.",
                code="overwrites_input",
            )
        if path.is_dir():
            raise Invalid(f"{path} is a folder. Give the file a name.", code="unwritable")


def write_all(contents: Iterable[tuple[Path, bytes]]) -> None:
    """Write each file whole: a reader sees the old one or the new one, and never a part. Where one
    of them has no place to stand, none is written."""
    made = list(contents)
    for path, _ in made:
        _refuse_unwritable(path)
    for path, content in made:
        try:
            if path.exists() and not path.is_file():
                # A device or a pipe is written to; a file put in its place would remove it.
                path.write_bytes(content)
            else:
                write_whole(path, content)
        except OSError as error:
            raise Invalid(
                f"{path} cannot be written: {error.strerror}.", code="unwritable"
            ) from None
        click.echo(f"Wrote {path} ({len(content):,} bytes).", err=True)


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner reads, to be written; gone again where that fails. Raises Conflict
    where it is there already."""
    try:
        file = path.open("xb")
    except FileExistsError:
        raise Conflict(
            f"{path} is there already; nothing was written.", code="file_exists"
        ) from None
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.", code="no_output") from None
    with file:
        path.chmod(0o600)
        try:
            yield file
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _refuse_unwritable(path: Path) -> None:
    """Refuse a path below a file, or in a folder that may not be changed."""
    above = next(each for each in path.resolve().parents if each.exists())
    if not above.is_dir():
        raise Invalid(f"{path} cannot be written: {above} is a file.", code="unwritable")
    if not os.access(above, os.W_OK):
        raise Invalid(f"{path} cannot be written: {above} is read-only.", code="unwritable")


def _form(path: Path, forms: Mapping[str, str], stated: str | None) -> str:
    form = forms.get(path.suffix.lower(), stated)
    if form is None:
        known = ", ".join(forms)
        raise Invalid(
            f"The form of {path} is not known. End its name with {known}, or state --format.",
            code="unknown_form",
        )
    return form


def _is_linked(path: Path, read: Iterable[Path]) -> bool:
    """Whether a hard link makes it the same file as one that is read."""
    return path.exists() and any(each.exists() and path.samefile(each) for each in read)
