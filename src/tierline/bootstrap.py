"""The one place that joins the product to the outside: entry points reach connectors from here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tierline import settings

if TYPE_CHECKING:
    from tierline.connectors.imports import ImportResult
    from tierline.kernel.signing import SigningKey

IMPORT_FORMATS = ("pricing2yaml", "support-plan")


def import_catalog(format_: str, path: str | Path) -> ImportResult:
    """The catalogs that a file in another format states, and the fate of each of its facts.

    `format_` is one of IMPORT_FORMATS. Raises Invalid with every fault, or NotFound.
    """
    from tierline.connectors.catalog_import import import_file  # noqa: PLC0415 - loaded when used

    return import_file(format_, Path(path))


def signing_key() -> SigningKey:
    """This installation's key, made on first use in a file that only its owner may read."""
    from tierline.connectors.key_file import load_or_make_key  # noqa: PLC0415 - loaded when used

    return load_or_make_key(settings.home() / "signing-key")
