"""`tierline catalog choose`: a few questions, one tier, and the reasons."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.chooser import Choice
    from tierline.catalog.chooser_statement import Question

_MOST_GAINS = 8


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--answer", "stated", multiple=True, metavar="QUESTION=ANSWER", help="Repeatable.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def choose(file: Path, *, stated: tuple[str, ...], form: str) -> None:
    """Recommend one tier of the catalog FILE from at most six answers.

    Asks on a terminal where no --answer is given. The same answers give the same tier.
    """
    from tierline.catalog.chooser import check_questions, choice_values
    from tierline.catalog.chooser import choose as chosen
    from tierline.catalog.load import load_catalog

    catalog = load_catalog(file)
    check_questions(catalog)
    is_asking = not stated and sys.stdin.isatty()
    answers = _asked(catalog) if is_asking else dict(_pair(text) for text in stated)
    choice = chosen(catalog, answers)
    if form == "json":
        click.echo(json.dumps(choice_values(choice), ensure_ascii=False, indent=2))
        return
    for line in _text(choice):
        click.echo(line)


def _pair(text: str) -> tuple[str, str]:
    question, equals, answer = text.partition("=")
    if not equals:
        raise Invalid(f"'{text}' is no answer. Write --answer question=answer.", code="bad_answer")
    return question.strip(), answer.strip()


def _asked(catalog: Catalog) -> dict[str, str]:
    """The questions one by one, answered by number."""
    return {key: _ask(question) for key, question in catalog.chooser.items()}


def _ask(question: Question) -> str:
    click.echo(f"\n{question.ask}", err=True)
    keys = list(question.answers)
    for number, key in enumerate(keys, 1):
        click.echo(f"  {number}  {question.answers[key].text}", err=True)
    number = click.prompt("Number", type=click.IntRange(1, len(keys)), err=True)
    return keys[number - 1]


def _text(choice: Choice) -> Iterator[str]:
    yield click.style(f"{choice.tier_name}, {choice.price}", bold=True)
    if not choice.meets_all:
        yield "No tier meets every need; this one comes nearest."
    if not choice.reasons:
        yield "Nothing that you answered needs more."
    for reason in choice.reasons:
        mark = "✓" if reason.met.is_met else "✗ not met:"
        drove = f" ({choice.lower_tier_name} does not meet it)" if reason.drove else ""
        yield f"  {mark} {reason.need}{drove}"
        yield f"    because you said: {reason.answer}"
        yield click.style(f"    {reason.met.words} · {reason.met.promise_id}", dim=True)
    yield from _listed("Not included", [(g.words, g.promise_id) for g in choice.not_included])
    if choice.next_tier is None:
        yield "\nThere is no tier above."
    else:
        title = f"Next up: {choice.next_tier_name}, {choice.next_price}. It adds"
        yield from _listed(title, [(gain.words, gain.promise_id) for gain in choice.next_adds])


def _listed(title: str, items: list[tuple[str, str]]) -> Iterator[str]:
    if not items:
        return
    yield f"\n{title}"
    for words, promise_id in items[:_MOST_GAINS]:
        yield f"  {words}"
        yield click.style(f"    {promise_id}", dim=True)
    if len(items) > _MOST_GAINS:
        yield f"  and {len(items) - _MOST_GAINS} more (--format json lists all)"
