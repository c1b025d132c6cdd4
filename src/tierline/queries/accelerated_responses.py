"""What an account is owed beside money after missed commitments: owed, used, lapsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.store.accelerated_responses import (
    accelerated_response_of,
    accelerated_response_table,
)
from tierline.store.cases import case_table

if TYPE_CHECKING:
    from tierline.milestones.accelerated import AcceleratedResponse
    from tierline.store.unit_of_work import Snapshot

LIMIT_RESPONSES = 200
_owed, _used = accelerated_response_table.c, case_table.alias("used")
_OF_ACCOUNT = (
    sa.select(accelerated_response_table, _used.c.number.label("used_number"))
    .outerjoin(_used, _used.c.id == _owed.used_case_id)
    .where(_owed.account_id == sa.bindparam("its_account"))
    .order_by(_owed.owed_at.desc(), _owed.case_id)
    .limit(LIMIT_RESPONSES)
)


@dataclass(frozen=True, slots=True)
class OwedResponse:
    """One accelerated response, and the number of the case that used it."""

    owed: AcceleratedResponse
    used_number: int | None


def accelerated_responses(snapshot: Snapshot, account: str) -> list[OwedResponse]:
    """Those of an account, the newest first, at most 200; one query."""
    return [
        OwedResponse(accelerated_response_of(row), row.used_number)
        for row in snapshot.rows(_OF_ACCOUNT, {"its_account": account})
    ]
