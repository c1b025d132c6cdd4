"""What is known of an account where its cases are given to people: what was stated of them, how
much depends on us there, and when its contracts end. It is read in one query, beside others too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from tierline.accounts.criticality import Part
from tierline.calendars.portable import from_jsonable
from tierline.routing.need import AccountNeed
from tierline.store.accounts import account_table
from tierline.store.columns import Document, Instant, Words
from tierline.store.contracts import contract_table
from tierline.store.criticality import assessment_table
from tierline.store.schema import table

account_need_table = table(
    "account_need",
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("need", Document, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
)
_need, _account = account_need_table.c, account_table.c
_assessment, _contract = assessment_table.c, contract_table.c
_NO_END = datetime(9999, 1, 1, tzinfo=UTC)
NOTHING: Mapping[str, Any] = {
    "residency": "", "clearances": (), "pod": "", "engineers": (), "deputies": (), "cover": None,
    "language": "",
}  # fmt: skip
"""Of an account of which nothing was stated."""


def known_of(account: sa.ColumnElement[str]) -> tuple[sa.ColumnElement[Any], ...]:
    """Columns of a query over accounts: what was stated, criticality and end. `account` is the
    column with the account's id."""
    stated = sa.select(_need.need).where(_need.account_id == account)
    criticality = (
        sa.select(_assessment.value)
        .where(
            _assessment.account_id == account,
            _assessment.part == Part.mission_criticality.value,
        )
        .order_by(
            _assessment.reviewed_on.desc(), _assessment.recorded_at.desc(), _assessment.id.desc()
        )
        .limit(sa.literal_column("1"))  # as a value a server would plan for many, each time anew
    )
    end = sa.func.max(sa.func.coalesce(_contract.end_at, sa.literal(_NO_END, Instant)))
    renews = sa.select(sa.type_coerce(end, Instant)).where(_contract.account_id == account)
    return (
        stated.scalar_subquery().label("need"),
        criticality.scalar_subquery().label("criticality"),
        renews.scalar_subquery().label("renews_at"),
    )


NEED_OF = sa.select(*known_of(_account.id)).where(_account.id == sa.bindparam("its_id"))
ALL_NEEDS = sa.select(_account.id, *known_of(_account.id))
STATED_NEEDS = ALL_NEEDS.where(_account.id.in_(sa.select(_need.account_id))).order_by(_account.id)


def needs_among(accounts: Collection[str]) -> sa.Select[Any]:
    """The same of some accounts."""
    return ALL_NEEDS.where(_account.id.in_(sorted(accounts)))


def need_of_row(account: str, row: sa.RowMapping) -> AccountNeed:
    """The need of a row with these columns."""
    stated = {**NOTHING, **(row["need"] or {})}  # versions before deputies kept fewer
    cover, renews_at = stated["cover"], row["renews_at"]
    return AccountNeed(
        account=account,
        residency=stated["residency"],
        clearances=frozenset(stated["clearances"]),
        pod=stated["pod"],
        engineers=frozenset(stated["engineers"]),
        deputies=frozenset(stated["deputies"]),
        cover=None if cover is None else from_jsonable(cover),
        language=stated["language"],
        criticality=row["criticality"] or "",
        renews_at=None if renews_at == _NO_END else renews_at,
    )
