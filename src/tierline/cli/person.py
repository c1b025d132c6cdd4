"""`tierline person`: everything that is kept about a person, erasing it, and retention."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tierline.cli.operator import of_installation, operator


@click.group()
def person() -> None:
    """A person's rights: tell what is kept, erase it, let people go after a time."""


@person.command()
@of_installation
@click.argument("contact")
def export(data: Path | None, database: str | None, *, contact: str) -> None:
    """Print everything that is kept about CONTACT (an id), as JSON."""
    with operator(data, database) as installation:
        found = installation.request("GET", f"/v1/contacts/{contact}/personal-data")
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


@person.command()
@of_installation
@click.argument("contact")
@click.option("--everywhere", is_flag=True, help="Also other contacts with the same address.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(
    data: Path | None, database: str | None, *, contact: str, everywhere: bool, yes: bool
) -> None:
    """Erase who CONTACT (an id) was, from every table and off the disk. There is no way back."""
    if not yes:
        click.confirm(f"Erase {contact} for good?", abort=True)
    with operator(data, database) as installation:
        path = f"/v1/contacts/{contact}/personal-data"
        done = installation.request("DELETE", path, everywhere=everywhere)
    click.echo(f"Erased {', '.join(done['erased'])}.")
    if done["same_address"]:
        click.echo(f"The same address stands at {', '.join(done['same_address'])} (--everywhere).")
    if not done["is_off_disk"]:
        click.echo("Somebody still reads an older state of the file: run it again in a moment.")


@person.command()
@of_installation
@click.option(
    "--keep-days",
    type=click.IntRange(0, 36_500),
    default=730,
    show_default=True,
    help="How long somebody who is no contact any more stays known.",
)
@click.option("--erase", "is_meant", is_flag=True, help="Erase them; else they are only listed.")
def retention(data: Path | None, database: str | None, *, keep_days: int, is_meant: bool) -> None:
    """List who was removed more than so many days ago, and with --erase erase them."""
    with operator(data, database) as installation:
        body = {"keep_days": keep_days, "dry_run": not is_meant}
        run = installation.request("POST", "/v1/retention-runs", json=body)
    for each in run["items"]:
        held = f"  kept by {each['held_by']}" if each["held_by"] else ""
        click.echo(f"{each['contact']}  removed {each['removed_at']}{held}")
    kept = sum(each["held_by"] is not None for each in run["items"])
    told = "erased" if is_meant else "would be erased"
    click.echo(f"{len(run['items']) - kept} {told}, {kept} kept by legal holds.")


@person.command("case-mails")
@of_installation
@click.argument("contact")
@click.option("--on", is_flag=True, help="Write to them.")
@click.option("--off", is_flag=True, help="Do not.")
def case_mails(
    data: Path | None, database: str | None, *, contact: str, on: bool, off: bool
) -> None:
    """Write to CONTACT (an id) about cases that they raised elsewhere than by mail, or do not;
    without a choice tell which it is."""
    if on and off:
        raise click.UsageError("State --on or --off, and not both.")
    path = f"/v1/contacts/{contact}/case-mails"
    with operator(data, database) as installation:
        if on or off:
            installation.request("PUT", path, json={"wanted": on})
        found = installation.request("GET", path)
    click.echo(f"{found['contact']}  {'on' if found['wanted'] else 'off'}")


@person.command()
@of_installation
@click.argument("contact")
@click.argument("tag", required=False)
@click.option("--forget", is_flag=True, help="As their account wants it, or their browser asks.")
def language(
    data: Path | None, database: str | None, *, contact: str, tag: str | None, forget: bool
) -> None:
    """Speak to CONTACT (an id) in a language (TAG: de, de-AT); without TAG tell which it is."""
    if forget and tag:
        raise click.UsageError("State a language, or --forget, and not both.")
    path = f"/v1/contacts/{contact}/language"
    with operator(data, database) as installation:
        if forget:
            installation.request("DELETE", path)
        elif tag:
            installation.request("PUT", path, json={"language": tag})
        found = installation.request("GET", path)
    chosen = "chosen" if found["chosen"] else "nothing chosen"
    click.echo(f"{found['contact']}  {found['language']}  {chosen}")
