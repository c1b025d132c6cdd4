"""`tierline article`: write articles, list them, read one, publish and retire it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TextIO

import click

from tierline.cli.inputs import read_text
from tierline.cli.operator import of_installation, operator
from tierline.knowledge.article import ArticleState, Audience

_as_json = click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
_identifier = click.argument("identifier", metavar="ARTICLE")


@click.group()
def article() -> None:
    """Articles: write one, list them, read one, publish and retire it."""


@article.command()
@of_installation
@click.option("--title", required=True, help="Its title, in a line.")
@click.option("--for", "audience", type=click.Choice([*Audience]), default=Audience.us,
              show_default=True, help="For whom it is.")  # fmt: skip
@click.option("--tier", "tiers", multiple=True, metavar="KEY", help="For customers of this tier "
              "only; as often as needed.")  # fmt: skip
@click.option("--topic", "topics", multiple=True, help="What it is about; as often as needed.")
@click.option("--of", metavar="ARTICLE", help="A further version of this article.")
@click.option("--publish", is_flag=True, help="And publish it.")
@click.argument("text", type=click.File("r"))
@_as_json
def write(
    data: Path | None,
    database: str | None,
    *,
    is_json: bool,
    of: str | None,
    publish: bool,
    text: TextIO,
    **stated: Any,
) -> None:
    """Write an article with the Markdown in TEXT (a file; - for standard input): a draft."""
    body = {name: list(value) if isinstance(value, tuple) else value
            for name, value in stated.items()}  # fmt: skip
    path = "/v1/articles" if of is None else f"/v1/articles/{of}/versions"
    with operator(data, database) as ours:
        made = ours.request("POST", path, json={**body, "text": read_text(text)})
        if publish:
            made = ours.request("PUT", f"/v1/articles/{made['id']}/publication")
    _print(made, is_json=is_json)


@article.command("list")
@of_installation
@click.option("--state", type=click.Choice([*ArticleState]), help="In this state only.")
def list_(data: Path | None, database: str | None, *, state: str | None) -> None:
    """Every article, one a line, by title."""
    with operator(data, database) as ours:
        for each in ours.items("/v1/articles", state=state):
            click.echo(f"{each['name']:<8}{each['state']:<10} {each['id']}  {each['title']}")


@article.command()
@of_installation
@_identifier
@_as_json
def show(data: Path | None, database: str | None, *, identifier: str, is_json: bool) -> None:
    """ARTICLE (an id) as it is written."""
    with operator(data, database) as ours:
        found = ours.request("GET", f"/v1/articles/{identifier}")
    _print(found, is_json=is_json)


@article.command()
@of_installation
@_identifier
def publish(data: Path | None, database: str | None, *, identifier: str) -> None:
    """Have the newest version of ARTICLE be read by everybody for whom it is."""
    with operator(data, database) as ours:
        _print(ours.request("PUT", f"/v1/articles/{identifier}/publication"), is_json=False)


@article.command()
@of_installation
@_identifier
def retire(data: Path | None, database: str | None, *, identifier: str) -> None:
    """Have ARTICLE be found no more. Publishing it brings it back."""
    with operator(data, database) as ours:
        _print(ours.request("PUT", f"/v1/articles/{identifier}/retirement"), is_json=False)


def _print(found: dict[str, Any], *, is_json: bool) -> None:
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    whom = found["audience"] + (f" of {', '.join(found['tiers'])}" if found["tiers"] else "")
    click.echo(f"{found['name']}: {found['title']}  ({found['id']})")
    click.echo(f"{found['state']}, version {found['version']}, for {whom}")
    if found["topics"]:
        click.echo(f"about {', '.join(found['topics'])}")
    click.echo(f"\n{found['text'].rstrip()}")
