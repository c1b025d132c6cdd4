"""`tierline search`: find cases and articles by their words, and make the index again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tierline.cli.operator import of_installation, operator
from tierline.knowledge.document import DocumentKind


@click.group()
def search() -> None:
    """Find cases and articles by their words."""


@search.command()
@of_installation
@click.option("--kind", type=click.Choice([*DocumentKind]), help="Of this kind only.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
@click.argument("words", nargs=-1, required=True)
def find(
    data: Path | None, database: str | None, *, words: tuple[str, ...], is_json: bool, **stated: Any
) -> None:
    """What holds all of the WORDS, one a line, the best first. "Words in quotation marks" stand
    together; the last one may be only the beginning of a word."""
    asked = {name: value for name, value in stated.items() if value is not None}
    with operator(data, database) as ours:
        found = ours.request("GET", "/v1/search", q=_question(words), **asked)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for hit in found["items"]:
        click.echo(f"{hit['kind']:<8}{hit['number']:>6}  {_shown(hit['title'])}  ({hit['id']})")
        if hit["snippet"]:
            click.echo(f"{'':<16}{' '.join(_shown(hit['snippet']).split())}")
    if not found["items"]:
        click.echo("Nothing holds all of these words.")


@search.command()
@of_installation
def rebuild(data: Path | None, database: str | None) -> None:
    """Make the index again from the records; it is only an index, and comes out the same."""
    with operator(data, database) as ours:
        made = ours.request("POST", "/v1/search-rebuilds")
    click.echo(f"{made['records']:,} records can be found.")


def _question(words: tuple[str, ...]) -> str:
    """What was typed: the shell has taken the quotation marks around several words away."""
    return " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)


def _shown(pieces: list[dict[str, Any]]) -> str:
    return "".join(
        click.style(piece["text"], bold=True) if piece["is_hit"] else piece["text"]
        for piece in pieces
    )
