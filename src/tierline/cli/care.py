"""`tierline care`: what is due by the calendar, what came of it, and calendars to read it in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.care.item import CareState
from tierline.cli.operator import of_installation, operator
from tierline.cli.printable import printable

_as_json = click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
_PAGE_ROWS = 200
_FORMS = ("html", "json", "pdf")


@click.group()
def care() -> None:
    """Dated promises: list what is due, note what was done, make a calendar of it."""


@care.command("list")
@of_installation
@click.option("--account", metavar="ID", help="Of this account (an id or an alias).")
@click.option("--state", type=click.Choice([*CareState]), help="In this state.")
@_as_json
def list_(data: Path | None, database: str | None, *, is_json: bool, **asked: Any) -> None:
    """What was due in the last quarter and is within half a year, by date (at most 200 rows)."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/care", limit=_PAGE_ROWS, **asked)["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(
            f"{each['due_on']}  {each['state']:<8} {printable(each['what']):<24} "
            f"{each['contract']}  {each['feature']}"
        )
    if not found:
        click.echo("Nothing is promised by the calendar here.")


@care.command()
@of_installation
@click.option("--at", metavar="INSTANT", help="When it was done; else now.")
@click.option("--text", default="", help="What came of it.")
@click.option("--finding", "findings", multiple=True, help="What was found; several times.")
@click.argument("contract")
@click.argument("feature")
@click.argument("due_on", metavar="DATE")
def done(
    data: Path | None,
    database: str | None,
    *,
    contract: str,
    feature: str,
    due_on: str,
    findings: tuple[str, ...],
    **stated: Any,
) -> None:
    """Note that FEATURE of CONTRACT, due on DATE, was done; say whether in time."""
    path = f"/v1/contracts/{contract}/care/{feature}/{due_on}/completion"
    with operator(data, database) as ours:
        told = {**stated, "findings": [{"text": each} for each in findings]}
        found = ours.request("PUT", path, json=told)
    click.echo(f"{found['what']}, due on {found['due_on']}: {found['state']}.")


@care.command()
@of_installation
@click.option("--account", metavar="ID", help="Of this account (an id or an alias).")
@_as_json
def actions(data: Path | None, database: str | None, *, account: str | None, is_json: bool) -> None:
    """Actions that came of care and are not done, what is due first at the top."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/care-actions", account=account)["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        late = "overdue" if each["is_overdue"] else "open"
        click.echo(f"{each['due_on']}  {late:<8} {printable(each['text'])}  ({each['what']})")
    if not found:
        click.echo("Nothing is to be done.")


@care.command()
@of_installation
@click.option(
    "--format", "form", type=click.Choice(_FORMS), help="Default: by OUTPUT's ending, else html."
)
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write to this file.")
@click.argument("contract")
@click.argument("feature")
@click.argument("due_on", metavar="DATE")
def briefing(
    data: Path | None,
    database: str | None,
    *,
    form: str | None,
    out: Path | None,
    contract: str,
    feature: str,
    due_on: str,
) -> None:
    """Write the pack for FEATURE of CONTRACT, due on DATE: one HTML page without scripts, JSON, or
    PDF. It tells what is known now, from 31 days before its day on, until it was held."""
    from tierline.cli.catalog.output import form_of, put
    from tierline.scorecards.briefing import Briefing
    from tierline.web.briefing import briefing_html, briefing_json
    from tierline.web.documents import briefing_pdf

    writers = {"html": briefing_html, "json": briefing_json, "pdf": briefing_pdf}
    written = writers[form_of(form, out, writers)]
    with operator(data, database) as ours:
        found = ours.request("GET", f"/v1/contracts/{contract}/care/{feature}/{due_on}/briefing")
    put(written(Briefing.model_validate(found)), out)


@care.command()
@of_installation
@click.argument("account")
def calendar(data: Path | None, database: str | None, *, account: str) -> None:
    """Print the path at which any calendar program reads what is due for ACCOUNT.

    Whoever has it reads it. It is told once; DELETE /v1/care-calendars/{id} revokes it.
    """
    with operator(data, database) as ours:
        made = ours.request("POST", "/v1/care-calendars", json={"account": account})
    click.echo(made["path"])
