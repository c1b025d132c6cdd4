"""The public status page as files, which are there while the application is not."""

from __future__ import annotations

import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tierline import settings
from tierline.bootstrap.performance import is_performance_public
from tierline.bootstrap.status import seen_status, seen_uptime, status_mark
from tierline.kernel import clock
from tierline.kernel.errors import Invalid
from tierline.languages.language import ENGLISH
from tierline.web.status_feeds import Addresses, json_feed, rss, status_json
from tierline.web.status_pages import in_files, incident_html, incidents_of, status_html
from tierline.web.uptime_pages import uptime_csv, uptime_html

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.bootstrap.application import Application
    from tierline.languages.language import Language
    from tierline.store.records import Reads
    from tierline.web.status_pages import Document

WRITTEN_EVERY = timedelta(minutes=5)
"""At least so often, because days pass and maintenance begins though nobody writes anything."""


def status_files(
    document: Document,
    uptime: Document,
    address: str | None = None,
    language: Language = ENGLISH,
    *,
    performance: str = "",
) -> dict[str, bytes]:
    """Every file of the status page and of uptime, by its path. Links between pages are relative;
    those of the feeds begin with `address`, where the files will be, or are relative too.
    `performance` is the whole address of the public figures, empty where nobody may read them."""
    base = "" if address is None else f"{address.rstrip('/')}/"
    first, below = in_files(is_below=False), in_files(is_below=True)
    addresses = Addresses(
        base + first.home,
        base + first.rss,
        base + first.json_feed,
        lambda incident: base + first.incident(incident),
    )
    pages = {
        first.incident(each["id"]): incident_html(document, each, below, language)
        for each in incidents_of(document)
    }
    return {
        **pages,
        first.document: status_json(document),
        first.rss: rss(document, addresses),
        first.json_feed: json_feed(document, addresses),
        first.uptime: uptime_html(uptime, first, language),
        first.uptime_document: status_json(uptime),
        first.uptime_table: uptime_csv(uptime),
        first.home: status_html(document, first, language, performance=performance),
    }


def performance_at(address: str | None) -> str:
    """Where the public figures are read; a file that lies elsewhere has to know the whole of it."""
    return "" if address is None else f"{address}/performance"


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Put files into a folder, each whole or as it was. Raises Invalid."""
    try:
        for name, body in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_bytes() != body:
                _replace(path, body)
    except OSError as error:
        told = f"{folder} cannot be written: {error.strerror}."
        raise Invalid(told, code="no_output") from None


class StatusFiles:
    """Keeps the files of a folder up to what is published."""

    def __init__(self, folder: Path, address: str | None = None) -> None:
        self._folder = folder
        self._address = address
        self._written: tuple[str, datetime] | None = None

    def is_needed(self, reads: Reads) -> bool:
        """Whether something has changed since they were written, or some time has passed."""
        if self._written is None:
            return True
        mark, at = self._written
        return clock.now() >= at + WRITTEN_EVERY or status_mark(reads) != mark

    def write(self, application: Application) -> None:
        """Write them."""
        now, mark = application.now(), application.read(status_mark)
        document, uptime = seen_status(application), seen_uptime(application)
        address = settings.address() if application.read(is_performance_public) else None
        files = status_files(
            document, uptime, self._address, application.language,
            performance=performance_at(address),
        )  # fmt: skip
        write_files(files, self._folder)
        self._written = (mark, now)


def _replace(path: Path, body: bytes) -> None:
    """Write beside it and rename, so that whoever reads sees one of the two whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
