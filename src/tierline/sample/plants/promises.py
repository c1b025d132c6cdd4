"""Plants in what is promised: what nobody keeps, and what nobody uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.sample.catalogs import AUTUMN, GRID, UNENFORCED

if TYPE_CHECKING:
    from tierline.sample.company import Company


def unenforced(company: Company) -> None:
    """Two of the 49 promises on the grid are kept by nobody: coverage is 96%."""
    for key in UNENFORCED:
        company.plant(
            "coverage",
            "unenforced_promises",
            f"{GRID}/{key}",
            {"version": AUTUMN.isoformat(), "coverage_percent": "96"},
        )
