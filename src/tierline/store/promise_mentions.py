"""Mentions of promises that somebody looked at, and the texts in which they stand."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from tierline.accounts.promise_mentions import DismissedMention
from tierline.store.cases import case_message_table, case_table
from tierline.store.columns import Instant, Words
from tierline.store.evidence import without_words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

dismissed_mention_table = table(
    "dismissed_mention",
    sa.Column("record", Words, primary_key=True),
    sa.Column("digest", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("made_into", Words),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
)
_dismissed, _message, _case = dismissed_mention_table.c, case_message_table.c, case_table.c
_INSERT = dismissed_mention_table.insert()
_REMOVE = dismissed_mention_table.delete().where(_dismissed.record == sa.bindparam("its_record"))
_CLEAR = (
    dismissed_mention_table.update()
    .where(_dismissed.record == sa.bindparam("its_record"))
    .values(reason=sa.bindparam("new_reason"))
)


class MentionReads:
    """Reads of mentions."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def dismissed(self) -> dict[str, DismissedMention]:
        """Those that somebody looked at, by what they stand in."""
        rows = self._snapshot.execute(sa.select(dismissed_mention_table)).mappings()
        return {row["record"]: DismissedMention(**row) for row in rows}

    def of(self, record: str) -> DismissedMention | None:
        """What somebody said of the mention in a text; None where nobody did."""
        chosen = sa.select(dismissed_mention_table).where(_dismissed.record == record)
        found = self._snapshot.execute(chosen).mappings().first()
        return None if found is None else DismissedMention(**found)

    def message(self, record: str) -> tuple[str, str] | None:
        """The account and the text of a message in a case of somebody whom we know."""
        chosen = (
            sa.select(_case.account_id, _message.text)
            .join(case_table, _case.id == _message.case_id)
            .where(_message.id == record, _case.account_id.is_not(None))
        )
        found = self._snapshot.execute(chosen).first()
        return None if found is None else (found.account_id, found.text)

    def texts_naming(self, words: Sequence[str]) -> list[str]:
        """Reasons that name somebody."""
        return [reason for _, reason in self._naming(words)]

    def _naming(self, words: Sequence[str]) -> list[tuple[str, str]]:
        lowered = [word.lower() for word in words if word]
        rows = self._snapshot.execute(sa.select(_dismissed.record, _dismissed.reason))
        return [
            (row.record, row.reason)
            for row in rows
            if any(word in row.reason.lower() for word in lowered)
        ]


class MentionRecords(MentionReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def dismiss(self, dismissed: DismissedMention) -> None:
        """Keep what somebody said of a mention, in place of what was said before."""
        self.restore(dismissed.record)
        self._unit.write(
            _INSERT,
            [
                {
                    "record": dismissed.record,
                    "digest": dismissed.digest,
                    "reason": dismissed.reason,
                    "made_into": dismissed.made_into,
                    "at": dismissed.at,
                    "by": dismissed.by,
                }
            ],
        )

    def restore(self, record: str) -> None:
        """Forget that somebody looked at it."""
        self._unit.write(_REMOVE, [{"its_record": record}])

    def erase_people(self, words: Sequence[str]) -> None:
        """Put a mark where one of the words stands."""
        rows = [
            {"its_record": record, "new_reason": without_words(reason, words)}
            for record, reason in self._naming(words)
        ]
        self._unit.write(_CLEAR, rows)
