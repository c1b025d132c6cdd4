"""`tierline catalog publish`: a dated version that never changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from tierline.catalog.lint.report import Report

_PUBLIC_KEY = re.compile(r"ed25519:[A-Za-z0-9+/]{43}=")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to", "directory", type=click.Path(path_type=Path), required=True, help="Folder of versions."
)
@click.option("--public-key", help="Shown on the grid instead of this installation's own.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def publish(file: Path, *, directory: Path, public_key: str | None, dry_run: bool) -> None:
    """Publish the catalog FILE as the version that it is dated.

    Writes the canonical statement, its public grid in HTML and JSON with the key that verifies
    receipts, and the index, all read-only.
    The same content again changes nothing; other content needs a new version date. A catalog with
    lint errors is not published.
    """
    from tierline import bootstrap
    from tierline.catalog.grid import grid_of
    from tierline.catalog.lint.report import lint_file
    from tierline.catalog.publication import plan_publication
    from tierline.catalog.publication import publish as write
    from tierline.kernel.clock import now
    from tierline.web.grid import grid_html, grid_json

    if public_key is not None and not _PUBLIC_KEY.fullmatch(public_key):
        raise Invalid(
            "--public-key must be 'ed25519:' and 32 bytes in base64.", code="bad_public_key"
        )
    report = lint_file(file, as_of=now().date())
    _refuse_errors(report)
    if public_key is None and not dry_run:
        public_key = bootstrap.signing_key().public_text()
    grid = grid_of(report.catalog, public_key=public_key)
    grids = {"html": grid_html(grid), "json": grid_json(grid)}
    plan = plan_publication(report.catalog, directory, grids)
    what = f"{report.catalog.catalog} {plan.version} ({plan.digest})"
    if plan.is_done:
        click.echo(f"{what} is published already in {plan.folder}; nothing changed.")
        return
    if not dry_run:
        try:
            write(plan)
        except OSError as error:
            message = f"{plan.folder} cannot be written: {error.strerror}."
            raise Invalid(message, code="unwritable") from None
    verb = "Would write" if dry_run else "Published"
    click.echo(f"{verb} {what} in {plan.folder}:")
    for name in plan.names():
        click.echo(f"  {name}")


def _refuse_errors(report: Report) -> None:
    from tierline.catalog.lint.finding import Level

    if not report.is_blocked():
        return
    errors = [finding for finding in report.findings if finding.level is Level.error]
    noun = "error" if len(errors) == 1 else "errors"
    raise Invalid(
        f"Not published: the linter found {len(errors)} {noun}.",
        [
            Fault(f.rule, f"[{f.rule}] {f.message}", f.path, f.instead, f.source, f.line, f.column)
            for f in errors
        ],
        code="lint_errors",
    )
