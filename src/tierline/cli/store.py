"""`tierline store`: copy, back up, restore and check the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.cli.operator import address_of, of_installation
from tierline.cli.progress import row_progress
from tierline.kernel.errors import Conflict

if TYPE_CHECKING:
    from tierline.store.copying import CopyReport

SOUND, DAMAGED = 0, 1
_DIGEST_SHOWN = 23


def replacing(function: Callable[..., object]) -> Callable[..., object]:
    """Add `--replace` and `--yes`."""
    with_yes = click.option("--yes", is_flag=True, help="With --replace: do not ask.")(function)
    return click.option(
        "--replace", is_flag=True, help="Remove what the target holds; asks before it does."
    )(with_yes)


@click.group()
def store() -> None:
    """The database: copy it to another one, back it up, restore it, check it."""


@store.command()
@of_installation
@click.option("--to", required=True, metavar="URL", help="Address or file path of the target.")
@replacing
def copy(data: Path | None, database: str | None, *, to: str, replace: bool, yes: bool) -> None:
    """Copy every row to another database, verified, or change nothing.

    A server may go on writing to the source; what it records from now on is not in the copy.
    """
    from tierline.bootstrap import upkeep

    _ask(to, replace=replace, yes=yes)
    with row_progress() as progress:
        report = upkeep.copy_database(
            address_of(data, database), to, replace=replace, progress=progress
        )
    _print_tables(report)


@store.command()
@of_installation
@click.argument("file", type=click.Path(path_type=Path))
def backup(data: Path | None, database: str | None, *, file: Path) -> None:
    """Write FILE with the state of one moment, also while a server runs."""
    from tierline.bootstrap import upkeep

    with row_progress() as progress:
        size = upkeep.back_up(address_of(data, database), file, progress=progress)
    click.echo(f"Wrote {file} ({size:,} bytes).")


@store.command()
@of_installation
@click.argument("file", type=click.Path(path_type=Path))
@replacing
def restore(
    data: Path | None, database: str | None, *, file: Path, replace: bool, yes: bool
) -> None:
    """Put the backup FILE into an empty database. The server must be stopped."""
    from tierline.bootstrap import upkeep

    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
    to = address_of(data, database)
    _ask(to, replace=replace, yes=yes)
    with row_progress() as progress:
        report = upkeep.restore(file, to, replace=replace, progress=progress)
    _print_tables(report)


@store.command()
@of_installation
@click.pass_context
def check(context: click.Context, data: Path | None, database: str | None) -> None:
    """Read every page, row and link; exit 1 where something is damaged."""
    from tierline.bootstrap import upkeep

    report = upkeep.check_database(address_of(data, database))
    for fault in report.faults:
        click.echo(f"Damaged: {fault}")
    if report.chain.broken is not None:
        click.echo(f"First broken link: {report.chain.broken}.")
    if not report.is_sound:
        context.exit(DAMAGED)
    rows = sum(table.rows for table in report.tables)
    click.echo(
        f"{rows:,} rows in {len(report.tables)} tables were read, and "
        f"{report.chain.head.position:,} sealed facts hold."
    )


def _ask(target: str, *, replace: bool, yes: bool) -> None:
    from tierline.bootstrap import upkeep

    if not replace or yes:
        return
    rows = upkeep.rows_at(target)
    if rows and not click.confirm(f"The target holds {rows:,} rows. Remove them for good?"):
        raise Conflict("Nothing was changed.", code="not_confirmed")


def _print_tables(report: CopyReport) -> None:
    for table in report.tables:
        click.echo(f"{table.name:<28} {table.rows:>12,}  {table.digest[:_DIGEST_SHOWN]}")
    click.echo(f"{report.rows:,} rows in {len(report.tables)} tables, the same on both sides.")
