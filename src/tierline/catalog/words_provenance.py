"""Where a catalog's facts come from, in words: what the foot of the grid says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.words_amount import joined
from tierline.catalog.words_price import price_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.catalog.catalog import CaseField, Catalog
    from tierline.catalog.feature import Imported, Source


def source_in_words(source: Source) -> str:
    """`https://example.org/support (vendor): price formulas`."""
    kind = f" ({source.kind})" if source.kind else ""
    return f"{source.url}{kind}{f': {source.gives}' if source.gives else ''}"


def provenance_in_words(catalog: Catalog) -> tuple[str, ...]:
    """How the catalog was read, what it knows of earlier prices, and what else a case carries."""
    return (
        *(_imported(catalog.imported) if catalog.imported else ()),
        *_former_prices(catalog),
        *(_case_field(key, field) for key, field in catalog.case_fields.items()),
        *_codes(catalog),
    )


def _imported(imported: Imported) -> Iterator[str]:
    version = f", version “{imported.version}”" if imported.version else ""
    layout = f" ({imported.layout})" if imported.layout else ""
    yield f"Read from a file in the format {imported.format}{version}{layout}."
    if imported.version_is_assumed:
        yield "The file bears no date: the version is a stand-in."
    if imported.inferred:
        yield "The file says that some of its values were inferred."


def _former_prices(catalog: Catalog) -> Iterator[str]:
    for tier in catalog.tiers.values():
        for price in tier.former_prices:
            words = price_in_words(price, catalog.currency)
            yield f"An earlier copy of the price page shows {tier.name} at {words}."


def _case_field(key: str, field: CaseField) -> str:
    values = f" ({joined(field.values)})" if field.values else ""
    meaning = "a fixed meaning" if field.meaning == "fixed" else "a free meaning"
    name = key.replace("_", " ")
    return f"A case carries a {name}{values} with {meaning}, set by the {field.set_by}."


def _codes(catalog: Catalog) -> Iterator[str]:
    coded = [f"{known.name} is {known.code}" for known in catalog.severities.values() if known.code]
    if coded:
        yield f"Severities in the interface for programs: {joined(coded)}."
