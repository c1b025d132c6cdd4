"""`tierline import`: cases of another desk, with its verdicts beside ours."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator
from tierline.cli.printable import printable
from tierline.kernel.errors import Conflict, Invalid

_from = click.option(
    "--from", "desk", required=True, metavar="DESK",
    help="Whose export it is: freshdesk, intercom, jira, salesforce, servicenow, zendesk.",
)  # fmt: skip


@click.group("import")
def imports() -> None:
    """Import cases of another desk."""


@imports.command()
@of_installation
@_from
@click.argument(
    "paths", type=click.Path(path_type=Path, exists=True), nargs=-1, required=True,
    metavar="PATH...",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only tell what would be done, and what is wrong.")
@click.option("--mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Your own mapping, in place of the one that ships.")  # fmt: skip
@click.option("--source", metavar="WORD", help="Tells two installations of one desk apart.")
@click.option("--catalog", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Judge by this catalog, without an installation.")  # fmt: skip
@click.option("--own-targets", is_flag=True, help="With --catalog: by the export's own targets.")
@click.option("--json", "is_json", is_flag=True, help="The report as JSON.")
def cases(data: Path | None, database: str | None, *, is_json: bool, **stated: Any) -> None:
    """Import the cases of an export: files, folders or ZIPs of JSON, JSON Lines or CSV.

    With --data or --database into that installation, each case held to what its account was
    promised when it was opened. With --catalog FILE --dry-run nothing is needed but the export.
    The other desk's verdicts are compared with ours, and each difference is explained.
    """
    if data is None and database is None:
        report = _judged(stated)
    else:
        if stated["catalog"] is not None:
            raise Invalid("Either --catalog, or an installation, which knows its own.")
        content = _packed(stated["paths"], stated["mapping"])
        with operator(data, database) as ours:
            report = ours.send(
                "/v1/case-imports",
                content,
                **{"from": stated["desk"]},
                source=stated["source"],
                name="export.zip",
                dry_run=stated["dry_run"],
            )
    if is_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    from tierline.cli.import_report import report_text

    click.echo(report_text(report), nl=False)


@imports.command()
@click.argument("desk")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write it to a new file, to begin your own from.")  # fmt: skip
def mapping(desk: str, output: Path | None) -> None:
    """Print the mapping of DESK as it ships."""
    from tierline.bootstrap.case_imports import desk_mapping_text

    text = desk_mapping_text(desk)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Conflict(
            f"{output} is there already; nothing was written.", code="file_exists"
        ) from None
    except OSError as error:
        raise Invalid(f"{output} cannot be written: {error.strerror}.", code="no_output") from None
    click.echo(f"Wrote {output}.")


@imports.command()
@click.argument("desk")
def fields(desk: str) -> None:
    """List every field that DESK publishes, and what becomes of it."""
    from tierline.bootstrap.case_imports import desk_fields

    found = desk_fields(desk)
    for each in found:
        told = each.fate.value.replace("_", " ")
        reason = f": {each.reason}" if each.reason else ""
        click.echo(f"{each.list:<24} {each.field:<36} {told}{reason}")
    taken = sum(each.fate.value in ("read", "kept") for each in found)
    click.echo(f"{taken:,} of {len(found):,} are read or kept ({taken / len(found):.1%}).")


@imports.command("list")
@of_installation
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def list_(data: Path | None, database: str | None, *, is_json: bool) -> None:
    """The 200 newest imports, those that wait to be decided about among them."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/imports", limit=200)["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(
            f"{each['sent_at']}  {each['state']:<9} {each['desk'] or each['kind']:<10} "
            f"{each['changes']:>7,} of {each['total']:>7,}  {printable(each['name'])}"
        )
    if not found:
        click.echo("Nothing was imported.")


def _judged(stated: dict[str, Any]) -> dict[str, Any]:
    """The report of an export by a catalog file alone."""
    from tierline.actions.case_import import judge_cases
    from tierline.actions.case_import_report import document_of
    from tierline.bootstrap.case_imports import read_case_files
    from tierline.catalog.canonical import catalog_digest
    from tierline.catalog.load import load_catalog
    from tierline.milestones.terms import terms_of

    if not stated["dry_run"] or stated["catalog"] is None:
        raise Invalid(
            "Say where: --data DIR or --database URL; or --catalog FILE --dry-run to only judge.",
            code="which_data",
        )
    desk = stated["desk"]
    file = read_case_files(desk, stated["source"] or desk, stated["paths"], stated["mapping"])
    catalog = load_catalog(stated["catalog"])
    terms = terms_of(catalog, catalog_digest(catalog))
    return document_of(judge_cases(file, terms, own_targets=stated["own_targets"]))


def _packed(paths: tuple[Path, ...], mapping: Path | None) -> bytes:
    """One ZIP of everything, with the mapping in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        if mapping is not None:
            archive.write(mapping, "mapping.yaml")
        for name, content in _contents(paths):
            archive.writestr(name, content)
    return packed.getvalue()


def _contents(paths: tuple[Path, ...]) -> Any:
    from tierline.bootstrap.case_imports import export_contents

    yield from export_contents(paths)
