"""`tierline check`: may this account do this now, and why?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from tierline.cli.operator import of_installation, operator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALLOWED, DENIED = 0, 1


@click.command()
@of_installation
@click.argument("account")
@click.argument("feature")
@click.option("--quantity", default="1", show_default=True, help="Units asked for; 0: at all?")
@click.option("--at", "instant", metavar="INSTANT", help="2026-10-01T09:00:00Z; now where absent.")
@click.option("--severity", help="Severity of the case, for channels.")
@click.option("--explain", "is_explained", is_flag=True, help="Say each step.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def check(
    context: click.Context,
    data: Path | None,
    database: str | None,
    *,
    account: str,
    feature: str,
    quantity: str,
    instant: str | None,
    severity: str | None,
    is_explained: bool,
    form: str,
) -> None:
    """May ACCOUNT (an id, or an id under which another system knows it) use FEATURE now?

    Exit 0: allowed (with overage or a warning too). Exit 1: denied. Goes through the server where
    one is running. What a catalog file would answer is told by 'tierline catalog check'.
    """
    order = {
        "account": account,
        "feature": feature,
        "quantity": quantity,
        "at": instant,
        "severity": severity,
        "explain": is_explained,
    }
    with operator(data, database) as installation:
        answer = installation.request("POST", "/v1/checks", json=order)
    if form == "json":
        click.echo(json.dumps(answer, indent=2))
    else:
        for line in _lines(answer):
            click.echo(line)
    context.exit(DENIED if answer["outcome"] == "deny" else ALLOWED)


def _lines(answer: dict[str, Any]) -> Iterator[str]:
    from tierline.entitlements.decision import Outcome
    from tierline.entitlements.sentence import in_words

    yield in_words(Outcome(answer["outcome"]), answer["sentence"])
    if answer["promise_id"]:
        what = f"{answer['promise_id']} · version {answer['catalog_version']} · {answer['layer']}"
        yield click.style(f"  {what} · {answer['reason']}", dim=True)
    steps = answer.get("steps", [])[:-1]
    width = max((len(step["looked_at"]) for step in steps), default=0)
    for step in steps:
        yield f"  {step['looked_at']:<{width}}  {step['found']}"
