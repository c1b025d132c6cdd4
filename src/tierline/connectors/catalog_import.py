"""The formats that catalogs are imported from, by the name that the command line takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.document import read_document
from tierline.connectors.pricing2yaml import import_pricing
from tierline.connectors.support_plan import import_support_plan
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tierline.catalog.document import Document
    from tierline.connectors.imports import ImportResult

_IMPORTERS: dict[str, Callable[[Document], ImportResult]] = {
    "pricing2yaml": import_pricing,
    "support-plan": import_support_plan,
}


def import_file(format_: str, path: Path) -> ImportResult:
    """Read a file within bounds and import it. Raises Invalid or NotFound."""
    if format_ not in _IMPORTERS:
        known = ", ".join(_IMPORTERS)
        raise Invalid(f"There is no format '{format_}'. There are: {known}.", code="unknown_format")
    return _IMPORTERS[format_](read_document(path))
