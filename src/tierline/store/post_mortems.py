"""Post-mortems in the database: versions are appended, and published once.

`failure_mode` of a post-mortem is that of its latest version; `post_mortem_case` is an index of the
facts of cases, for the list of those that owe one, and says which post-mortem a case has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import msgspec
import sqlalchemy as sa

from tierline.cases.case_facts import CaseFacts
from tierline.cases.post_mortem import (
    ActionState,
    Part,
    PostMortem,
    PostMortemAction,
    PostMortemDebt,
    PostMortemVersion,
    Publication,
    ToldAction,
)
from tierline.kernel.errors import NotFound
from tierline.store.accounts import account_table
from tierline.store.cases import NO_DUE_TIME, case_message_table, case_table
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork
from tierline.store.users import user_table

post_mortem_table = table(
    "post_mortem",
    sa.Column("id", Words, primary_key=True),
    sa.Column("incident_id", Words, sa.ForeignKey("incident.id")),
    sa.Column("failure_mode", Words, nullable=False),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("begun_by", Words, nullable=False),
    sa.Index("post_mortem_failure_mode", "failure_mode", "id"),
)
post_mortem_version_table = table(
    "post_mortem_version",
    sa.Column("post_mortem_id", Words, sa.ForeignKey("post_mortem.id"), primary_key=True),
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("texts", Document, nullable=False),
    sa.Column("failure_mode", Words, nullable=False),
    sa.Column("published_at", Instant),
    sa.Column("published_by", Words),
    sa.Column("facts", Document),
    sa.Column("told_actions", Document),
)
post_mortem_case_table = table(
    "post_mortem_case",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("post_mortem_id", Words, sa.ForeignKey("post_mortem.id")),
    sa.Column("is_required", Whole, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("published_at", Instant),
    sa.Column("state", Words, nullable=False),
    sa.Index("post_mortem_case_state", "state", "due_at", "case_id"),
    sa.Index("post_mortem_case_post_mortem_id", "post_mortem_id", "case_id"),
)
post_mortem_action_table = table(
    "post_mortem_action",
    sa.Column("id", Words, primary_key=True),
    sa.Column("post_mortem_id", Words, sa.ForeignKey("post_mortem.id"), nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("owner_id", Words, sa.ForeignKey("user.id"), nullable=False),
    sa.Column("due_on", Words, nullable=False),
    sa.Column("is_told", Whole, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("added_by", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("closed_by", Words),
    sa.Column("reason", Words, nullable=False),
    sa.Index("post_mortem_action_post_mortem_id", "post_mortem_id", "due_on"),
    sa.Index("post_mortem_action_state", "state", "due_on", "id"),
    sa.Index("post_mortem_action_owner_id", "owner_id", "state", "due_on"),
)
_post_mortem, _version = post_mortem_table.c, post_mortem_version_table.c
_debt, _action = post_mortem_case_table.c, post_mortem_action_table.c
_case, _message = case_table.c, case_message_table.c
_INSERT, _INSERT_VERSION = post_mortem_table.insert(), post_mortem_version_table.insert()
_INSERT_ACTION = post_mortem_action_table.insert()
_NAME_MODE = post_mortem_table.update().where(_post_mortem.id == sa.bindparam("its_id")).values(
    failure_mode=sa.bindparam("new_mode")
)  # fmt: skip
_PUBLISH = (
    post_mortem_version_table.update()
    .where(
        _version.post_mortem_id == sa.bindparam("its_id"),
        _version.number == sa.bindparam("its_number"),
        _version.published_at.is_(None),
    )
    .values(
        published_at=sa.bindparam("new_at", type_=Instant),
        published_by=sa.bindparam("new_by"),
        facts=sa.bindparam("new_facts", type_=Document),
        told_actions=sa.bindparam("new_actions", type_=Document),
    )
)
_KEEP_DEBT = (
    post_mortem_case_table.update()
    .where(_debt.case_id == sa.bindparam("its_case"))
    .values(
        post_mortem_id=sa.bindparam("new_post_mortem"),
        is_required=sa.bindparam("new_required"),
        ended_at=sa.bindparam("new_end", type_=Instant),
        due_at=sa.bindparam("new_due", type_=Instant),
        published_at=sa.bindparam("new_published", type_=Instant),
        state=sa.bindparam("new_state"),
    )
)
_CLOSE_ACTION = (
    post_mortem_action_table.update()
    .where(_action.id == sa.bindparam("its_id"))
    .values(
        state=sa.bindparam("new_state"),
        closed_at=sa.bindparam("new_at", type_=Instant),
        closed_by=sa.bindparam("new_by"),
        reason=sa.bindparam("new_reason"),
    )
)

_DEBT_OF = sa.select(post_mortem_case_table).where(_debt.case_id == sa.bindparam("its_case"))


class PostMortemReads:
    """Reads of post-mortems."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, post_mortem: str) -> PostMortem:
        """The post-mortem of an id, with its versions and actions. Raises NotFound."""
        chosen = sa.select(post_mortem_table).where(_post_mortem.id == post_mortem)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no post-mortem '{post_mortem}'.")
        cases = sa.select(_debt.case_id).where(_debt.post_mortem_id == post_mortem)
        versions = sa.select(post_mortem_version_table).where(
            _version.post_mortem_id == post_mortem
        )
        actions = sa.select(post_mortem_action_table).where(_action.post_mortem_id == post_mortem)
        read = self._snapshot.execute
        return PostMortem(
            id=row["id"],
            incident=row["incident_id"],
            cases=tuple(read(cases.order_by(_debt.case_id)).scalars()),
            begun_at=row["begun_at"],
            begun_by=row["begun_by"],
            versions=tuple(
                _version_of(each) for each in read(versions.order_by(_version.number)).mappings()
            ),
            actions=tuple(
                action_of(each)
                for each in read(actions.order_by(_action.due_on, _action.id)).mappings()
            ),
        )

    def debt(self, case: str) -> PostMortemDebt | None:
        """How a case stands with its post-mortem; None where it owes and has none."""
        row = self._snapshot.row(_DEBT_OF, {"its_case": case})
        return None if row is None else debt_of(row)

    def action(self, action: str) -> PostMortemAction:
        """The action of an id. Raises NotFound."""
        chosen = sa.select(post_mortem_action_table).where(_action.id == action)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no action '{action}'.")
        return action_of(row)

    def notes(self, cases: Collection[str]) -> tuple[str, ...]:
        """What was written among us in cases."""
        chosen = sa.select(_message.text).where(
            _message.case_id.in_(sorted(cases)), _message.is_public == 0
        )
        return tuple(self._snapshot.execute(chosen).scalars())

    def names_not_told(self, cases: Collection[str]) -> tuple[str, ...]:
        """Names and addresses of our people; and where the cases are of several accounts, the names
        of those."""
        user = user_table.c
        chosen = sa.select(user.name, user.email).where(user.account_id.is_(None))
        ours = [word for row in self._snapshot.execute(chosen) for word in row if word]
        account = account_table.c
        of = sa.select(_case.account_id).where(_case.id.in_(sorted(cases)))
        named = sa.select(account.name).where(account.id.in_(of))
        theirs = list(self._snapshot.execute(named).scalars())
        return (*ours, *(theirs if len(theirs) > 1 else ()))


