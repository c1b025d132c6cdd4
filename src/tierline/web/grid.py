"""The public grid as a page and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.web.pages import render

if TYPE_CHECKING:
    from tierline.catalog.grid_document import Grid


def grid_html(grid: Grid) -> bytes:
    """The grid as one self-contained page without scripts."""
    return render("grid.html", grid=grid, names=offer_names(grid)).encode()


def grid_json(grid: Grid) -> bytes:
    """The grid in `tierline/grid/1`."""
    return (grid.model_dump_json(indent=2) + "\n").encode()


def offer_names(grid: Grid) -> dict[str, tuple[str, str]]:
    """What an exclusion may offer instead: key -> (anchor on the page, name)."""
    add_ons = {add_on.key: (f"add-on-{add_on.key}", add_on.name) for add_on in grid.add_ons}
    return {**add_ons, **{tier.key: (f"plan-{tier.key}", tier.name) for tier in grid.tiers}}
