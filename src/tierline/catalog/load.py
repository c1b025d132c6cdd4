"""Reading a catalog file: every fault at once, each with file, line, path and what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tierline.catalog.catalog import Catalog
from tierline.catalog.document import Document, read_document
from tierline.catalog.faults import faults_of
from tierline.catalog.hours import business_hours_of
from tierline.kernel.errors import Fault, Invalid


def load_catalog(path: str | Path) -> Catalog:
    """The catalog in a file. Raises Invalid with all faults, or NotFound."""
    return parse_catalog(read_document(Path(path)))


def parse_catalog(document: Document) -> Catalog:
    """The catalog in a document that has been read. Raises Invalid with all faults."""
    catalog, faults = check_catalog(document)
    if catalog is None or faults:
        noun = "fault" if len(faults) == 1 else "faults"
        raise Invalid(f"{document.source} is not a catalog: {len(faults)} {noun}.", faults)
    return catalog


def check_catalog(document: Document) -> tuple[Catalog | None, list[Fault]]:
    """The catalog if it can be read, and every fault that was found."""
    if not isinstance(document.value, dict):
        fault = Fault(
            "not_a_mapping",
            "A catalog is a mapping of keys to values.",
            write_instead="Begin the file with 'format: tierline/catalog/1'.",
            source=document.source,
            line=1,
        )
        return None, [fault]
    try:
        catalog = Catalog.model_validate(document.value)
    except ValidationError as error:
        return None, faults_of(error, document)
    return catalog, _hours_faults(catalog, document)


def _hours_faults(catalog: Catalog, document: Document) -> list[Fault]:
    """Faults of business hours, which only the calendar can find."""
    faults: list[Fault] = []
    for key, statement in catalog.business_hours.items():
        try:
            business_hours_of(statement)
        except Invalid as error:
            found: list[Any] = list(error.faults) or [Fault(error.code, error.message)]
            for fault in found:
                path = ["business_hours", key, *[p for p in fault.path.split(".") if p]]
                faults.append(document.at(fault, path))
    return faults
