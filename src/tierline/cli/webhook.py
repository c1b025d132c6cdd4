"""`tierline webhook`: have other programs told what happens."""

from __future__ import annotations

from pathlib import Path

import click

from tierline.cli.operator import of_installation, operator

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
def add(
    data: Path | None,
    database: str | None,
    *,
    url: str,
    kinds: tuple[str, ...],
    account: str | None,
    note: str,
) -> None:
    """Tell URL what happens: all facts, or those of some kinds. Prints the secret, this once."""
    body = {"url": url, "kinds": kinds, "account": account, "note": note}
    with operator(data, database) as ours:
        made = ours.request("POST", "/v1/webhooks", json=body)
    click.echo(made["id"])
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
        click.echo(f"{each['id']}  {each['url']}  {kinds}  {state}")
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
