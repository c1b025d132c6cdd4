"""`tierline case say`, `wait`, `restore`, `resolve` and the others: work on one case."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TextIO

import click

from tierline.cli.case_print import print_case
from tierline.cli.inputs import read_text
from tierline.cli.operator import of_installation, operator

_case = click.argument("identifier", metavar="CASE")
_text = click.argument("text", type=click.File("r"))
_as_json = click.option("--json", "is_json", is_flag=True, help="The case as JSON.")
Where = tuple[Path | None, str | None]


@click.command()
@of_installation
@_case
@_text
@click.option("--note", "is_note", is_flag=True, help="Among us: the customer does not see it.")
@click.option("--contact", metavar="ID", help="Who of the customer's people said it; else us.")
@_as_json
def say(
    data: Path | None, database: str | None, *, identifier: str, text: TextIO, is_note: bool,
    contact: str | None, is_json: bool,
) -> None:  # fmt: skip
    """Say the words in TEXT (a file; - for standard input) in CASE, to the customer."""
    body = {"text": read_text(text), "contact": contact, "is_public": not is_note}
    _work((data, database), ("POST", identifier, "messages"), body, is_json=is_json)


@click.command()
@of_installation
@_case
@click.argument("key", metavar="SEVERITY")
@click.option("--reason", metavar="TEXT", help="Why, where triage gave another one.")
@_as_json
def severity(
    data: Path | None, database: str | None, *, identifier: str, key: str, reason: str | None,
    is_json: bool,
) -> None:  # fmt: skip
    """Agree SEVERITY for CASE: the first time, it is triaged by this."""
    body = {"severity": key, "reason": reason}
    _work((data, database), ("PUT", identifier, "severity"), body, is_json=is_json)


@click.command()
@of_installation
@_case
@click.argument("reason", metavar="REASON")
@click.option(
    "--ask", "question", type=click.File("r"), metavar="TEXT",
    help="What the customer is asked (a file; - for standard input).",
)  # fmt: skip
@_as_json
def wait(
    data: Path | None, database: str | None, *, identifier: str, reason: str,
    question: TextIO | None, is_json: bool,
) -> None:  # fmt: skip
    """Have CASE wait for REASON: the clocks that the promise lets stand still for it do."""
    body = {"reason": reason, "question": None if question is None else read_text(question)}
    _work((data, database), ("PUT", identifier, "wait"), body, is_json=is_json)


@click.command("go-on")
@of_installation
@_case
@_as_json
def go_on(data: Path | None, database: str | None, *, identifier: str, is_json: bool) -> None:
    """Have CASE wait no longer."""
    _work((data, database), ("DELETE", identifier, "wait"), None, is_json=is_json)


@click.command()
@of_installation
@_case
@_text
@_as_json
def restore(
    data: Path | None, database: str | None, *, identifier: str, text: TextIO, is_json: bool
) -> None:
    """Say that service works again, and how: TEXT (a file; - for standard input)."""
    body = {"text": read_text(text)}
    _work((data, database), ("POST", identifier, "restoration"), body, is_json=is_json)


@click.command()
@of_installation
@_case
@_text
@click.option("--why", metavar="TEXT", help="Why so, among us; the two worst severities need it.")
@_as_json
def resolve(
    data: Path | None, database: str | None, *, identifier: str, text: TextIO, why: str | None,
    is_json: bool,
) -> None:  # fmt: skip
    """Resolve CASE, and say how: TEXT (a file; - for standard input)."""
    body = {"how": read_text(text), "why": why}
    _work((data, database), ("POST", identifier, "resolution"), body, is_json=is_json)


@click.command()
@of_installation
@_case
@_as_json
def reopen(data: Path | None, database: str | None, *, identifier: str, is_json: bool) -> None:
    """Open CASE again, that was resolved."""
    _work((data, database), ("DELETE", identifier, "resolution"), None, is_json=is_json)


@click.command()
@of_installation
@_case
@_as_json
def close(data: Path | None, database: str | None, *, identifier: str, is_json: bool) -> None:
    """Close CASE, that is resolved, for good."""
    _work((data, database), ("PUT", identifier, "closure"), None, is_json=is_json)


def _work(
    where: Where, what: tuple[str, str, str], body: dict[str, Any] | None, *, is_json: bool
) -> None:
    method, case, part = what
    stated = None if body is None else {k: v for k, v in body.items() if v is not None}
    with operator(*where) as ours:
        found = ours.request(method, f"/v1/cases/{case}/{part}", json=stated)
    print_case(found, is_json=is_json)
    if part == "messages":
        for warning in found["warnings"]:
            click.echo(f"! {warning}", err=True)
