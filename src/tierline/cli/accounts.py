"""`tierline accounts`: import accounts, contacts and contracts."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from tierline.cli.operator import of_installation, operator
from tierline.cli.outputs import new_file
from tierline.kernel.errors import Conflict, Invalid

_KINDS = ("accounts", "contacts", "contracts")


@click.group()
def accounts() -> None:
    """Accounts: import them with their contacts and contracts, export what belongs to one."""


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


@accounts.command()
@of_installation
@click.argument("account")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE.zip",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it; a file that is there already is not touched.",
)
def export(data: Path | None, database: str | None, *, account: str, output: Path) -> None:
    """Write everything that belongs to ACCOUNT (an id or an alias) into one ZIP.

    JSON Lines for each table and a manifest with rows and SHA-256 sums. It holds personal data.
    """
    with new_file(output) as file, operator(data, database) as installation:
        installation.fetch(f"/v1/accounts/{quote(account, safe='')}/export", file)
    with zipfile.ZipFile(output) as archive:
        files = json.loads(archive.read("manifest.json"))["files"]
    for each in files:
        if each["rows"]:
            click.echo(f"{each['rows']:>9,}  {each['name']}")
    click.echo(f"Wrote {output}.")


@accounts.command()
@of_installation
@click.argument("account")
def accelerated(data: Path | None, database: str | None, *, account: str) -> None:
    """What ACCOUNT (an id or an alias) is owed beside money after missed targets, one a line.

    Each lets the next case of its severities go first, until it is used or lapses.
    """
    path = f"/v1/accounts/{quote(account, safe='')}/accelerated-responses"
    with operator(data, database) as installation:
        found = installation.request("GET", path)["accelerated_responses"]
    for each in found:
        used = each["used_for"]
        became = f"used for case {used['number']}" if used else each["state"]
        click.echo(
            f"case {each['number']}  {each['milestone']} missed at {each['owed_at']}  "
            f"{', '.join(each['severities'])} until {each['until']}  {became}"
        )
    if not found:
        click.echo("Nothing is or was owed.")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.", code="unreadable") from None
