"""Reading a mapping file: every fault at once, each with file, line, path and what to write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tierline.catalog.document import Document, read_document
from tierline.catalog.faults import faults_of
from tierline.catalog.load import in_order
from tierline.connectors.event_log.mapping import FORMAT, EventLogMapping
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


def load_mapping(path: str | Path) -> EventLogMapping:
    """The mapping in a file. Raises Invalid with all faults, or NotFound."""
    return parse_mapping(read_document(Path(path)))


def parse_mapping(document: Document) -> EventLogMapping:
    """The mapping in a document that has been read. Raises Invalid with all faults."""
    if not isinstance(document.value, dict):
        fault = Fault(
            "not_a_mapping",
            "A mapping file is a set of keys and values.",
            write_instead=f"Begin the file with 'format: {FORMAT}'.",
            source=document.source,
            line=1,
        )
        raise _refused(document, [fault])
    try:
        return EventLogMapping.model_validate(document.value)
    except ValidationError as error:
        faults = in_order(faults_of(error, document, EventLogMapping))
        raise _refused(document, faults) from None


def mapping_schema() -> dict[str, Any]:
    """JSON Schema of a mapping file, made from the code that reads it."""
    return EventLogMapping.model_json_schema(mode="validation")


def names_not_in_catalog(
    mapping: EventLogMapping,
    *,
    tiers: Collection[str],
    severities: Collection[str],
    pause_reasons: Collection[str],
) -> list[Fault]:
    """Tiers, severities and pause reasons of a mapping that a catalog does not have.

    Such a case would be judged against nothing. An unknown pause reason stops no clock, which
    may be meant; it is listed all the same.
    """
    known = {"tier": tiers, "severity": severities, "pause reason": pause_reasons}
    faults = {}
    for what, path, name in _names(mapping):
        if name not in known[what]:
            shown = ", ".join(known[what]) or "none"
            message = f"The catalog has no {what} '{name}'."
            faults[what, name] = Fault(
                f"unknown_{what.replace(' ', '_')}", message, path, f"It has: {shown}."
            )
    return list(faults.values())


def _names(mapping: EventLogMapping) -> Iterator[tuple[str, str, str]]:
    severity, tier = mapping.severity, mapping.tier
    for key, named in (("always", severity.always), ("default", severity.default)):
        if named:
            yield "severity", f"severity.{key}", named
    for value, name in severity.values.items():
        yield "severity", f"severity.values.{value}", name
    for row, cells in severity.cells.items():
        for column, name in cells.items():
            yield "severity", f"severity.cells.{row}.{column}", name
    for key, stated in (("always", tier.always), ("default", tier.default)):
        if stated:
            yield "tier", f"tier.{key}", stated
    for value, name in tier.values.items():
        yield "tier", f"tier.values.{value}", name
    for place, rule in enumerate(tier.rules):
        yield "tier", f"tier.rules[{place}].tier", rule.tier
    yield from _reasons(mapping)


def _reasons(mapping: EventLogMapping) -> Iterator[tuple[str, str, str]]:
    for key, states in (("states", mapping.states), ("states_else", mapping.states_else)):
        for value, state in states.values.items() if states else ():
            if state.pause:
                yield "pause reason", f"{key}.values.{value}.pause", state.pause


def _refused(document: Document, faults: list[Fault]) -> Invalid:
    noun = "fault" if len(faults) == 1 else "faults"
    return Invalid(f"{document.source} is not an event log mapping: {len(faults)} {noun}.", faults)
