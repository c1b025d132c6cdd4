"""Where people stand in post-mortems, to be told or to be cleared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from tierline.store.cases import case_table
from tierline.store.columns import Document
from tierline.store.evidence import without_words
from tierline.store.post_mortems import (
    post_mortem_action_table,
    post_mortem_case_table,
    post_mortem_version_table,
)
from tierline.store.unit_of_work import Snapshot, UnitOfWork

POST_MORTEM_TABLES = (post_mortem_action_table, post_mortem_version_table)
_version, _action = post_mortem_version_table.c, post_mortem_action_table.c
_CLEAR_VERSION = (
    post_mortem_version_table.update()
    .where(
        _version.post_mortem_id == sa.bindparam("its_id"),
        _version.number == sa.bindparam("its_number"),
    )
    .values(
        texts=sa.bindparam("new_texts", type_=Document),
        told_actions=sa.bindparam("new_actions", type_=Document),
    )
)
_CLEAR_ACTION = (
    post_mortem_action_table.update()
    .where(_action.id == sa.bindparam("its_id"))
    .values(title=sa.bindparam("new_title"), reason=sa.bindparam("new_reason"))
)


def texts_of_post_mortems(
    snapshot: Snapshot, account: str, words: Sequence[str]
) -> tuple[str, ...]:
    """Texts about an account's cases in which one of these stands."""
    lowered = [word.lower() for word in words if word]
    versions, actions = _rows(snapshot, account)
    texts = [text for row in versions for text in _texts(row)]
    texts += [text for row in actions for text in (row.title, row.reason)]
    return tuple(text for text in texts if any(word in text.lower() for word in lowered))


def erase_post_mortems(unit: UnitOfWork, account: str, words: Sequence[str]) -> None:
    """Put a mark where one of the words stands: in what is published too."""
    versions, actions = _rows(unit, account)
    cleared = []
    for row in versions:
        texts = {part: without_words(text, words) for part, text in row.texts.items()}
        told = row.told_actions and [
            {**each, "title": without_words(each["title"], words)} for each in row.told_actions
        ]
        if (texts, told) != (row.texts, row.told_actions):
            cleared.append(
                {
                    "its_id": row.post_mortem_id,
                    "its_number": row.number,
                    "new_texts": texts,
                    "new_actions": told,
                }
            )
    unit.write(_CLEAR_VERSION, cleared)
    plain = [
        (row, without_words(row.title, words), without_words(row.reason, words)) for row in actions
    ]
    unit.write(
        _CLEAR_ACTION,
        [
            {"its_id": row.id, "new_title": title, "new_reason": reason}
            for row, title, reason in plain
            if (title, reason) != (row.title, row.reason)
        ],
    )


def _texts(row: sa.Row[tuple[object, ...]]) -> Iterator[str]:
    yield from row.texts.values()
    yield from (each["title"] for each in row.told_actions or ())


def _rows(
    snapshot: Snapshot, account: str
) -> tuple[Sequence[sa.Row[tuple[object, ...]]], Sequence[sa.Row[tuple[object, ...]]]]:
    debt, case = post_mortem_case_table.c, case_table.c
    about = (
        sa.select(debt.post_mortem_id)
        .join(case_table, case.id == debt.case_id)
        .where(case.account_id == account, debt.post_mortem_id.is_not(None))
    )
    versions = sa.select(
        _version.post_mortem_id, _version.number, _version.texts, _version.told_actions
    ).where(_version.post_mortem_id.in_(about))
    actions = sa.select(_action.id, _action.title, _action.reason).where(
        _action.post_mortem_id.in_(about)
    )
    return snapshot.execute(versions).all(), snapshot.execute(actions).all()
