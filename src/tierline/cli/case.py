"""`tierline case`: raise cases, list what is due, look at one, and take its receipt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cases.channel import Channel
from tierline.cases.standing import CaseState
from tierline.cli.case_adherence import adherence, attainment, promises_kept
from tierline.cli.case_credible import credible
from tierline.cli.case_effort import follow_up, satisfaction, time
from tierline.cli.case_macro import macro
from tierline.cli.case_masks import mask, masks
from tierline.cli.case_people import copy, merge, split
from tierline.cli.case_print import print_case
from tierline.cli.case_report import report
from tierline.cli.case_risk import risk
from tierline.cli.case_triage import dispute, triage
from tierline.cli.case_verify import verify
from tierline.cli.case_waits import waits
from tierline.cli.case_work import close, go_on, reopen, resolve, restore, say, severity, wait
from tierline.cli.inputs import read_text
from tierline.cli.operator import of_installation, operator
from tierline.cli.printable import printable
from tierline.kernel.errors import Conflict, Invalid

_as_json = click.option("--json", "is_json", is_flag=True, help="The same as JSON.")


@click.group()
def case() -> None:
    """Cases: raise one, list what is due, work on one, take its receipt."""


case.add_command(say)
case.add_command(severity)
case.add_command(wait)
case.add_command(go_on)
case.add_command(restore)
case.add_command(resolve)
case.add_command(reopen)
case.add_command(close)
case.add_command(triage)
case.add_command(dispute)
case.add_command(mask)
case.add_command(masks)
case.add_command(copy)
case.add_command(macro)
case.add_command(time)
case.add_command(follow_up)
case.add_command(satisfaction)
case.add_command(merge)
case.add_command(split)
case.add_command(verify)
case.add_command(adherence)
case.add_command(attainment)
case.add_command(promises_kept)
case.add_command(waits)
case.add_command(report)
case.add_command(risk)
case.add_command(credible)


@case.command("open")
@of_installation
@click.option("--account", metavar="ID", help="Whose it is (an id or an alias); else of somebody "
              "unknown, who is promised nothing until we know them.")  # fmt: skip
@click.option("--subject", required=True, help="What it is about, in a line.")
@click.option("--severity", metavar="KEY", help="As it was raised; else the mildest.")
@click.option("--channel", type=click.Choice([*Channel]), default=Channel.phone, show_default=True)
@click.option("--despite", metavar="TEXT", help="Why it is helped by a channel that the plan does "
              "not include; it stays among us.")  # fmt: skip
@click.argument("text", type=click.File("r"))
@_as_json
def open_(data: Path | None, database: str | None, *, is_json: bool, **stated: Any) -> None:
    """Raise a case with the words in TEXT (a file; - for standard input), and say what is promised.

    A call in one line: echo "Nothing moves" | tierline case open --data DIR --subject "Line 3" -
    """
    body = {name: stated[name] for name in ("account", "subject", "severity", "channel", "despite")}
    with operator(data, database) as ours:
        made = ours.request("POST", "/v1/cases", json={**body, "text": read_text(stated["text"])})
    print_case(made, is_json=is_json)


@case.command("list")
@of_installation
@click.option("--account", metavar="ID", help="Of this account.")
@click.option(
    "--state", type=click.Choice([*CaseState]), help="In this state; else all that are open."
)
@click.option("--view", metavar="NAME", help="mine, unassigned, at-risk or follow-up.")
@click.option("--severity", metavar="KEY", multiple=True, help="Of this severity, or this one.")
@click.option("--tier", metavar="KEY", multiple=True, help="Held to this tier, or this one.")
@click.option("--channel", type=click.Choice([*Channel]), multiple=True, help="By this way in.")
@_as_json
def list_(data: Path | None, database: str | None, *, is_json: bool, **stated: Any) -> None:
    """Every case that has not ended, one a line: what is due first, or was, stands first.

    Of the view at-risk what is missed stands first, then what is likeliest to be.
    """
    asked = {name: value for name, value in stated.items() if value}
    with operator(data, database) as ours:
        found = list(ours.items("/v1/cases", **asked))
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    width = max((len(each["tier"]) for each in found), default=0)
    for each in found:
        click.echo(
            f"{each['number']:>6}  {each['next_due_at'] or 'nothing due':<20}  "
            f"{each['severity'] or '-':<4} {each['tier'] or '-':<{width}}  {each['state']:<9} "
            f"{each['id']}  {printable(each['subject'])}"
        )
    if not found:
        is_narrowed = any(value for name, value in asked.items() if name != "state")
        nothing = f"No case is {stated['state'] or 'open'}."
        click.echo("No case is like that." if is_narrowed else nothing)


@case.command()
@of_installation
@click.argument("identifier", metavar="CASE")
@_as_json
def show(data: Path | None, database: str | None, *, identifier: str, is_json: bool) -> None:
    """CASE (its number or id) with its clocks, and what was said and done."""
    with operator(data, database) as ours:
        found = ours.request("GET", f"/v1/cases/{identifier}")
    print_case(found, is_json=is_json)


@case.command()
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE.json",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it; a file that is there already is not touched.",
)
def receipt(data: Path | None, database: str | None, *, identifier: str, output: Path) -> None:
    """Write the signed receipt of CASE. `tierline receipt verify FILE.json` recomputes it."""
    with operator(data, database) as ours:
        found = ours.request("GET", f"/v1/cases/{identifier}/receipt")
    try:
        with output.open("x", encoding="utf-8") as file:
            json.dump(found, file, ensure_ascii=False, indent=2)
            file.write("\n")
    except FileExistsError:
        message = f"{output} is there already; nothing was written."
        raise Conflict(message, code="file_exists") from None
    except OSError as error:
        raise Invalid(f"{output} cannot be written: {error.strerror}.", code="no_output") from None
    click.echo(f"Wrote {output}.")


@case.command("channels")
@of_installation
@_as_json
def channels(data: Path | None, database: str | None, *, is_json: bool) -> None:
    """By which channels cases came in the last 90 days, and how many out of plan."""
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/case-channels")["items"]
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for each in found:
        beyond = each["helped_once"] + each["exception"]
        click.echo(
            f"{each['channel']:<15} {each['tier'] or '-':<12} {each['cases']:>6} cases, "
            f"{beyond} out of plan, {each['refused']} refused"
        )
    if not found:
        click.echo("No case came in the last 90 days.")


@case.command("identify")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--account", required=True, metavar="ID", help="Whose it is (an id or an alias).")
@click.option("--contact", metavar="ID", help="Which of its contacts raised it.")
@_as_json
def identify(
    data: Path | None, database: str | None, *, identifier: str, is_json: bool, **stated: Any
) -> None:
    """Say whose CASE is, that came from somebody unknown: it is held to what the account was
    promised when it reached us."""
    body = {name: value for name, value in stated.items() if value is not None}
    with operator(data, database) as ours:
        found = ours.request("PUT", f"/v1/cases/{identifier}/account", json=body)
    print_case(found, is_json=is_json)


@case.command("waited")
@of_installation
@click.argument("identifier", metavar="CASE")
@click.option("--reason", required=True, metavar="KEY", help="What it waited for.")
@click.option(
    "--asked-in", metavar="ID", help="The message in which the customer was asked (see --json)."
)
@click.option("--since", metavar="INSTANT", help="Else: from when, 2026-03-02T14:30:00Z.")
@click.option("--until", metavar="INSTANT", help="Until when; else it still waits.")
@click.option("--evidence", metavar="TEXT", help="By what one can tell. It stays among us.")
@_as_json
def waited(
    data: Path | None, database: str | None, *, identifier: str, is_json: bool, **stated: Any
) -> None:
    """Note a wait of CASE that began earlier: its clocks are judged anew, and what was told of them
    is corrected."""
    body = {name: value for name, value in stated.items() if value is not None}
    with operator(data, database) as ours:
        found = ours.request("POST", f"/v1/cases/{identifier}/waits", json=body)
    print_case(found, is_json=is_json)
