"""`tierline contract`: the annex of a contract, and what two of them say differently."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator

_FORMS = ("html", "json", "pdf")
_TITLES = {"worse": "Worse", "changed": "Changed", "better": "Better"}


@click.group()
def contract() -> None:
    """Contracts: write the service schedule of one, and compare two."""


@contract.command()
@of_installation
@click.argument("identifier", metavar="CONTRACT")
@click.option("--at", metavar="INSTANT", help="As of then; else as of now.")
@click.option(
    "--format", "form", type=click.Choice(_FORMS), help="Default: by OUTPUT's ending, else html."
)
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write to this file.")
def schedule(
    data: Path | None,
    database: str | None,
    *,
    identifier: str,
    at: str | None,
    form: str | None,
    out: Path | None,
) -> None:
    """Write the service schedule of CONTRACT: what it promises, defines, leaves out and owes.

    One HTML page without scripts, JSON, or PDF. It names the account's contacts.
    """
    from tierline.accounts.service_schedule_document import ServiceSchedule
    from tierline.cli.catalog.output import form_of, put
    from tierline.web.documents import service_schedule_pdf
    from tierline.web.service_schedule import service_schedule_html, service_schedule_json

    writers = {
        "html": service_schedule_html,
        "json": service_schedule_json,
        "pdf": service_schedule_pdf,
    }
    written = writers[form_of(form, out, writers)]
    with operator(data, database) as ours:
        found = ours.request("GET", f"/v1/contracts/{identifier}/service-schedule", at=at)
    put(written(ServiceSchedule.model_validate(found)), out)


@contract.command()
@of_installation
@click.argument("identifier", metavar="CONTRACT")
@click.option("--at", metavar="INSTANT", help="CONTRACT as of then; else as of now.")
@click.option("--before", metavar="CONTRACT", help="Another contract that it is compared with.")
@click.option("--before-at", metavar="INSTANT", help="That one (or the same) as of then.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def differences(
    data: Path | None, database: str | None, *, identifier: str, is_json: bool, **asked: Any
) -> None:
    """Say what CONTRACT promises differently than another contract, or than at another instant.

    Worse first. Without --before it is the same contract at two instants.
    """
    path = f"/v1/contracts/{identifier}/service-schedule/differences"
    with operator(data, database) as ours:
        found = ours.request("GET", path, **asked)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name in ("old", "new"):
        side = found[name]
        click.echo(
            f"{side['on']}  {side['account_name']}, {side['tier_name']}, "
            f"{side['catalog']} {side['version']}"
        )
    for direction, title in _TITLES.items():
        changes = [each for each in found["changes"] if each["direction"] == direction]
        if changes:
            click.echo(f"\n{title}")
        for each in changes:
            click.echo(f"  {each['what']}: {_words(each['old'], each['new'])}")
    if not found["changes"]:
        click.echo("Nothing that is promised differs.")


def _words(old: str | None, new: str | None) -> str:
    if old is None:
        return f"new: {new}"
    return f"gone: {old}" if new is None else f"{old} → {new}"


@contract.command("dismiss-mention")
@of_installation
@click.argument("record")
@click.option("--reason", default="", help="Why it needs no row.")
@click.option("--made-into", metavar="ID", help="The override or uplift that it became.")
@click.option("--undo", is_flag=True, help="List it again.")
def dismiss_mention(
    data: Path | None,
    database: str | None,
    *,
    record: str,
    reason: str,
    made_into: str | None,
    undo: bool,
) -> None:
    """Take RECORD off the list of promises in free words ('tierline case report promise-mentions').

    It is no promise, or it stands as a row of the contract by now.
    """
    with operator(data, database) as ours:
        path = "/v1/promise-mentions/dismissals"
        if undo:
            ours.request("DELETE", path, record=record)
        else:
            sent = {"record": record, "reason": reason, "made_into": made_into}
            ours.request("POST", path, json=sent)
    click.echo("It is listed again." if undo else "It is dismissed.")
