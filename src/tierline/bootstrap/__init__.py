"""The one place that joins the product to the outside: entry points reach connectors from here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tierline import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.actions.account_rows import AccountFile
    from tierline.connectors.event_log.column_uses import DryRun
    from tierline.connectors.event_log.mapping import EventLogMapping
    from tierline.connectors.event_log.reading import LogReading
    from tierline.connectors.event_log.source_file import Progress
    from tierline.connectors.imports import ImportResult
    from tierline.connectors.usage_files import FileRow
    from tierline.kernel.errors import Fault
    from tierline.kernel.signing import SigningKey
    from tierline.milestones.terms import Terms
    from tierline.sample.files import SampleFiles

IMPORT_FORMATS = ("pricing2yaml", "support-plan")


def import_catalog(format_: str, path: str | Path) -> ImportResult:
    """The catalogs that a file in another format states, and the fate of each of its facts.

    `format_` is one of IMPORT_FORMATS. Raises Invalid with every fault, or NotFound.
    """
    from tierline.connectors.catalog_import import import_file  # noqa: PLC0415 - loaded when used

    return import_file(format_, Path(path))


def read_mapping(path: str | Path) -> EventLogMapping:
    """How the columns of an export become facts. Raises Invalid with every fault, or NotFound."""
    from tierline.connectors.event_log.mapping_file import load_mapping  # noqa: PLC0415 - as above

    return load_mapping(path)


def read_log(
    path: str | Path, mapping: EventLogMapping, progress: Progress | None = None
) -> LogReading:
    """The cases of an event log, and every row and case that was left out, with the reason.

    `progress` is called with a stage, what is done and what there is. Raises Invalid, NotFound or
    LimitReached where the file as a whole cannot be read.
    """
    from tierline.connectors.event_log import reading, source_file  # noqa: PLC0415 - as above

    return reading.read_log(path, mapping, progress or source_file.no_progress)


def dry_run(path: str | Path, mapping: EventLogMapping) -> DryRun:
    """How a mapping reads each column and value of a file. Raises as `read_log` does."""
    from tierline.connectors.event_log import column_uses  # noqa: PLC0415 - loaded when used

    return column_uses.dry_run(path, mapping)


def sample_files() -> SampleFiles:
    """The log, mapping, catalog and draft that ship with the program."""
    from tierline.sample.files import SampleFiles  # noqa: PLC0415 - loaded when used

    return SampleFiles()


def unknown_names(mapping: EventLogMapping, terms: Terms) -> list[Fault]:
    """Tiers, severities and pause reasons that a mapping writes and the catalog does not have."""
    from tierline.connectors.event_log.mapping_file import (  # noqa: PLC0415 - loaded when used
        names_not_in_catalog,
    )

    reasons = {reason for rules in terms.rules.values() for reason in rules.pauses}
    return names_not_in_catalog(
        mapping, tiers=terms.tiers, severities=terms.severities, pause_reasons=sorted(reasons)
    )


def read_account_file(name: str, content: bytes) -> AccountFile:
    """The accounts, contacts and contracts of a CSV file or a workbook, and what is wrong with the
    rows that could not be read. Raises Invalid or LimitReached for a file that is none."""
    from tierline.connectors.account_files import reading  # noqa: PLC0415 - loaded when used

    return reading.read_account_file(name, content)


def account_template(kind: str | None) -> bytes:
    """A file to fill in: CSV of one kind of row, or a workbook with all of them."""
    from tierline.actions.account_rows import RowKind  # noqa: PLC0415 - loaded when used
    from tierline.connectors.account_files import writing  # noqa: PLC0415 - as above

    example = writing.template()
    if kind is None:
        return writing.written_workbook(example)
    chosen = RowKind(kind)
    return writing.written_csv(writing.rows_of(example, chosen), chosen).encode()


def signing_key() -> SigningKey:
    """This installation's key, made on first use in a file that only its owner may read."""
    from tierline.connectors.key_file import load_or_make_key  # noqa: PLC0415 - loaded when used

    return load_or_make_key(settings.home() / "signing-key")


def usage_batches(path: str | Path, source: str) -> Iterator[list[FileRow]]:
    """The usage events of a file, by the thousand; `source` is that of rows that name none.

    Raises NotFound, or Invalid where the file as a whole cannot be read.
    """
    from tierline.connectors.usage_files import in_batches, read_usage  # noqa: PLC0415 - as above
    from tierline.metering.cloud_events import BATCH_LIMIT_EVENTS  # noqa: PLC0415 - as above

    return in_batches(read_usage(Path(path), source=source), BATCH_LIMIT_EVENTS)
