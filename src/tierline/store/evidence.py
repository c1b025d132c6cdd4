"""Evidence: texts beside append-only records, which may name people and so can be erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import sqlalchemy as sa

from tierline.store.columns import Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

evidence_table = table(
    "evidence",
    sa.Column("about_id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Index("evidence_account_id", "account_id"),
)
_column = evidence_table.c
_INSERT = evidence_table.insert()
_UPDATE = (
    evidence_table.update()
    .where(_column.about_id == sa.bindparam("about"))
    .values(text=sa.bindparam("new_text"))
)
_DELETE = evidence_table.delete().where(_column.about_id == sa.bindparam("about"))


def evidence_about(snapshot: Snapshot, ids: Sequence[str]) -> dict[str, str]:
    """The texts about these records, by id."""
    chosen = sa.select(_column.about_id, _column.text).where(_column.about_id.in_(ids))
    return {row.about_id: row.text for row in snapshot.execute(chosen)}


def evidence_of_accounts(snapshot: Snapshot, accounts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Account and text of everything that accounts have, by the id of what it is about."""
    chosen = sa.select(evidence_table).where(_column.account_id.in_(accounts))
    return {row.about_id: (row.account_id, row.text) for row in snapshot.execute(chosen)}


def add_evidence(unit: UnitOfWork, rows: Iterable[tuple[str, str, str]]) -> None:
    """Write texts: the id of what each is about, the account, the text."""
    names = ("about_id", "account_id", "text")
    unit.write(_INSERT, [dict(zip(names, row, strict=True)) for row in rows])


def erase_evidence(
    unit: UnitOfWork, *, about: Collection[str], words: Mapping[str, Sequence[str]]
) -> None:
    """Delete the texts about these records; in every other text of the accounts put a mark where
    one of the `words` of the account stands."""
    unit.write(_DELETE, [{"about": id_} for id_ in sorted(about)])
    changed = []
    for id_, (account, text) in sorted(evidence_of_accounts(unit, sorted(words)).items()):
        plain = without_words(text, words[account])
        if plain != text:
            changed.append({"about": id_, "new_text": plain})
    unit.write(_UPDATE, changed)


def without_words(text: str, words: Sequence[str]) -> str:
    """The text with a mark in place of each of the words, in any case; longer words first."""
    for word in sorted(filter(None, words), key=len, reverse=True):
        found = text.lower().find(word.lower())
        while found >= 0:
            text = f"{text[:found]}[erased]{text[found + len(word):]}"  # fmt: skip
            found = text.lower().find(word.lower(), found + len("[erased]"))
    return text
