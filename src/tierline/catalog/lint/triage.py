"""Triage: a worse answer is never a milder case, and every severity can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Observation
from tierline.catalog.lint.naming import listed
from tierline.catalog.lint.rules import family
from tierline.catalog.triage_table import milder_for_worse, ranks_of, space_of

triage = family("Triage")


@triage.warning(
    "worse-answer-milder",
    "A worse answer gets a milder severity.",
    why="Whoever tells the truth is served later, and soon nobody does.",
    example="`stopped` and `today` is S3, `slowed` and `today` is S2.",
)
def worse_answer_milder(context: Context) -> Iterator[Observation]:
    """One pair of combinations that differ in one answer."""
    table, severities = context.catalog.triage, list(context.catalog.severities)
    if table is None or any(rule.severity not in severities for rule in table.rules):
        return
    space = space_of(table.rules)
    if space.rows.min() < 0:
        return  # no catalog that was read from a file is like that
    found = milder_for_worse(ranks_of(space, table, severities))
    if found is None:
        return
    worse, milder = (int(space.rows[place]) for place in found)
    yield Observation(
        ("triage", "rules", worse),
        f"Row {worse + 1} makes {table.rules[worse].severity} of {space.case_at(found[0])}, "
        f"and row {milder + 1} {table.rules[milder].severity} of {space.case_at(found[1])}.",
        "Let the row of the milder answer take the worse one too, as in [stopped, slowed].",
    )


@triage.note(
    "severity-never-found",
    "No answers lead to a severity.",
    why="It is promised and never given, unless somebody sets it by hand.",
    example="No row of the triage table says S4.",
)
def severity_never_found(context: Context) -> Iterator[Observation]:
    """Severities that no row gives."""
    table = context.catalog.triage
    given = {rule.severity for rule in table.rules} if table else set()
    missing = [key for key in context.catalog.severities if key not in given]
    if table is not None and missing:
        yield Observation(
            ("triage", "rules"),
            f"No row of the triage table gives {listed(missing)}.",
            "Add a row, or remove the severity.",
            about=tuple(missing),
        )
