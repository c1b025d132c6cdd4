"""`tierline status`: how everything is, its components, and the page as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tierline.cli.operator import Operator, of_installation, operator
from tierline.cli.printable import printable
from tierline.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from tierline.worker.lanes import Duty

_as_json = click.option("--json", "is_json", is_flag=True, help="The same as JSON.")


@click.group()
def status() -> None:
    """The status page: show it, write it as files, say which components there are."""


@status.command()
@of_installation
@click.option("--account", metavar="ID", help="As this account sees it (an id or an alias).")
@_as_json
def show(data: Path | None, database: str | None, *, account: str | None, is_json: bool) -> None:
    """How everything is now, what goes on and what is planned."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/status", account=account)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    click.echo(f"{found['sentence']} ({found['as_of']}, {found['scope']})")
    for each in found["components"]:
        month = each["months"][-1]["uptime_percent"] if each["months"] else "-"
        condition = each["condition"].replace("_", " ")
        click.echo(f"  {printable(each['name']):<30} {condition:<22} {month} % this month")
    for name in ("open", "planned"):
        for each in found[name]:
            click.echo(f"{name}: {each['number']} {printable(each['title'])} ({each['phase']}), "
                       f"{each['started_at']} to {each['ended_at'] or 'nobody knows'}")  # fmt: skip


@status.command()
@of_installation
@click.option("--account", metavar="ID", help="As this account sees it (an id or an alias).")
@click.option("--until", metavar="MONTH", help="The last of the twelve months: 2025-12.")
@_as_json
def uptime(
    data: Path | None,
    database: str | None,
    *,
    account: str | None,
    until: str | None,
    is_json: bool,
) -> None:
    """Whether it was up, by month: for everybody, or for an account and against its contract."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/uptime", account=account, until=until)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for month in found["months"]:
        public = month["public"]
        beside = "" if public is None else f", public {public['uptime_percent']} %"
        click.echo(f"{month['month']}  {month['uptime_percent']} %{beside}")
        for part in month["components"]:
            _tell_part(part)


def _tell_part(part: dict[str, Any]) -> None:
    """A component that was down or worked on, or of which something is promised."""
    if part["incidents"] or part["commitments"]:
        down = part["down_seconds"]
        click.echo(f"  {printable(part['name']):<30} {part['uptime_percent']} %, {down} s down")
    for each in part["commitments"]:
        click.echo(f"    {_budget(each)}")
    for each in part["incidents"]:
        click.echo(f"    {each['number']} {printable(each['title'])}: {each['counted_seconds']} s "
                   f"counted, {each['planned_seconds']} s planned")  # fmt: skip


def _budget(each: dict[str, Any]) -> str:
    state = each["state"].replace("_", " ")
    return (f"{each['committed_percent']} % promised a {each['per']}: {state}, "
            f"{each['left_seconds']} of {each['allowed_seconds']} s left")  # fmt: skip


@status.command("promises")
@of_installation
@click.option("--month", metavar="MONTH", help="Of which month: 2025-12; else of the present one.")
@_as_json
def uptime_promises(
    data: Path | None, database: str | None, *, month: str | None, is_json: bool
) -> None:
    """Uptime by region, and which commitments to accounts were missed."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reports/uptime", month=month)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    click.echo(f"{found['month']}: public {found['public']['uptime_percent']} %")
    for each in found["regions"]:
        click.echo(f"  {printable(each['region']):<30} {each['uptime_percent']} %, "
                   f"{each['accounts']} accounts")  # fmt: skip
    missed = [each for each in found["commitments"] if each["state"] == "missed"]
    for each in missed:
        click.echo(f"missed: {printable(each['name'])}, {printable(each['component'])}: "
                   f"{_budget(each)}")  # fmt: skip
    if not missed:
        click.echo("No commitment was missed.")


@status.command()
@of_installation
@click.option("--address", metavar="URL", help="Where the files will be, for links in the feeds.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def export(data: Path | None, database: str | None, *, address: str | None, folder: Path) -> None:
    """Write the public page into DIR: pages, feeds and JSON, to be served by anything.

    They need nothing of this installation, so that they are there while it is not.
    """
    from tierline import settings
    from tierline.web.status_files import performance_at, status_files, write_files

    with operator(data, database) as ours:
        document, uptime = (ours.request("GET", f"/v1/{name}") for name in ("status", "uptime"))
        pages = settings.address() if _has_public_figures(ours) else None
    files = status_files(document, uptime, address, performance=performance_at(pages))
    write_files(files, folder)
    click.echo(f"Wrote {len(files)} files into {folder}.")


@status.command()
@of_installation
@_as_json
def components(data: Path | None, database: str | None, *, is_json: bool) -> None:
    """Every component with its id, and whom it concerns."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/components")["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(f"{each['id']}  {printable(each['name']):<30} {_whom(each)}")
    if not found:
        click.echo("No component is stated yet. `tierline status add NAME` adds one.")


@status.command()
@of_installation
@click.option("--about", default="", metavar="TEXT", help="What it does.")
@click.option("--account", "accounts", multiple=True, metavar="ID", help="Only for this account.")
@click.option("--region", "regions", multiple=True, help="Only for accounts of this region.")
@click.option("--private", "is_private", is_flag=True, help="Not on the public page.")
@click.argument("name")
def add(
    data: Path | None, database: str | None, *, name: str, is_private: bool, **stated: Any
) -> None:
    """Add the component NAME to the page; print its id."""
    body = {**stated, "name": name, "is_public": not is_private}
    with operator(data, database) as ours:
        click.echo(ours.request("POST", "/v1/components", json=body)["id"])


def status_duties() -> tuple[Duty, ...]:
    """What a worker does about the files of the status page: it keeps those of TIERLINE_STATUS_DIR
    up to what is published, where that is set."""
    from datetime import timedelta

    from tierline import settings
    from tierline.web.status_files import StatusFiles
    from tierline.worker.lanes import Duty

    folder = settings.status_folder()
    if folder is None:
        return ()
    files = StatusFiles(folder)
    return (
        Duty(
            name="write status files",
            every=timedelta(seconds=2),
            is_needed=files.is_needed,
            do=files.write,
        ),
    )


def _has_public_figures(ours: Operator) -> bool:
    try:
        ours.request("GET", "/v1/performance")
    except Invalid as error:
        if error.code != NotFound.code:
            raise
        return False
    return True


def _whom(component: dict[str, Any]) -> str:
    named = [*component["accounts"], *component["regions"]]
    whom = ", ".join(named) if named else "everybody"
    gone = ", retired" if component["retired_at"] else ""
    return f"{whom}{'' if component['is_public'] else ', not public'}{gone}"
