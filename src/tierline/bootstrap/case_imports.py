"""Exports of other desks: how they are read, and what their cases were promised here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.actions.case_import_draft import Known
from tierline.bootstrap.cases import promise_for
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from tierline.actions.case_promise import CasePromise
    from tierline.actions.imported_case import CaseFile
    from tierline.bootstrap.application import Application
    from tierline.connectors.event_log.export_fields import PublishedField
    from tierline.connectors.event_log.mapping import EventLogMapping
    from tierline.store.records import Reads, Records

MAPPING = "mapping.yaml"
"""The file of a ZIP that stands in place of the mapping that ships."""


def desks() -> tuple[str, ...]:
    """The keys of the desks whose mappings ship."""
    from tierline.connectors.event_log import vendors  # noqa: PLC0415 - loaded when used

    return vendors.VENDORS


def desk_mapping_text(desk: str) -> str:
    """The mapping of a desk as it ships. Raises Invalid for one that has none."""
    from tierline.connectors.event_log import vendors  # noqa: PLC0415 - loaded when used

    _refuse_unknown(desk)
    return vendors.mapping_text(desk)


def desk_fields(desk: str) -> list[PublishedField]:
    """What becomes of every field that a desk publishes. Raises Invalid."""
    from tierline.connectors.event_log.export_fields import (  # noqa: PLC0415 - loaded when used
        published_fields,
    )

    return list(published_fields(_mapping_of(desk)))


def export_fields(desk: str, content: bytes) -> list[PublishedField]:
    """The same of the mapping by which an export that was sent is read: its own, or the desk's."""
    from tierline.connectors.event_log.export_fields import (  # noqa: PLC0415 - loaded when used
        published_fields,
    )

    return list(published_fields(_mapping_by(desk, content)))


def packed_with(name: str, content: bytes, mapping: bytes) -> bytes:
    """An export with a mapping of one's own in it. Raises Invalid where it has one already."""
    from tierline.connectors.event_log import export_files  # noqa: PLC0415 - loaded when used

    return export_files.packed_with(name, content, MAPPING, mapping)


def read_case_files(
    desk: str, source: str, paths: Sequence[Path], mapping: Path | None = None
) -> CaseFile:
    """The cases of an export on this machine. Raises Invalid, NotFound or LimitReached."""
    from tierline.connectors.event_log import imported_cases  # noqa: PLC0415 - loaded when used
    from tierline.connectors.event_log.mapping_file import load_mapping  # noqa: PLC0415 - as above

    stated = _mapping_of(desk) if mapping is None else load_mapping(mapping)
    return imported_cases.read_cases(paths, stated, source)


def read_case_export(desk: str, source: str, name: str, content: bytes) -> CaseFile:
    """The same of one that was sent: a file, or a ZIP that may bring its own mapping."""
    from tierline.connectors.event_log import export_files, imported_cases  # noqa: PLC0415

    mapping = _mapping_by(desk, content)
    lists = export_files.lists_of(export_files.unpacked(name, content))
    return imported_cases.cases_of(lists, mapping, source)


def known_here(application: Application, records: Reads | Records) -> Known:
    """What accounts were promised when cases were opened, worked out once for all cases of a
    stretch of an account's rules and a year; and which account an id of another system is."""
    known: dict[tuple[str | None, int, int], CasePromise] = {}

    def at(account: str | None, instant: datetime) -> CasePromise:
        micros = to_micros(instant)
        span = None if account is None else application.rulebook.span_of(account, micros)
        key = (account, 0 if span is None else span.start, instant.year)
        if key not in known:
            known[key] = promise_for(application, records, account, instant)
        return known[key]

    return Known(at, application.account_of)


def _mapping_by(desk: str, content: bytes) -> EventLogMapping:
    from tierline.catalog.document import parse_document  # noqa: PLC0415 - loaded when used
    from tierline.connectors.event_log import export_files  # noqa: PLC0415
    from tierline.connectors.event_log.mapping_file import parse_mapping  # noqa: PLC0415

    own = export_files.inside(content, MAPPING)
    return _mapping_of(desk) if own is None else parse_mapping(parse_document(own, MAPPING))


def _mapping_of(desk: str) -> EventLogMapping:
    from tierline.connectors.event_log import vendors  # noqa: PLC0415 - loaded when used

    _refuse_unknown(desk)
    return vendors.mapping_of(desk)


def _refuse_unknown(desk: str) -> None:
    if desk not in desks():
        fault = Fault(
            "unknown_desk",
            f"No mapping of '{desk}' ships.",
            "from",
            f"Write one of: {', '.join(desks())}; or begin your own mapping from one of them.",
        )
        raise Invalid("The export cannot be read.", [fault], code="unknown_desk")


def export_contents(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """The files of an export on this machine, unpacked, each under a name of its own."""
    from tierline.connectors.event_log.export_files import opened  # noqa: PLC0415 - loaded when used

    for number, path in enumerate(paths):
        for name, content in opened(path):
            yield f"{number}/{name}", content
