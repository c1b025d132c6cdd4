"""Which language people want to read us in, and whether they want to be written to about cases, by
the address that they sign in with and are written to: who chooses on their page chooses for their
mails.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from tierline.store.columns import Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

reader_language_table = table(
    "reader_language",
    sa.Column("email", Words, primary_key=True),
    sa.Column("language", Words, nullable=False),
    sa.Column("chosen_at", Instant, nullable=False),
    sa.Column("case_mails", Whole),
)
_column = reader_language_table.c
_INSERT = reader_language_table.insert()
_UPDATE = (
    reader_language_table.update()
    .where(_column.email == sa.bindparam("its_email"))
    .values(language=sa.bindparam("new_language"), chosen_at=sa.bindparam("new_at", type_=Instant))
)
_CASE_MAILS = (
    reader_language_table.update()
    .where(_column.email == sa.bindparam("its_email"))
    .values(case_mails=sa.bindparam("wanted"), chosen_at=sa.bindparam("new_at", type_=Instant))
)
_ERASE = reader_language_table.delete().where(_column.email == sa.bindparam("its_email"))

_ERASE_EMPTY = _ERASE.where(_column.language == "", _column.case_mails.is_(None))
_NO_LANGUAGE = (
    reader_language_table.update()
    .where(_column.email == sa.bindparam("its_email"))
    .values(language="")
)


class ReaderLanguageReads:
    """Reads of what was chosen."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_address(self, email: str) -> str:
        """The tag of what an address in its plain form chose; empty where it chose nothing."""
        chosen = sa.select(_column.language).where(_column.email == email)
        return self._snapshot.execute(chosen).scalar_one_or_none() or ""

    def wants_case_mails(self, email: str) -> bool:
        """Whether an address in its plain form is written to about cases that it raised elsewhere
        than by mail: unless it said no."""
        chosen = sa.select(_column.case_mails).where(_column.email == email)
        return self._snapshot.execute(chosen).scalar_one_or_none() != 0


class ReaderLanguageRecords(ReaderLanguageReads):
    """The same inside of a unit of work, to write."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.has_changed = False

    def keep(self, email: str, language: str, *, at: datetime) -> None:
        """Write a choice; the one before is forgotten."""
        self.has_changed = True
        values = {"its_email": email, "new_language": language, "new_at": at}
        if self._unit.write(_UPDATE, values) == 0:
            row = {"email": email, "language": language, "chosen_at": at}
            self._unit.write(_INSERT, row)

    def keep_case_mails(self, email: str, *, wanted: bool, at: datetime) -> None:
        """Write down whether an address wants to be written to."""
        values = {"its_email": email, "wanted": int(wanted), "new_at": at}
        if self._unit.write(_CASE_MAILS, values) == 0:
            row = {"email": email, "language": "", "chosen_at": at, "case_mails": int(wanted)}
            self._unit.write(_INSERT, row)

    def forget(self, emails: Collection[str]) -> None:
        """Let go of the languages that these addresses chose."""
        self.has_changed = True
        rows = [{"its_email": each} for each in sorted(emails)]
        self._unit.write(_NO_LANGUAGE, rows)
        self._unit.write(_ERASE_EMPTY, rows)

    def erase(self, emails: Collection[str]) -> None:
        """Let go of all that these addresses chose."""
        self.has_changed = True
        self._unit.write(_ERASE, [{"its_email": each} for each in sorted(emails)])
