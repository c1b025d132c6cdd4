"""Letters in the database. What one says is kept closed, and cleared when it has gone or is given
up; whom it went to is kept until letters of its age are forgotten."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from tierline.access.letter import Letter, LetterKind
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import LetterId
from tierline.store.columns import Instant, Whole, Words
from tierline.store.prepared_reads import any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

PROBLEM_LIMIT_CHARACTERS = 500

letter_table = table(
    "letter",
    sa.Column("id", Words, primary_key=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("email", Words, nullable=False),
    sa.Column("subject", Words, nullable=False),
    sa.Column("content", Words),
    sa.Column("digest", Words, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("until_at", Instant, nullable=False),
    sa.Column("attempts", Whole, nullable=False),
    sa.Column("problem", Words),
    sa.Column("sent_at", Instant),
    sa.Column("given_up_at", Instant),
    sa.Index("letter_email", "email"),
    sa.Index("letter_made_at", "made_at"),
)
_column = letter_table.c
_INSERT = letter_table.insert()
_ONE = _column.id == sa.bindparam("letter")
_NOTE = (
    letter_table.update()
    .where(_ONE)
    .values(attempts=sa.bindparam("tried"), problem=sa.bindparam("met"))
)
_SETTLE = (
    letter_table.update()
    .where(_ONE)
    .values(
        sent_at=sa.bindparam("sent"),
        given_up_at=sa.bindparam("given_up"),
        content=sa.null(),
    )
)
_BEFORE = sa.select(_column.id).where(_column.made_at < sa.bindparam("made")).limit(1)
_WRITTEN_TO = sa.select(_column.email).where(
    _column.made_at >= sa.bindparam("since"),
    _column.kind == sa.bindparam("its_kind"),
    _column.email.in_(any_of("addresses")),
)
_FORGET = letter_table.delete().where(_ONE)


class LetterReads:
    """Reads of letters."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, letter: str) -> Letter:
        """The letter of an id. Raises NotFound."""
        return self.with_content(letter)[0]

    def with_content(self, letter: str) -> tuple[Letter, str | None]:
        """A letter, and what it says, closed; None once it was settled. Raises NotFound."""
        chosen = sa.select(letter_table).where(_column.id == letter)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no letter '{letter}'.")
        return letter_of(row), row["content"]

    def with_contents(self, letters: Collection[str]) -> dict[str, tuple[Letter, str | None]]:
        """The same of many, by id; one that is not there is left out."""
        chosen = sa.select(letter_table).where(_column.id.in_(sorted(letters)))
        rows = self._snapshot.execute(chosen).mappings()
        return {row["id"]: (letter_of(row), row["content"]) for row in rows}

    def written_to(
        self, addresses: Collection[str], kind: LetterKind, since: datetime
    ) -> frozenset[str]:
        """To which of these somebody wrote a letter of a kind since then."""
        asked = {"addresses": sorted(addresses), "its_kind": kind.value, "since": since}
        return frozenset(row.email for row in self._snapshot.rows(_WRITTEN_TO, asked))

    def are_there_before(self, made: datetime) -> bool:
        """Whether any was made before then."""
        return self._snapshot.row(_BEFORE, {"made": made}) is not None


class LetterRecords(LetterReads):
    """Letters inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, letters: Sequence[tuple[Letter, str]]) -> None:
        """Write new letters, each with what it says, encrypted."""
        rows = [
            {
                "id": letter.id,
                "kind": letter.kind.value,
                "email": letter.to,
                "subject": letter.subject,
                "content": closed,
                "digest": letter.digest,
                "made_at": letter.made_at,
                "until_at": letter.until,
                "attempts": letter.attempts,
            }
            for letter, closed in letters
        ]
        self._unit.write_later(_INSERT, rows)

    def note_attempt(self, letter: str, *, attempts: int, problem: str) -> None:
        """Write down how often it was tried, and what the last attempt met."""
        met = problem[:PROBLEM_LIMIT_CHARACTERS] or None
        self._unit.write(_NOTE, {"letter": letter, "tried": attempts, "met": met})

    def settle(
        self, letter: str, *, sent_at: datetime | None, given_up_at: datetime | None
    ) -> None:
        """Say what became of it, and clear what it says."""
        self._unit.write(_SETTLE, {"letter": letter, "sent": sent_at, "given_up": given_up_at})

    def forget_before(self, made: datetime, *, limit: int) -> int:
        """Remove settled letters that were made before then, at most so many; how many."""
        is_settled = sa.or_(_column.sent_at.is_not(None), _column.given_up_at.is_not(None))
        chosen = sa.select(_column.id).where(_column.made_at < made, is_settled)
        old = list(self._unit.execute(chosen.order_by(_column.made_at).limit(limit)).scalars())
        self._unit.write(_FORGET, [{"letter": each} for each in old])
        return len(old)


def letter_of(row: sa.RowMapping) -> Letter:
    """The letter of a row."""
    return Letter(
        id=LetterId(row["id"]),
        kind=LetterKind(row["kind"]),
        to=row["email"],
        subject=row["subject"],
        digest=row["digest"],
        made_at=row["made_at"],
        until=row["until_at"],
        attempts=row["attempts"],
        problem=row["problem"] or "",
        sent_at=row["sent_at"],
        given_up_at=row["given_up_at"],
    )
