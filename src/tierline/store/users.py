"""Users in the database: who they are, and what they are recognised by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from tierline.access.role import Role
from tierline.access.user import Credentials, User
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import UserId
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.prepared_reads import Ask, Row, Select
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

user_table = table(
    "user",
    sa.Column("id", Words, primary_key=True),
    sa.Column("email", Words, nullable=False, unique=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("roles", Document, nullable=False),
    sa.Column("account_id", Words, sa.ForeignKey("account.id")),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("disabled_at", Instant),
    sa.Column("password_hash", Words),
    sa.Column("second_factor", Words),
    sa.Column("second_factor_since", Instant),
    sa.Column("second_factor_step", Whole),
    sa.Index("user_account_id", "account_id"),
)
recovery_code_table = table(
    "recovery_code",
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), primary_key=True),
    sa.Column("digest", Words, primary_key=True),
    sa.Column("used_at", Instant),
)
sign_in_identity_table = table(
    "sign_in_identity",
    sa.Column("issuer", Words, primary_key=True),
    sa.Column("subject", Words, primary_key=True),
    sa.Column("user_id", Words, sa.ForeignKey("user.id"), nullable=False),
    sa.Column("linked_at", Instant, nullable=False),
    sa.Index("sign_in_identity_user_id", "user_id"),
)
_column, _code, _identity = (
    user_table.c,
    recovery_code_table.c,
    sign_in_identity_table.c,
)
_INSERT = user_table.insert()
_INSERT_CODE = recovery_code_table.insert()
_INSERT_IDENTITY = sign_in_identity_table.insert()
_BY_ID = sa.select(user_table).where(_column.id == sa.bindparam("its_id"))
_BY_EMAIL = sa.select(user_table).where(_column.email == sa.bindparam("its_email"))
_OF_IDENTITY = (
    sa.select(user_table)
    .join(sign_in_identity_table, _identity.user_id == _column.id)
    .where(_identity.issuer == sa.bindparam("by"), _identity.subject == sa.bindparam("known_as"))
)
_ONE = _column.id == sa.bindparam("user")
_SET_PASSWORD = user_table.update().where(_ONE).values(password_hash=sa.bindparam("new_hash"))
_SET_FACTOR = (
    user_table.update()
    .where(_ONE)
    .values(
        second_factor=sa.bindparam("new_key"),
        second_factor_since=sa.bindparam("new_since"),
        second_factor_step=sa.bindparam("new_step"),
    )
)
_USE_STEP = (
    user_table.update()
    .where(
        _ONE,
        sa.or_(
            _column.second_factor_step.is_(None),
            _column.second_factor_step < sa.bindparam("new_step"),
        ),
    )
    .values(second_factor_step=sa.bindparam("new_step"))
)
_DISABLE = (
    user_table.update()
    .where(_ONE, _column.disabled_at.is_(None))
    .values(disabled_at=sa.bindparam("disabled"))
)
_ENABLE = (
    user_table.update().where(_ONE, _column.disabled_at.is_not(None)).values(disabled_at=sa.null())
)
_SAVE = (
    user_table.update()
    .where(_ONE)
    .values(
        name=sa.bindparam("new_name"),
        roles=sa.bindparam("new_roles"),
        account_id=sa.bindparam("new_account"),
    )
)
_FORGET_CODES = recovery_code_table.delete().where(_code.user_id == sa.bindparam("user"))
_USE_CODE = (
    recovery_code_table.update()
    .where(
        _code.user_id == sa.bindparam("user"),
        _code.digest == sa.bindparam("its_digest"),
        _code.used_at.is_(None),
    )
    .values(used_at=sa.bindparam("used"))
)


def asked_of(user: str) -> Ask:
    """What asks for a user."""
    return _BY_ID, {"its_id": user}


class UserReads:
    """Reads of users."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, user: str) -> User:
        """The user of an id. Raises NotFound."""
        found = self.known(user)
        if found is None:
            raise NotFound(f"There is no user '{user}'.")
        return found

    def known(self, user: str) -> User | None:
        """The user of an id; None where it is that of something else, or of nothing."""
        return self._of(self._snapshot.row(*asked_of(user)))

    def by_email(self, email: str) -> User | None:
        """The user of an address in its plain form."""
        return self._one(_BY_EMAIL, its_email=email)

    def of_identity(self, issuer: str, subject: str) -> User | None:
        """The user whom an identity provider knows as `subject`."""
        return self._one(_OF_IDENTITY, by=issuer, known_as=subject)

    def are_there_any(self) -> bool:
        """Whether the installation was set up: anybody has a password or is an admin. The people of
        the sample company have neither."""
        known = self._snapshot.execute(sa.select(_column.roles, _column.password_hash))
        return any(row.password_hash or Role.admin.value in row.roles for row in known)

    def credentials(self, user: str) -> Credentials:
        """What a user is recognised by; nothing for one that there is not."""
        chosen = sa.select(
            _column.password_hash,
            _column.second_factor,
            _column.second_factor_since,
            _column.second_factor_step,
        ).where(_column.id == user)
        row = self._snapshot.execute(chosen).first()
        if row is None:
            return Credentials()
        return Credentials(
            password_hash=row.password_hash,
            second_factor=row.second_factor,
            is_enrolled=row.second_factor_since is not None,
            step=row.second_factor_step,
        )

    def count_recovery_codes(self, user: str) -> int:
        """How many codes are left."""
        chosen = sa.select(sa.func.count()).where(_code.user_id == user, _code.used_at.is_(None))
        return int(self._snapshot.execute(chosen).scalar() or 0)

    def _one(self, chosen: Select, **asked: str) -> User | None:
        return self._of(self._snapshot.row(chosen, asked))

    def _of(self, row: Row | None) -> User | None:
        return None if row is None else user_of(row)


