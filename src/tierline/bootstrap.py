"""The one place that joins the product to the outside: entry points reach connectors from here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.connectors.imports import ImportResult

IMPORT_FORMATS = ("pricing2yaml", "support-plan")


def import_catalog(format_: str, path: str | Path) -> ImportResult:
    """The catalogs that a file in another format states, and the fate of each of its facts.

    `format_` is one of IMPORT_FORMATS. Raises Invalid with every fault, or NotFound.
    """
    from tierline.connectors.catalog_import import import_file  # noqa: PLC0415 - loaded when used

    return import_file(format_, Path(path))
