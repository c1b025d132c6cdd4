"""`tierline identity`: which records of outside systems stand for one customer."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator
from tierline.kernel.errors import Invalid

_AT_ONCE = 1_000
_COLUMNS = (
    "system", "external_id", "account", "name", "domain", "tax_id", "address", "place",
    "postcode", "phone",
)  # fmt: skip
_FILE_LIMIT_BYTES = 100 * 1024 * 1024


@click.group()
def identity() -> None:
    """Customers under the ids of outside systems: link, find doubles, merge, split."""


@identity.command()
@of_installation
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def link(data: Path | None, database: str | None, *, file: Path) -> None:
    """Link the records of FILE, a CSV with the columns system, external_id and name, and as many of
    account, domain, tax_id, address, place, postcode and phone as you have.

    A record without an account opens one. The same file again changes nothing.
    """
    records = _records(file)
    with operator(data, database) as installation:
        for start in range(0, len(records), _AT_ONCE):
            body = {"records": records[start : start + _AT_ONCE]}
            installation.request("POST", "/v1/identity-links", json=body)
    click.echo(f"Linked {len(records):,} records.")


@identity.command()
@of_installation
def resolve(data: Path | None, database: str | None) -> None:
    """Merge accounts that are surely one, and queue the others that may be."""
    with operator(data, database) as installation:
        found = installation.request("POST", "/v1/identity-resolutions")
    for each in found["merges"]:
        click.echo(f"merged {each['account']} into {each['into']}  {each['weight']:+.2f} bits")
    click.echo(f"{len(found['merges']):,} merged, {found['to_review']:,} to review.")


@identity.command()
@of_installation
@click.option("--limit", type=click.IntRange(1, 200), default=20, help="So many pairs.")
@click.option(
    "--apart",
    nargs=2,
    metavar="ACCOUNT ACCOUNT",
    help="Decide: these two are not the same, and are never proposed again.",
)
@click.option("--same", nargs=2, metavar="ACCOUNT ACCOUNT", help="Decide: these two are one.")
def review(data: Path | None, database: str | None, **stated: Any) -> None:
    """Show pairs of accounts that may be one, the strongest evidence first, or decide on one."""
    with operator(data, database) as installation:
        for verdict in ("apart", "same"):
            if stated[verdict] is not None:
                first, second = stated[verdict]
                body = {"first": first, "second": second, "verdict": verdict}
                installation.request("POST", "/v1/identity-decisions", json=body)
                click.echo(f"Decided: {first} and {second} are {verdict}.")
        if stated["apart"] is None and stated["same"] is None:
            page = installation.request("GET", "/v1/identity-reviews", limit=stated["limit"])
            for each in page["items"]:
                _show(each)
            click.echo(f"{len(page['items']):,} shown{', there are more' * bool(page['next'])}.")


@identity.command()
@of_installation
@click.argument("account")
@click.argument("into")
def merge(data: Path | None, database: str | None, *, account: str, into: str) -> None:
    """Merge ACCOUNT into another one, which answers for it from now on."""
    with operator(data, database) as installation:
        done = installation.request("PUT", f"/v1/accounts/{account}/merge", json={"into": into})
    click.echo(f"Merged {done['account']} into {done['into']}.")


@identity.command()
@of_installation
@click.argument("account")
def split(data: Path | None, database: str | None, *, account: str) -> None:
    """Undo the merge of ACCOUNT: it stands for itself again, exactly as it was."""
    with operator(data, database) as installation:
        installation.request("DELETE", f"/v1/accounts/{account}/merge")
    click.echo(f"Split {account}.")


def _show(each: dict[str, Any]) -> None:
    first, second = each["first"], each["second"]
    click.echo(f"{each['weight']:+7.2f}  {first['name']}  =?  {second['name']}")
    click.echo(f"         {first['account']}  {second['account']}")
    for agreed in each["agreements"]:
        against = "  speaks against it" if agreed["field"] in each["contradictions"] else ""
        click.echo(
            f"         {agreed['weight']:+7.2f}  {agreed['field']}: {agreed['words']}{against}"
        )


def _records(file: Path) -> list[dict[str, str]]:
    try:
        if file.stat().st_size > _FILE_LIMIT_BYTES:
            raise Invalid(f"{file} is larger than {_FILE_LIMIT_BYTES:,} bytes.", code="too_large")
        with file.open(newline="", encoding="utf-8-sig") as text:
            rows = csv.DictReader(text, strict=True)
            unknown = [name for name in rows.fieldnames or () if name not in _COLUMNS]
            missing = [name for name in _COLUMNS[:2] if name not in (rows.fieldnames or ())]
            if unknown or missing:
                raise Invalid(
                    f"{file} needs the columns system, external_id and name, and may have "
                    f"{', '.join(_COLUMNS[2:])}; it has {', '.join(rows.fieldnames or ('none',))}.",
                    code="bad_columns",
                )
            return [{name: value for name, value in row.items() if value} for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{file} cannot be read as CSV: {error}.", code="bad_csv") from None
