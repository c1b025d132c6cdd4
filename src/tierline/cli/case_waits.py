"""`tierline case waits`: waits that began shortly before a breach and asked nothing, by agent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.case_adherence import of_a_stretch
from tierline.cli.operator import of_installation, operator


@click.command("waits")
@of_installation
@of_a_stretch
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def waits(data: Path | None, database: str | None, *, is_json: bool, **stated: Any) -> None:
    """Waits within ten minutes of a breach without a question, by who set them, the most
    conspicuous first; and adherence without them beside adherence as it stands."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reports/waits", **stated)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found["agents"]:
        mark = "!" if each["is_conspicuous"] else " "
        click.echo(
            f"{mark} {each['name']:<24} {each['quiet']:>4} of {each['waits']:>4} waits, "
            f"{_percent(each['quiet'], each['waits'])}; in their cases "
            f"{_kept(each['reported'])} as it stands, {_kept(each['restated'])} without them"
        )
    click.echo(
        f"All cases: {_kept(found['reported'])} as it stands, {_kept(found['restated'])} without "
        "waits that were set late and asked nothing."
    )


def _kept(counts: dict[str, int]) -> str:
    return _percent(counts["met"], counts["met"] + counts["missed"])


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "nothing decided"
