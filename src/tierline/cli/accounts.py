"""`tierline accounts`: import accounts, contacts and contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator
from tierline.kernel.errors import Conflict, Invalid

_KINDS = ("accounts", "contacts", "contracts")


@click.group()
def accounts() -> None:
    """Accounts: import them with their contacts and contracts."""


@accounts.command("import")
@of_installation
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only tell what would be done, and what is wrong.")
def import_(data: Path | None, database: str | None, *, file: Path, dry_run: bool) -> None:
    """Import FILE: a CSV file, or a workbook with the sheets accounts, contacts and contracts.

    All of it is imported, or nothing, and then every fault is told with its line. The same file
    again changes nothing. Goes through the server where one is running.
    """
    content = _content(file)
    with operator(data, database) as installation:
        report: dict[str, Any] = installation.send(
            "/v1/account-imports", content, name=file.name[:200], dry_run=dry_run
        )
    for kind in _KINDS:
        count = report[kind]
        click.echo(
            f"{kind:<10} {count['added']:>8,} new {count['changed']:>8,} changed "
            f"{count['unchanged']:>8,} unchanged"
        )
    for notice in report["notices"]:
        click.echo(f"Note: {notice}")
    if report["is_dry_run"]:
        click.echo("Dry run: nothing was changed.")


@accounts.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--kind", type=click.Choice(_KINDS), help="The kind of rows of a CSV file.")
def template(file: Path, kind: str | None) -> None:
    """Write FILE to fill in: NAME.xlsx with a sheet for each kind, or NAME.csv of one --kind."""
    from tierline.bootstrap import account_template

    is_csv = file.suffix.lower() == ".csv"
    if is_csv != (kind is not None):
        raise Invalid("Name a CSV file with --kind, or an XLSX file without.", code="which_kind")
    if file.exists():
        raise Conflict(f"{file} is there already; nothing was written.", code="file_exists")
    try:
        file.write_bytes(account_template(kind))
    except OSError as error:
        raise Invalid(f"{file} cannot be written: {error.strerror}.", code="no_output") from None
    click.echo(f"Wrote {file}.")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.", code="unreadable") from None
