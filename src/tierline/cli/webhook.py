"""`tierline webhook`: have other programs told what happens."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from tierline.cli.operator import of_installation, operator
from tierline.webhooks.formats import WebhookFormat

ARRIVED, FAILED = 0, 1


@click.group()
def webhook() -> None:
    """Webhooks: which program is told what, and whether messages arrive."""


@webhook.command()
@of_installation
@click.argument("url")
@click.option("--kind", "kinds", multiple=True, help="A kind of fact: ContractSigned. Repeatable.")
@click.option("--account", help="Only facts of this account.")
@click.option("--note", default="", help="What it is for.")
@click.option("--format", "form", type=click.Choice([*WebhookFormat]), default="standard",
              show_default=True, help="How it is told.")  # fmt: skip
@click.option("--routing-key", type=click.File("r"), metavar="FILE",
              help="Of a pager: a file with its routing key (- for standard input).")  # fmt: skip
def add(
    data: Path | None,
    database: str | None,
    *,
    url: str,
    kinds: tuple[str, ...],
    account: str | None,
    note: str,
    form: str,
    routing_key: TextIO | None,
) -> None:
    """Tell URL what happens: all facts, or those of some kinds. Prints the secret, this once.

    The formats slack, teams and pager tell people, and need --kind, such as MilestoneBreached.
    """
    body = {"url": url, "kinds": kinds, "account": account, "note": note, "format": form}
    if routing_key is not None:
        body["routing_key"] = routing_key.read().strip()
    with operator(data, database) as ours:
        made = ours.request("POST", "/v1/webhooks", json=body)
    click.echo(made["id"])
    if made["secret"] is not None:
        click.echo(f"Secret, shown this once: {made['secret']}")


@webhook.command("list")
@of_installation
def list_(data: Path | None, database: str | None) -> None:
    """Every webhook, one a line."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/webhooks")["items"]
    for each in found:
        state = "enabled" if each["is_enabled"] else f"disabled: {each['disabled_because']}"
        kinds = ", ".join(each["kinds"]) or "all facts"
        form = "" if each["format"] == WebhookFormat.standard else f"  as {each['format']}"
        click.echo(f"{each['id']}  {each['url']}{form}  {kinds}  {state}")
    if not found:
        click.echo("There are no webhooks.")


@webhook.command()
@of_installation
@click.argument("identifier", metavar="WEBHOOK")
@click.pass_context
def test(
    context: click.Context, data: Path | None, database: str | None, *, identifier: str
) -> None:
    """Send WEBHOOK a message that says nothing; exit 1 where it does not arrive."""
    with operator(data, database) as ours:
        attempt = ours.request("POST", f"/v1/webhooks/{identifier}/test-messages")
    came = f"status {attempt['status']}" if attempt["status"] is not None else attempt["error"]
    verdict = "Arrived" if attempt["is_success"] else "Did not arrive"
    click.echo(f"{verdict} after {attempt['took_ms']:,} ms: {came}")
    context.exit(ARRIVED if attempt["is_success"] else FAILED)
