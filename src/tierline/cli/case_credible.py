"""`tierline case credible`: whether a target can be believed with the people there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.case_adherence import of_a_stretch
from tierline.cli.operator import of_installation, operator

CREDIBLE, NOT_CREDIBLE = 0, 1
_LACKS = {
    "like_it": "fewer than 8 cases of this tier and severity",
    "cases": "fewer than 30 cases for the same people",
    "time": "time was entered for fewer than 30 cases: state --case-minutes",
    "people": "no agent is recorded: state --agents",
}


@click.command("credible")
@of_installation
@of_a_stretch
@click.option("--tier", metavar="KEY", help="The highest where it is absent.")
@click.option("--severity", metavar="KEY", help="The worst where it is absent.")
@click.option("--milestone", metavar="KIND", help="acknowledge or first_response.")
@click.option("--within-minutes", metavar="N", help="The target in open time; else the promised.")
@click.option("--agents", metavar="N", help="On duty at once while the clock runs; else recorded.")
@click.option("--case-minutes", metavar="N", help="Of work on a case; else as entered.")
@click.option("--sittings", metavar="N", help="In how many sittings; else as entered.")
@click.option("--rate", metavar="AMOUNT", help="A loaded rate for an hour on duty: 62.50.")
@click.option("--currency", metavar="CODE", help="Of the rate; else the catalog's.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
def credible(data: Path | None, database: str | None, *, is_json: bool, **stated: Any) -> None:
    """The probability to begin a case in time with the people there are, and how many and what
    money it takes to make the target credible; exit 1 where it is not, or too little is known."""
    asked = {name: value for name, value in stated.items() if value is not None}
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/reports/credible-target", **asked)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if is_json else _told(found))
    answer = found["answer"]
    click.get_current_context().exit(CREDIBLE if answer and answer["is_credible"] else NOT_CREDIBLE)


def _told(found: dict[str, Any]) -> str:
    learned, answer = found["learned"], found["answer"]
    promise = f"{found['tier']} {found['severity']} {found['milestone']}"
    within = f"{found['within_minutes']:g} min of {found['hours']}"
    lines = [f"{promise} within {within}, wanted of {found['wanted_percent']:g}%"]
    if answer is None:
        lines += [f"Too little is known: {_LACKS[each]}." for each in learned["lacks"]]
    else:
        lines += [*_figure(answer), *_price(found)]
    lines.append(
        f"Learned of {learned['like']:,} such cases and {learned['cases']:,.0f} that the same "
        f"people take, opened from {learned['since']} until {learned['until']}; "
        f"at most {learned['most_on_duty']} on duty at once"
    )
    return "\n".join(lines)


def _figure(answer: dict[str, Any]) -> list[str]:
    between = answer["interval"]
    verdict = "credible" if answer["is_credible"] else "not credible"
    extra = answer["extra"]
    more = "40 more on duty are not enough" if extra is None else f"{extra} more on duty make it so"
    return [
        f"{answer['share']:.1%} [{between['low']:.1%} to {between['high']:.1%}]: {verdict}"
        + ("" if answer["is_credible"] else f"; {more}")
    ]


def _price(found: dict[str, Any]) -> list[str]:
    cost = found["cost"]
    if cost is None:
        return []
    weeks = f"{cost['a_week']} {cost['currency']} a week, {cost['a_year']} a year of 52"
    rate = f"at the stated rate of {cost['rate']} an hour"
    return [f"{cost['hours_a_week']} hours a week: {weeks}, {rate}"]
