"""`tierline mail block` and its like: senders whose mail is held back, and letting it in."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tierline.cli.operator import of_installation, operator


@click.command()
@of_installation
@click.argument("sender")
@click.option("--reason", required=True, help="Why.")
@click.option("--until", metavar="INSTANT", help="Until when, 2026-12-31T00:00:00Z; else until "
              "it is lifted.")  # fmt: skip
def block(
    data: Path | None, database: str | None, *, sender: str, reason: str, until: str | None
) -> None:
    """Hold back mail of SENDER, an address or @domain. A customer's contact is never blocked."""
    body = {"sender": sender, "reason": reason, "until": until}
    with operator(data, database) as ours:
        made = ours.request("POST", "/v1/blocked-senders", json=body)
    click.echo(
        f"{made['sender']} is blocked until {made['until'] or 'it is lifted'}  ({made['id']})"
    )


@click.command()
@of_installation
@click.argument("identifier", metavar="BLOCK")
def unblock(data: Path | None, database: str | None, *, identifier: str) -> None:
    """Lift BLOCK (an id). What it held back stays held, and can be admitted."""
    with operator(data, database) as ours:
        made = ours.request("DELETE", f"/v1/blocked-senders/{identifier}")
    click.echo(f"{made['sender']} is not blocked any more.")


@click.command()
@of_installation
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def blocked(data: Path | None, database: str | None, *, is_json: bool) -> None:
    """Every block of a sender, one a line, the newest first."""
    with operator(data, database) as ours:
        found = list(ours.items("/v1/blocked-senders"))
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        state = "in force" if each["is_in_force"] else "over"
        click.echo(
            f"{each['id']}  {state:<8}  {each['sender']}  until {each['until'] or 'lifted'}  "
            f"{each['reason']}"
        )
    if not found:
        click.echo("Nobody is blocked.")


@click.command()
@of_installation
def mailboxes(data: Path | None, database: str | None) -> None:
    """Mailboxes that mail is fetched from, one a line, with how the last visit went."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/mailboxes")["items"]
    for each in found:
        how = each["problem"] or "well"
        click.echo(
            f"{each['looked_at'] or 'not yet':<20}  {each['mails']:>6} mails  {each['name']}"
        )
        click.echo(f"  {how}")
    if not found:
        click.echo("No mail is fetched. Set TIERLINE_MAIL_FETCH.")


@click.command()
@of_installation
@click.argument("identifier", metavar="MAIL")
def admit(data: Path | None, database: str | None, *, identifier: str) -> None:
    """Let MAIL in, that was held back: it becomes what it would have become when it came."""
    with operator(data, database) as ours:
        made = ours.request("POST", f"/v1/mails/{identifier}/admission")
    click.echo(f"{made['outcome']}: {made['case'] or 'no case'}  ({made['id']})")
