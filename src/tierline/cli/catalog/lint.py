"""`tierline catalog lint`: check a catalog as a pricing lead would."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.catalog.lint.finding import Finding
    from tierline.catalog.lint.report import Report

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_WIDTH = 96


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="For people, for programs, or for code hosts.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Judge waivers on this day instead of today.",
)
@click.option("--strict", is_flag=True, help="Exit 1 on warnings as well as on errors.")
def lint(file: str, form: str, as_of: datetime | None, strict: bool) -> None:
    """Check the catalog in FILE as a pricing lead would.

    Exit 0 where nothing stops a publication, 1 where an error does, 2 where the file cannot be
    read as a catalog.
    """
    from tierline.catalog.lint.report import lint_file
    from tierline.kernel.clock import now

    day: date = as_of.date() if as_of else now().date()
    report = lint_file(file, as_of=day)
    click.echo(_rendered(report, form))
    if report.is_blocked(strict=strict):
        raise click.exceptions.Exit(1)


def _rendered(report: Report, form: str) -> str:
    if form == "text":
        return "\n".join(_text(report))
    from tierline import __version__
    from tierline.catalog.lint.report import values_of
    from tierline.catalog.lint.sarif import sarif_of

    values = values_of(report) if form == "json" else sarif_of(report, version=__version__)
    return json.dumps(values, ensure_ascii=False, indent=2)


def _text(report: Report) -> Iterator[str]:
    catalog = report.catalog
    yield click.style(f"{report.source}: {catalog.company}, {catalog.version}", bold=True)
    group = ""
    for finding in sorted(report.findings, key=lambda f: _group_order(report, f)):
        if _group(report, finding) != group:
            group = _group(report, finding)
            yield ""
            yield click.style(group, bold=True)
        yield from _lines(finding)
    if report.waived:
        yield ""
        yield click.style("Waived", bold=True)
        for waived in report.waived:
            yield (
                f"  {waived.finding.rule} for {waived.waiver.promise} until "
                f"{waived.waiver.expires_on}: {waived.waiver.reason}"
            )
    yield ""
    yield _count(report)


def _lines(finding: Finding) -> Iterator[str]:
    level = click.style(finding.level.value, fg=_COLOURS[finding.level.value], bold=True)
    place = f"line {finding.line}" if finding.line else finding.path
    subject = f"  {finding.subject}" if finding.subject else f"  {finding.path}"
    yield f"  {level}  {finding.rule}  {place}{subject}"
    yield click.wrap_text(finding.message, _WIDTH, "      ", "      ")
    yield click.wrap_text(finding.instead, _WIDTH, "      → ", "        ")
    if finding.amounts:
        yield "      " + " · ".join(str(amount) for amount in finding.amounts)


def _group(report: Report, finding: Finding) -> str:
    """The tier or add-on that a finding belongs to, or the catalog as a whole."""
    kind, _, rest = finding.path.partition(".")
    key = rest.partition(".")[0].partition("[")[0]
    if kind == "tiers" and key in report.catalog.tiers:
        return report.catalog.tiers[key].name
    if kind == "add_ons" and key in report.catalog.add_ons:
        return f"Add-on {report.catalog.add_ons[key].name}"
    return "The catalog"


def _group_order(report: Report, finding: Finding) -> tuple[int, str, int, int]:
    names = [tier.name for tier in report.catalog.tiers.values()]
    group = _group(report, finding)
    known = [*dict.fromkeys(("The catalog", *names))]
    place = known.index(group) if group in known else len(known)
    levels = list(_COLOURS)
    return place, group, levels.index(finding.level.value), finding.line or 0


def _count(report: Report) -> str:
    from tierline.catalog.lint.finding import Level
    from tierline.catalog.lint.naming import counted

    counts = [counted(report.count(level), level.value) for level in Level]
    text = f"{counts[0]}, {counts[1]}, {counts[2]}"
    waived = f", {len(report.waived)} waived" if report.waived else ""
    rules = f"{len(report.rules)} rules of rule pack {report.rule_pack}"
    ok = "" if report.findings else "Nothing to object to: "
    return f"{ok}{text}{waived} from {rules}, judged on {report.as_of.isoformat()}."