class UserRecords(UserReads):
    """Users inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.has_changed = False

    def add(self, user: User, password_hash: str | None) -> None:
        """Write a new user. An address that another one has is a Conflict."""
        self._unit.write(
            _INSERT,
            {
                "id": user.id,
                "email": user.email,
                "name": user.name,
                "roles": sorted(user.roles),
                "account_id": user.account,
                "made_at": user.made_at,
                "disabled_at": user.disabled_at,
                "password_hash": password_hash,
            },
        )

    def set_password(self, user: str, password_hash: str) -> None:
        """Replace a password."""
        self._unit.write(_SET_PASSWORD, {"user": user, "new_hash": password_hash})

    def set_second_factor(
        self, user: str, key: str | None, *, since: datetime | None, step: int | None
    ) -> None:
        """Put a closed key, or take it away; `since` None: it was not shown to work yet."""
        self.has_changed = True
        values = {"user": user, "new_key": key, "new_since": since, "new_step": step}
        self._unit.write(_SET_FACTOR, values)

    def use_step(self, user: str, step: int) -> bool:
        """Use up the codes up to a step; False where they were used already."""
        return self._unit.write(_USE_STEP, {"user": user, "new_step": step}) == 1

    def save(self, user: User) -> None:
        """Write another name, other roles, another account."""
        self.has_changed = True
        self._unit.write(
            _SAVE,
            {
                "user": user.id,
                "new_name": user.name,
                "new_roles": sorted(user.roles),
                "new_account": user.account,
            },
        )

    def enable(self, user: str) -> bool:
        """Give the login back; False where it was not taken."""
        return self._unit.write(_ENABLE, {"user": user}) == 1

    def disable(self, user: str, *, at: datetime) -> bool:
        """Take the login away; False where it was taken before."""
        return self._unit.write(_DISABLE, {"user": user, "disabled": at}) == 1

    def put_recovery_codes(self, user: str, digests: Iterable[str]) -> None:
        """Replace all recovery codes."""
        self._unit.write(_FORGET_CODES, {"user": user})
        rows = [{"user_id": user, "digest": each, "used_at": None} for each in digests]
        self._unit.write(_INSERT_CODE, rows)

    def use_recovery_code(self, user: str, digest: str, *, at: datetime) -> bool:
        """Use a code up; False where there is no such code, or it was used."""
        return self._unit.write(_USE_CODE, {"user": user, "its_digest": digest, "used": at}) == 1

    def link(self, user: str, issuer: str, subject: str, *, at: datetime) -> None:
        """From now on the identity provider's `subject` is this user."""
        self._unit.write(
            _INSERT_IDENTITY,
            {"issuer": issuer, "subject": subject, "user_id": user, "linked_at": at},
        )


def user_of(row: Row) -> User:
    """The user of a row."""
    return User(
        id=UserId(row["id"]),
        email=row["email"],
        name=row["name"],
        roles=frozenset(Role(role) for role in row["roles"]),
        account=row["account_id"],
        made_at=row["made_at"],
        has_password=row["password_hash"] is not None,
        has_second_factor=row["second_factor_since"] is not None,
        disabled_at=row["disabled_at"],
    )
