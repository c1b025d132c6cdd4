"""`tierline health-report`: list the reports of an account, write one to a file, draw one up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.cli.operator import of_installation, operator

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.languages.language import Language
    from tierline.scorecards.health_report import HealthReport

_FORMS = ("html", "json", "pdf")


@click.group("health-report")
def health_report() -> None:
    """Health reports: how promises were kept, as it was drawn up at the end of each period."""


@health_report.command("list")
@of_installation
@click.argument("account")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def list_(data: Path | None, database: str | None, *, account: str, is_json: bool) -> None:
    """The reports of ACCOUNT (an id or an alias), one a line: the newest period first."""
    with operator(data, database) as ours:
        found = list(ours.items(f"/v1/accounts/{account}/health-reports"))
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(f"{each['start']}  {each['end']}  {each['id']}")
    if not found:
        click.echo("No report has been drawn up yet.")


@health_report.command()
@of_installation
@click.argument("report")
@click.option(
    "--format", "form", type=click.Choice(_FORMS), help="Default: by OUTPUT's ending, else html."
)
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write to this file.")
@click.option(
    "--language",
    "tag",
    metavar="TAG",
    help="In which language: de, de-AT. Default: TIERLINE_LANGUAGE, else English.",
)
def write(
    data: Path | None,
    database: str | None,
    *,
    report: str,
    form: str | None,
    out: Path | None,
    tag: str | None,
) -> None:
    """Write REPORT as it was drawn up: one HTML page without scripts, JSON, or PDF."""
    from tierline.cli.catalog.output import form_of, put
    from tierline.scorecards.health_report import HealthReport
    from tierline.web.documents import health_report_pdf
    from tierline.web.health_report import health_report_html, health_report_json

    writers: dict[str, Callable[[HealthReport, Language], bytes]] = {
        "html": health_report_html,
        "json": lambda report, _: health_report_json(report),
        "pdf": health_report_pdf,
    }
    written, language = writers[form_of(form, out, writers)], _language(tag)
    with operator(data, database) as ours:
        found = ours.request("GET", f"/v1/health-reports/{report}")
    put(written(HealthReport.model_validate(found), language), out)


@health_report.command()
@of_installation
@click.argument("account")
@click.argument("start", metavar="START")
@click.argument("end", metavar="END")
def draw(data: Path | None, database: str | None, *, account: str, start: str, end: str) -> None:
    """Draw up a report of ACCOUNT about the instants from START to END, beside those that its plan
    promises. It is kept, and written to the account's people."""
    path, body = f"/v1/accounts/{account}/health-reports", {"start": start, "end": end}
    with operator(data, database) as ours:
        made = ours.request("POST", path, json=body)
    click.echo(f"Drew up {made['id']}.")


def _language(tag: str | None) -> Language:
    """Whose words there are, by its tag."""
    from tierline import settings
    from tierline.languages.locales import language_named, languages

    stated = tag or settings.language()
    found = language_named(stated)
    if found is None:
        known = ", ".join(languages())
        raise click.UsageError(f"There are no words in '{stated}'. Write one of: {known}.")
    return found
