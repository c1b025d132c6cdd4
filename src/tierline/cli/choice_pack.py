"""`tierline choice-pack`: plans side by side, written and verified."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from tierline.cli.operator import of_installation, operator
from tierline.cli.printable import printable
from tierline.kernel.errors import Invalid

_FORMS = ("html", "json", "pdf", "xlsx")


@click.group("choice-pack")
def choice_pack() -> None:
    """Choice packs: two or three plans side by side, with what they cost, signed."""


@choice_pack.command()
@of_installation
@click.option("--catalog", default="", help="Key of the catalog, for everybody.")
@click.option("--account", default="", help="For this account instead (an id or an alias).")
@click.option("--version", help="Of the catalog; else the one in force.")
@click.option("--tier", multiple=True, help="A plan to compare; two or three.")
@click.option("--quantity", multiple=True, metavar="KEY=NUMBER", help="What totals go by.")
@click.option("--on", metavar="DATE", help="The day of the pack; else today.")
@click.option("--language", metavar="TAG", help="Of the words, as de; else English.")
@click.option(
    "--format", "form", type=click.Choice(_FORMS), help="Default: by OUTPUT's ending, else html."
)
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write to this file.")
def write(
    data: Path | None,
    database: str | None,
    *,
    catalog: str,
    account: str,
    form: str | None,
    out: Path | None,
    **asked: Any,
) -> None:
    """Write two or three plans side by side: one HTML page without scripts, JSON, PDF or XLSX.

    The same question gives the same bytes.
    """
    from tierline.cli.catalog.output import form_of, put
    from tierline.scorecards.choice_pack import SignedPack
    from tierline.web.choice_pack import pack_html, pack_json
    from tierline.web.choice_pack_book import pack_workbook
    from tierline.web.documents import choice_pack_pdf

    writers = {
        "html": pack_html,
        "json": pack_json,
        "pdf": choice_pack_pdf,
        "xlsx": pack_workbook,
    }
    written = writers[form_of(form, out, writers)]
    if not catalog and not account:
        raise Invalid("Say whose plans: either --catalog KEY or --account ACCOUNT.")
    path = f"/v1/choice-packs/{quote(catalog, safe='')}"
    if account:
        path = f"/v1/accounts/{quote(account, safe='')}/choice-pack"
        asked["catalog"] = catalog or None
    with operator(data, database) as ours:
        found = ours.request("GET", path, **asked)
    put(written(SignedPack.model_validate(found)), out)


@choice_pack.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--catalog", type=click.Path(path_type=Path), help="Make it of this catalog file once more."
)
@click.option("--public-key", help="The issuer's key, as published with the grid (ed25519:...).")
def verify(file: Path, *, catalog: Path | None, public_key: str | None) -> None:
    """Check the digest and signature of FILE (JSON), and with a catalog every word and number of
    it; exit 1 if anything differs.

    It needs no server, no database and no network.
    """
    from tierline.catalog.load import load_catalog
    from tierline.cli.receipt import read_receipt
    from tierline.scorecards.choice_pack_check import verify_pack

    stated = None if catalog is None else load_catalog(catalog)
    checks = verify_pack(read_receipt(file), stated, public_key)
    for check in checks:
        found = printable(f"{check.name}: {check.found}")
        click.echo(f"{'✓' if check.passed else '×'} {found}")
    if not all(check.passed for check in checks):
        click.echo("This pack does not verify.")
        sys.exit(1)
    click.echo("This pack verifies.")
