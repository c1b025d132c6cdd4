"""`tierline bundle`: the signed evidence of an account, written and verified."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote, urlencode

import click

from tierline.cli.operator import of_installation, operator
from tierline.cli.outputs import new_file
from tierline.cli.printable import printable


@click.group()
def bundle() -> None:
    """Evidence bundles: how promises to an account were kept, with all that shows it."""


@bundle.command()
@of_installation
@click.argument("account")
@click.option("--until", default="", metavar="YYYY-MM", help="The last of the twelve months.")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="A file that is new."
)
def write(
    data: Path | None, database: str | None, *, account: str, until: str, output: Path
) -> None:
    """Write the signed evidence of ACCOUNT (an id or an alias) over twelve months into a ZIP."""
    asked = f"?{urlencode({'until': until})}" if until else ""
    with new_file(output) as file, operator(data, database) as ours:
        ours.fetch(f"/v1/accounts/{quote(account, safe='')}/evidence{asked}", file)
    click.echo(f"Wrote {output}.")


@bundle.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--public-key", help="The issuer's key, as published with the grid (ed25519:...).")
def verify(file: Path, public_key: str | None) -> None:
    """Work every milestone and figure of FILE out again; exit 1 if anything differs.

    It needs no server, no database and no network.
    """
    from tierline.bootstrap.evidence import verify_bundle

    checks = verify_bundle(file, public_key)
    for check in checks:
        found = printable(f"{check.name}: {check.found}")
        click.echo(f"{'✓' if check.passed else '×'} {found}")
    if not all(check.passed for check in checks):
        click.echo("This bundle does not verify.")
        sys.exit(1)
    click.echo("This bundle verifies.")
