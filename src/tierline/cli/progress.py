"""A progress bar on standard error, where somebody is looking at it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def reading_progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """A function for `read_log` to call, or None where standard error is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}{task.fields[unit]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, int] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage.capitalize(), total=total, unit="\u202f%")
            bar.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]  # rich's own id type

        yield progress


@contextmanager
def row_progress() -> Iterator[Callable[[str, int, int], None]]:
    """As `reading_progress`, with a function that does nothing where nobody is looking."""
    with reading_progress() as progress:
        yield progress or (lambda _stage, _done, _total: None)
