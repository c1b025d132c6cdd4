"""`tierline catalog check`: what would an account on this tier be answered, and why?"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.entitlements.decision import Decision, Units

ALLOWED, DENIED = 0, 1
_NOBODY_KNOWS = "unknown"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tier", required=True, help="Key of the tier.")
@click.option("--feature", required=True, help="Key of a feature, or a target: S1.acknowledge.")
@click.option("--quantity", default="1", show_default=True, help="Units asked for; 0: at all?")
@click.option("--used", default="0", show_default=True, help="Units used so far, or 'unknown'.")
@click.option("--at", "instant", metavar="INSTANT", help="2026-10-01T09:00:00Z; now where absent.")
@click.option("--add-on", "add_ons", multiple=True, help="Key of an add-on held; repeatable.")
@click.option("--severity", help="Severity of the case, for channels.")
@click.option("--explain", "is_explained", is_flag=True, help="Say each step.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def check(
    context: click.Context,
    file: Path,
    *,
    tier: str,
    feature: str,
    quantity: str,
    used: str,
    instant: str | None,
    add_ons: tuple[str, ...],
    severity: str | None,
    is_explained: bool,
    form: str,
) -> None:
    """Ask the catalog FILE what an account on a tier is answered.

    Exit 0: allowed (with overage or a warning too). Exit 1: denied.
    """
    from tierline.actions.entitlements import CatalogQuestion, ask_catalog
    from tierline.catalog.load import load_catalog
    from tierline.kernel import clock
    from tierline.kernel.instants import parse_instant, to_micros

    question = CatalogQuestion(
        tier=tier,
        feature=feature,
        at=to_micros(parse_instant(instant) if instant else clock.now()),
        quantity=_units("--quantity", quantity),
        used=None if used == _NOBODY_KNOWS else _units("--used", used),
        add_ons=add_ons,
        severity=severity,
    )
    decision = ask_catalog(load_catalog(file), question)
    if form == "json":
        click.echo(json.dumps(_document(decision, is_explained=is_explained), indent=2))
    else:
        for line in _lines(decision, is_explained=is_explained):
            click.echo(line)
    context.exit(ALLOWED if decision.is_allowed else DENIED)


def _units(option: str, text: str) -> Units:
    """A whole number or a decimal."""
    from tierline.entitlements.check import MOST_UNITS

    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= MOST_UNITS:
        raise Invalid(f"{option} is not a number of units. Write a number from 0 to 10^18.")
    return int(number) if number == number.to_integral_value() else number


def _document(decision: Decision, *, is_explained: bool) -> dict[str, object]:
    """The answer, or with --explain the whole receipt and its steps."""
    from tierline.entitlements.explanation import explain
    from tierline.entitlements.receipt import answer_of, receipt_of

    if not is_explained:
        return {**answer_of(decision)}
    steps = [{"looked_at": step.looked_at, "found": step.found} for step in explain(decision)]
    return {**receipt_of(decision), "steps": steps}


def _lines(decision: Decision, *, is_explained: bool) -> Iterator[str]:
    from tierline.entitlements.explanation import explain
    from tierline.entitlements.sentence import answer_in_words

    yield answer_in_words(decision)
    if decision.promise_id:
        what = f"{decision.promise_id} · version {decision.catalog_version} · {decision.layer}"
        yield click.style(f"  {what} · {decision.reason.value}", dim=True)
    if is_explained:
        steps = explain(decision)[:-1]
        width = max(len(step.looked_at) for step in steps)
        for step in steps:
            yield f"  {step.looked_at:<{width}}  {step.found}"
