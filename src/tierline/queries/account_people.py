"""Who was named for an account before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.calendars.portable import from_jsonable
from tierline.routing.need import OwnPeople
from tierline.store.journal import fact_of, fact_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tierline.store.unit_of_work import Snapshot

_MOST_CHANGES = 50
_fact = fact_table.c


@dataclass(frozen=True, slots=True)
class EarlierPeople:
    """The people of an account from `at` until they were changed; `id` is that of the fact."""

    id: str
    at: datetime
    by: str
    people: OwnPeople


def earlier_people(
    snapshot: Snapshot, account: str, current: OwnPeople, *, limit: int
) -> list[EarlierPeople]:
    """Those that were named before the present ones, the newest first, each time that they were
    others. Nobody is among them only where everybody was taken away."""
    chosen = (
        sa.select(fact_table)
        .where(_fact.subject == account, _fact.kind == "AccountNeedChanged")
        .order_by(_fact.at.desc(), _fact.id.desc())
        .limit(_MOST_CHANGES)
    )
    found: list[EarlierPeople] = []
    newest = current
    for row in snapshot.execute(chosen):
        fact = fact_of(row)
        people = _people(fact.body, current)
        if people == newest:
            if found:
                found[-1] = EarlierPeople(fact.id, fact.at, str(fact.body["by"]), people)
            continue
        newest = people
        found.append(EarlierPeople(fact.id, fact.at, str(fact.body["by"]), people))
        if len(found) > limit:
            break
    return found[:limit]


def _people(body: Mapping[str, Any], current: OwnPeople) -> OwnPeople:
    """Those of a fact; one from before cover hours stood in it says nothing of them."""
    stated = body.get("cover")
    cover = from_jsonable(stated) if stated is not None else None
    return OwnPeople(
        engineers=frozenset(body.get("engineers", ())),
        deputies=frozenset(body.get("deputies", ())),
        pod=str(body.get("pod", "")),
        cover=cover if "cover" in body else current.cover,
    )
