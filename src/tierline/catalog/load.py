"""Reading a catalog file: every fault at once, each with file, line, path and what to write."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from tierline.catalog.catalog import FORMAT, Catalog
from tierline.catalog.document import Document, read_document
from tierline.catalog.faults import faults_of
from tierline.catalog.hours import business_hours_of
from tierline.catalog.hours_statement import HoursStatement
from tierline.catalog.triage_faults import triage_faults
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
    stated = document.value.get("format")
    if isinstance(stated, str) and stated.startswith("tierline/") and stated != FORMAT:
        fault = Fault("other_format", f"This is a {stated}, not a catalog.")
        return None, [document.at(fault, ["format"])]
    faults = [*_hours_faults(document), *triage_faults(document)]
    try:
        catalog = Catalog.model_validate(document.value)
    except ValidationError as error:
        return None, in_order([*faults_of(error, document), *faults])
    return catalog, in_order(faults)


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Faults by line, as a reader goes through the file."""
    return sorted(faults, key=lambda fault: (fault.line or 0, fault.column or 0))


def _hours_faults(document: Document) -> list[Fault]:
    """Faults of business hours that only the calendar finds, also where other parts are broken."""
    stated = document.value.get("business_hours")
    faults: list[Fault] = []
    for key, value in stated.items() if isinstance(stated, dict) else ():
        try:
            business_hours_of(HoursStatement.model_validate(value))
        except ValidationError:
            continue  # the catalog's own validation names these
        except Invalid as error:
            for fault in error.faults or (Fault(error.code, error.message),):
                path = ["business_hours", key, *[part for part in fault.path.split(".") if part]]
                faults.append(document.at(fault, path))
    return faults
