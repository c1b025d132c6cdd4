"""The export of an account: one ZIP with a file of JSON Lines for each table, and a manifest.

It is read as of one moment and written a page at a time, so that its size is nobody's memory.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

import msgspec

from tierline.accounts.consent_receipt import consent_receipt
from tierline.accounts.contract_form import form_for_customers
from tierline.bootstrap import signing_key
from tierline.kernel.digest import canonical_json
from tierline.kernel.instants import format_instant
from tierline.queries.account_export import parts_for, rows_of, terms_of_contracts
from tierline.store.schema import newest

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.bootstrap.application import Application
    from tierline.kernel.signing import SigningKey
    from tierline.store.records import Reads

FORMAT = "tierline/account-export/1"
MANIFEST = "manifest.json"
_LINES_AT_ONCE = 500
_to_json = msgspec.json.Encoder(decimal_format="string").encode
Row = dict[str, Any]


def write_account_export(
    application: Application, account: str, caller: Caller, file: IO[bytes]
) -> dict[str, Any]:
    """Write all that the caller may have of an account; the manifest. Raises NotFound."""
    now, key = application.now(), signing_key()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        manifest = application.read(
            lambda reads: _write(reads, archive, (account, caller), now=now, key=key)
        )
        archive.writestr(MANIFEST, canonical_json(manifest))
    return manifest


def _write(
    reads: Reads,
    archive: zipfile.ZipFile,
    asked: tuple[str, Caller],
    *,
    now: datetime,
    key: SigningKey,
) -> dict[str, Any]:
    account, caller = asked
    reads.accounts.get(account)
    is_theirs = caller.accounts is not None
    parts = parts_for(caller.permissions, is_theirs=is_theirs)
    files = []
    for name, part in sorted(parts.items()):
        rows = rows_of(reads.snapshot, name, part, account)
        if is_theirs and name == "contract":
            rows = ({**row, "form": form_for_customers(row["form"])} for row in rows)
        files.append(_put(archive, name, rows))
    if "contract" in parts:
        files.append(_put(archive, "signed_terms", terms_of_contracts(reads.snapshot, account)))
    if "consent_event" in parts:
        files.append(_put(archive, "consent_receipt", _receipts(reads, account, key)))
    return {
        "format": FORMAT,
        "account": account,
        "as_of": format_instant(now),
        "asked_by": caller.id,
        "schema": newest(),
        "files": files,
    }


def _put(archive: zipfile.ZipFile, name: str, rows: Iterable[Row]) -> dict[str, Any]:
    """Write one file; its name, rows and digest."""
    digest, count = hashlib.sha256(), 0
    with archive.open(f"{name}.jsonl", "w", force_zip64=True) as file:
        for lines in _lines(rows):
            text = b"".join(lines)
            digest.update(text)
            file.write(text)
            count += len(lines)
    return {"name": f"{name}.jsonl", "rows": count, "sha256": digest.hexdigest()}


def _lines(rows: Iterable[Row]) -> Iterator[list[bytes]]:
    lines: list[bytes] = []
    for row in rows:
        lines.append(_to_json(row) + b"\n")
        if len(lines) == _LINES_AT_ONCE:
            yield lines
            lines = []
    yield lines


def _receipts(reads: Reads, account: str, key: SigningKey) -> Iterator[Row]:
    """The signed receipt of every statement of consent."""
    events = reads.consents.of_account(account)
    evidence = reads.consents.evidence([event.id for event in events])
    for event in events:
        yield consent_receipt(event, events, evidence=evidence.get(event.id), key=key)
