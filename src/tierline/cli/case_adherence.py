"""`tierline case adherence`, `attainment` and `promises-kept`: what was met and missed, promises of
a share, and what was kept of all that was promised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tierline.catalog.words_amount import counted
from tierline.cli.operator import of_installation, operator
from tierline.cli.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

_PERCENT = 100


def of_a_stretch(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which cases, and as of when."""
    for name, says in (
        ("--as-of", "What was known then; else now."),
        ("--until", "Cases that were opened before then; else until now."),
        ("--since", "Cases that were opened from then on; else in the year before."),
    ):
        command = click.option(name, metavar="INSTANT", help=says)(command)
    return command


@click.command("adherence")
@of_installation
@of_a_stretch
@click.option("--by", multiple=True, metavar="WORD", help="tier, severity, milestone, channel, "
              "month, segment or account, up to three times; tier where it is absent.")  # fmt: skip
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def adherence(
    data: Path | None, database: str | None, *, is_json: bool, by: tuple[str, ...], **stated: Any
) -> None:
    """What was met and missed, with n and the 95% interval of the share, and why the rest is in no
    share.

    By promise: tierline case adherence --data DIR --by tier --by severity --by milestone
    """
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reports/adherence", by=list(by) or None, **stated)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in (*found["groups"], found["overall"]):
        click.echo(_line(each))
    for why in found["excluded"]:
        click.echo(f"{why['outcomes']:>8,}  {why['reason']}")
    click.echo(f"{counted(found['cases'], 'case')} opened from {found['since']} "
               f"until {found['until']}, as of {found['as_of']}")  # fmt: skip


@click.command("attainment")
@of_installation
@of_a_stretch
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def attainment(data: Path | None, database: str | None, *, is_json: bool, **stated: Any) -> None:
    """Promises of so many percent of a month's cases, and what came of each, the newest month
    first."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reports/attainment", **stated)["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(
            f"{each['month']}  {each['account']}  {each['tier']} {each['severity']} "
            f"{each['milestone']}: committed {each['committed_percent']}%, reached "
            f"{_share(each)}, {each['kept'].replace('_', ' ')}"
        )
    if not found:
        click.echo("No case that was opened then is under a promise of a share of a month's cases.")


@click.command("promises-kept")
@of_installation
@click.option("--account", metavar="ID", help="By promise, of this account (an id or an alias).")
@click.option("--month", metavar="MONTH", help="The last of twelve months: 2025-12; else this.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def promises_kept(
    data: Path | None,
    database: str | None,
    *,
    is_json: bool,
    account: str | None,
    month: str | None,
) -> None:
    """What was kept of all that was promised: by account and tier, the smallest share first."""
    asked = {"month": month or ""}
    with operator(data, database) as ours:
        if account:
            path = f"/v1/accounts/{account}/promises-kept"
            found = list(ours.request("GET", path, **asked)["items"])
        else:
            found = list(ours.items("/v1/reports/promises-kept", **asked))
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(_kept(each))
    if not found:
        click.echo("Nothing that was promised fell due then.")


def _kept(each: dict[str, Any]) -> str:
    beside = f"{each.get('what', '')}, beside the plan"
    name = each["promise_id"] or beside if "promise_id" in each else each["name"]
    share = "nothing due" if each["share"] is None else f"{each['share'] * _PERCENT:.1f}%"
    counts = f"{each['kept']:,} of {each['due']:,} kept, {each['missed']:,} missed, "
    return (
        f"{share:>11}  {printable(name):<40} {each['tier']:<12} "
        f"{counts}{each['over']:,} over, {each['open']:,} open"
    )


def _line(each: dict[str, Any]) -> str:
    name = " ".join(each["group"].values()) or "all"
    median = each["p50_seconds"]
    took = (
        ""
        if median is None
        else f", p50 {median / 60:,.0f} min, p90 {each['p90_seconds'] / 60:,.0f} min"
    )
    still = each["running"] + each["paused"]
    return (
        f"{name:<40} {_share(each)}, {each['missed']:,} missed, {still:,} open, "
        f"{each['excluded']:,} in no share{took}"
    )


def _share(each: dict[str, Any]) -> str:
    if each["share"] is None:
        return "nothing decided"
    between = each["interval"]
    weak = " (weak evidence)" if each["evidence"] == "weak" else ""
    return (
        f"{each['share'] * _PERCENT:.1f}% of {each['met'] + each['missed']:,} "
        f"[{between['low'] * _PERCENT:.1f} to {between['high'] * _PERCENT:.1f}]{weak}"
    )
