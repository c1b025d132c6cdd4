"""Looking at files for malware: joins the records and the scanner that the operator states."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from tierline import settings
from tierline.actions.due_work import DueWork
from tierline.bootstrap.sent import Sent
from tierline.cases.file_scan import FileScan, ScanState
from tierline.kernel.errors import Conflict

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.cases.mail import Attachment
    from tierline.connectors.attachment_scanner import Scanner
    from tierline.store.records import Reads, Records

LANE = "file scans"
KIND = "file scan"
_ASKED_AT_ONCE = 200
_AGAIN = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
_LATER = timedelta(hours=1)
_LOG = logging.getLogger("tierline.files")


def has_scanner() -> bool:
    """Whether this installation looks at files."""
    return settings.attachment_scanner() is not None


def refuse_unsafe(file: Attachment) -> None:
    """Raise Conflict for a file that must not be handed out: one that something was found in, and,
    with a scanner, one that was not looked at."""
    scan = file.scan
    state = ScanState.unasked if scan is None else scan.state
    if state is ScanState.clean or (state is ScanState.unasked and not has_scanner()):
        return
    if state is ScanState.found:
        said = "" if scan is None else scan.said
        raise Conflict(f"This file is held back: {said} was found in it.", code="file_unsafe")
    raise Conflict(
        "This file is held back until it was looked at for malware. Try again in a minute.",
        code="file_not_scanned",
    )


def has_unasked(reads: Reads) -> bool:
    """Whether files came that nobody asked to be looked at."""
    return has_scanner() and bool(reads.file_scans.unasked(1))


def ask_for_scans(application: Application) -> None:
    """Have new files looked at."""
    now = application.now()

    def work(records: Records) -> int:
        files = records.file_scans.unasked(_ASKED_AT_ONCE)
        records.file_scans.set(
            FileScan(digest=each, state=ScanState.waiting, said="", at=now) for each in files
        )
        records.due_work.add(
            [DueWork(id=f"scan of {each}", kind=KIND, lane=LANE, body={"file": each}, run_at=now)
             for each in files], now=now,
        )  # fmt: skip
        return len(files)

    while application.change(work):
        pass


class FileScanning:
    """Looks at files with one scanner. One for each process; safe to share between threads."""

    def __init__(self, application: Application) -> None:
        from tierline.connectors.attachment_scanner import (  # noqa: PLC0415 - used by few
            scanner_at,
        )

        stated = settings.attachment_scanner()
        self._application = application
        self._scanner: Scanner | None = None if stated is None else scanner_at(stated)

    def scan(self, digest: str, attempts: int) -> Sent:
        """Make the `attempts`-th attempt to look at a file."""
        from tierline.connectors.attachment_scanner import ScanFailed  # noqa: PLC0415 - the same

        content = self._application.read(lambda reads: reads.attachments.contents([digest]))
        if digest not in content or self._scanner is None:
            return Sent()
        state, said = ScanState.clean, ""
        try:
            said = self._scanner.scan(content[digest])
        except ScanFailed as error:
            state, said = ScanState.failed, str(error)
            _LOG.warning("a file was not looked at: %s", said)
        if said and state is ScanState.clean:
            state = ScanState.found
        now = self._application.now()
        scan = FileScan(digest=digest, state=state, said=said, at=now)

        def write(records: Records) -> None:
            records.file_scans.set([scan])
            if state is ScanState.found:
                _tell(records, self._application, digest, said)

        again = _AGAIN[attempts - 1] if attempts <= len(_AGAIN) else _LATER
        return Sent(write, now + again if state is ScanState.failed else None)


def _tell(records: Records, application: Application, digest: str, said: str) -> None:
    occasion = application.occasion("worker")
    for case in records.attachments.cases_with(digest):
        body = {"case": case, "found": said}
        records.append([occasion.fact("AttachmentUnsafe", case, body)])
