"""`tierline catalog import`: tiers that stand in a file of another format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierline.bootstrap import IMPORT_FORMATS
from tierline.cli.main import FAILED

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog
    from tierline.connectors.facts import Fact
    from tierline.connectors.imports import ImportResult


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "format_", type=click.Choice(IMPORT_FORMATS), required=True)
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Write the catalog here; of several, the newest. Others get their version in the name.",
)
@click.option("--report", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--facts", "with_facts", is_flag=True, help="List every fact in the text report.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def import_(
    file: Path, *, format_: str, out: Path, report: str, with_facts: bool, force: bool
) -> None:
    """Read the tiers in FILE, write them as a catalog, and account for every fact.

    Exit 1 where a fact of FILE found no place in the catalog (it is written, and the report names
    the fact); exit 2 where FILE cannot be read, and nothing is written.
    """
    from tierline.bootstrap import import_catalog
    from tierline.catalog.canonical import canonical_bytes
    from tierline.cli.catalog.output import put
    from tierline.kernel.errors import Conflict

    result = import_catalog(format_, file)
    targets = _targets(result, out)
    present = [str(path) for path in targets if path.exists()]
    if present and not force:
        raise Conflict(f"{present[0]} is there already. Add --force to replace it.")
    for path, catalog in targets.items():
        put(canonical_bytes(catalog), path)
    if report == "json":
        click.echo(json.dumps(result.as_json(), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(result, with_facts=with_facts)))
    if result.has_dropped:
        raise SystemExit(FAILED)


def _targets(result: ImportResult, out: Path) -> dict[Path, Catalog]:
    """The file of each catalog: OUT for the newest, `OUT.2019-01-01.yaml` for an older one."""
    targets = {out: result.catalog}
    for catalog in result.catalogs:
        if catalog is result.catalog:
            continue
        path = out.with_name(f"{out.stem}.{catalog.version}{out.suffix}")
        count = 1
        while path in targets:
            count += 1
            path = out.with_name(f"{out.stem}.{catalog.version}.{count}{out.suffix}")
        targets[path] = catalog
    return targets


def _lines(result: ImportResult, *, with_facts: bool) -> list[str]:
    facts: dict[str, list[Fact]] = {"typed": [], "text": [], "dropped": []}
    for fact in result.facts:
        facts[fact.form.value].append(fact)
    typed, text, dropped = (len(found) for found in facts.values())
    total = len(result.facts)
    lines = [f"{total} facts: {typed} in typed terms, {text} in words, {dropped} dropped"]
    if with_facts:
        lines += ["", "In typed terms:", *_fact_lines(result, facts["typed"])]
    if text:
        lines += ["", "In words that no rule reads:", *_fact_lines(result, facts["text"])]
    if dropped:
        lines += ["", "Dropped (no place in a catalog):", *_fact_lines(result, facts["dropped"])]
    return lines


def _fact_lines(result: ImportResult, facts: list[Fact]) -> list[str]:
    return [_fact_line(result, fact) for fact in facts]


def _fact_line(result: ImportResult, fact: Fact) -> str:
    places = result.places(fact)
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    carried = f" -> {places[0]}{more}" if places else ""
    words = str(fact)
    return f"  line {fact.line}: {words if len(words) <= 100 else words[:99] + '…'}{carried}"
