"""`tierline case risk`: whether probabilities of breaches came true, and what alerts catch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator

_PERCENT = 100


@click.command("risk")
@of_installation
@click.option("--since", metavar="INSTANT", help="Held against cases opened from then on, and "
              "learned of the year before; else the last 90 days.")  # fmt: skip
@click.option("--until", metavar="INSTANT", help="And before then; else until now.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def risk(data: Path | None, database: str | None, *, is_json: bool, **stated: Any) -> None:
    """Whether the probabilities of the view `at-risk` came true, and how many breaches an alert
    half an hour ahead would have caught, with how many false ones."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reports/breach-risk", **stated)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    click.echo(
        f"Learned of cases opened from {found['learned_from']} until {found['since']}, "
        f"held against those until {found['until']}:\n{found['milestones']:,} milestones, "
        f"{found['breaches']:,} missed, {found['unknown']:,} with too few like them"
    )
    for each in found["bands"]:
        click.echo(_band(each))
    for each in found["alerts"]:
        if each["alerts"]:
            click.echo(_alerts(each))
    click.echo(_chosen(found))


def _band(each: dict[str, Any]) -> str:
    between = each["interval"]
    mark = " " if each["is_true"] else "!"
    return (
        f"{mark} said {each['predicted']:>6.1%}, came {each['observed']:>6.1%} of {each['n']:,} "
        f"[{between['low'] * _PERCENT:.1f} to {between['high'] * _PERCENT:.1f}]"
    )


def _alerts(each: dict[str, Any]) -> str:
    return (
        f"  alert from {each['threshold']:.0%}: {each['caught']:,} of {each['breaches']:,} "
        f"breaches caught{_of(each['share_caught'])}, {each['alerts'] - each['caught']:,} of "
        f"{each['alerts']:,} alerts false{_of(each['share_false'])}"
    )


def _of(share: float | None) -> str:
    return "" if share is None else f" ({share:.1%})"


def _chosen(found: dict[str, Any]) -> str:
    minutes = found["ahead_seconds"] // 60
    chosen = found["chosen"]
    if chosen is None:
        return "No threshold kept false alarms within 25% on what was learned from."
    verdict = "reached" if chosen["is_reached"] else "not reached"
    return (
        f"Chosen before, {minutes} minutes ahead:\n{_alerts(chosen)}\n80% caught at no more than "
        f"25% false alarms: {verdict}; {found['too_short']:,} breaches had less time in all, "
        f"{found['short']:,} no more than twice as much."
    )
