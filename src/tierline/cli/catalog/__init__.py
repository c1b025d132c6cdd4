"""`tierline catalog`: tiers as code."""

from __future__ import annotations

import click

from tierline.cli.lazy_group import LazyGroup

_HERE = "tierline.cli.catalog"
_COMMANDS = {
    "lint": (f"{_HERE}.lint:lint", "Check a catalog as a pricing lead would."),
    "coverage": (f"{_HERE}.coverage:coverage", "Say where each promise is enforced."),
    "check": (f"{_HERE}.check:check", "Ask what an account on a tier may do, and why."),
    "diff": (f"{_HERE}.diff:diff", "Say in words what changed between two versions."),
    "grid": (f"{_HERE}.grid:grid", "The public grid as HTML, JSON or PDF."),
    "choose": (f"{_HERE}.choose:choose", "Answer a few questions, get one tier and the reasons."),
    "triage": (f"{_HERE}.triage:triage", "Print the triage table, and try answers on it."),
    "format": (f"{_HERE}.format:format_", "Write the canonical form of a catalog."),
    "set": (f"{_HERE}.set:set_", "Change one value and keep comments and order."),
    "holidays": (f"{_HERE}.holidays:holidays", "Take holidays from an iCalendar file."),
    "publish": (f"{_HERE}.publish:publish", "Make a dated version that never changes."),
    "import": (f"{_HERE}.import_:import_", "Read tiers from another format."),
    "schema": (f"{_HERE}.schema:schema", "The JSON Schema of catalog files."),
}


@click.group(cls=LazyGroup, commands_at=_COMMANDS)
def catalog() -> None:
    """Tiers as code: write, check, compare, publish."""