class PostMortemRecords(PostMortemReads):
    """Post-mortems inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, post_mortem: PostMortem) -> None:
        """Write a new post-mortem; its cases are kept by their debts."""
        self._unit.write(
            _INSERT,
            {
                "id": post_mortem.id,
                "incident_id": post_mortem.incident,
                "failure_mode": post_mortem.latest.failure_mode,
                "begun_at": post_mortem.begun_at,
                "begun_by": post_mortem.begun_by,
            },
        )
        for version in post_mortem.versions:
            self.write(post_mortem.id, version)

    def write(self, post_mortem: str, version: PostMortemVersion) -> None:
        """Write a new version. Where somebody else was quicker it is a Conflict, and the unit is
        tried again."""
        self._unit.write(
            _INSERT_VERSION,
            {
                "post_mortem_id": post_mortem,
                "number": version.number,
                "at": version.at,
                "by": version.by,
                "texts": {part.value: text for part, text in version.texts.items()},
                "failure_mode": version.failure_mode,
                "published_at": None,
                "published_by": None,
                "facts": None,
                "told_actions": None,
            },
        )
        self._unit.write(_NAME_MODE, {"its_id": post_mortem, "new_mode": version.failure_mode})

    def publish(self, post_mortem: str, number: int, publication: Publication) -> None:
        """Write down that a version went out, once."""
        self._unit.write(
            _PUBLISH,
            {
                "its_id": post_mortem,
                "its_number": number,
                "new_at": publication.at,
                "new_by": publication.by,
                "new_facts": [each.to_jsonable() for each in publication.facts],
                "new_actions": msgspec.to_builtins(publication.actions),
            },
        )

    def keep_debt(self, debt: PostMortemDebt) -> None:
        """Bring the index of a case up to its facts."""
        new = self._unit.insert_new(post_mortem_case_table, "case_id")
        due = debt.due_at or NO_DUE_TIME
        self._unit.write(
            new,
            [
                {
                    "case_id": debt.case,
                    "post_mortem_id": debt.post_mortem,
                    "is_required": int(debt.is_required),
                    "ended_at": debt.ended_at,
                    "due_at": due,
                    "published_at": debt.published_at,
                    "state": debt.state.value,
                }
            ],
        )
        self._unit.write(
            _KEEP_DEBT,
            {
                "its_case": debt.case,
                "new_post_mortem": debt.post_mortem,
                "new_required": int(debt.is_required),
                "new_end": debt.ended_at,
                "new_due": due,
                "new_published": debt.published_at,
                "new_state": debt.state.value,
            },
        )

    def add_action(self, action: PostMortemAction) -> None:
        """Write a new action."""
        self._unit.write(
            _INSERT_ACTION,
            {
                "id": action.id,
                "post_mortem_id": action.post_mortem,
                "title": action.title,
                "owner_id": action.owner,
                "due_on": action.due_on.isoformat(),
                "is_told": int(action.is_told),
                "added_at": action.added_at,
                "added_by": action.added_by,
                "state": action.state.value,
                "closed_at": action.closed_at,
                "closed_by": action.closed_by,
                "reason": action.reason,
            },
        )

    def close_action(self, action: PostMortemAction) -> None:
        """Write how an action ended."""
        self._unit.write(
            _CLOSE_ACTION,
            {
                "its_id": action.id,
                "new_state": action.state.value,
                "new_at": action.closed_at,
                "new_by": action.closed_by,
                "new_reason": action.reason,
            },
        )


def debt_of(row: sa.RowMapping) -> PostMortemDebt:
    """What stands in a row of `post_mortem_case`."""
    return PostMortemDebt(
        case=row["case_id"],
        post_mortem=row["post_mortem_id"],
        is_required=bool(row["is_required"]),
        ended_at=row["ended_at"],
        due_at=None if row["due_at"] == NO_DUE_TIME else row["due_at"],
        published_at=row["published_at"],
    )


def action_of(row: sa.RowMapping) -> PostMortemAction:
    """The action that stands in a row."""
    return PostMortemAction(
        id=row["id"],
        post_mortem=row["post_mortem_id"],
        title=row["title"],
        owner=row["owner_id"],
        due_on=date.fromisoformat(row["due_on"]),
        is_told=bool(row["is_told"]),
        added_at=row["added_at"],
        added_by=row["added_by"],
        state=ActionState(row["state"]),
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
        reason=row["reason"],
    )


def _version_of(row: sa.RowMapping) -> PostMortemVersion:
    publication = None
    if row["published_at"] is not None:
        publication = Publication(
            at=row["published_at"],
            by=row["published_by"],
            facts=tuple(CaseFacts.from_jsonable(each) for each in row["facts"]),
            actions=msgspec.convert(row["told_actions"], tuple[ToldAction, ...]),
        )
    texts: Mapping[str, str] = row["texts"]
    return PostMortemVersion(
        number=row["number"],
        at=row["at"],
        by=row["by"],
        texts={Part(part): text for part, text in texts.items()},
        failure_mode=row["failure_mode"],
        publication=publication,
    )
