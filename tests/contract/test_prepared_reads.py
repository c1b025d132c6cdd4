"""Reads that are compiled once, on both databases; and how often a case asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from people import NOW, People
from small_world import terms

from tierline.access.role import Role
from tierline.access.user import User
from tierline.accounts.coverage import CoverageState
from tierline.actions.agents import AgentDetails, keep_agent
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import CasePromise
from tierline.actions.cases import US, say
from tierline.actions.occasion import Occasion
from tierline.cases.channel import Channel
from tierline.kernel.ids import UserId
from tierline.milestones.portable import portable_terms
from tierline.store.cases import case_event_table, case_table
from tierline.store.due_work import due_work_table
from tierline.store.prepared_reads import any_of, prepared_read
from tierline.store.records import Records
from tierline.store.store import Store
from tierline.store.unit_of_work import UnitOfWork

SMALL = terms()
PROMISE = CasePromise(
    CoverageState.covered,
    "contract_1",
    "bronze",
    SMALL.severities,
    portable_terms(SMALL, set(SMALL.tiers), (2024, 2030)),
)
_case = case_table
_event, _due = case_event_table.c, due_work_table.c
_EVENTS = (
    sa.select(case_event_table, sa.literal(7).label("seven"))
    .where(_event.case_id.in_(any_of("cases")), _event.at <= sa.bindparam("until"))
    .order_by(_event.case_id, _event.place)
)


@pytest.fixture
def people(store: Store) -> People:
    made = People(store)
    for name in ("ada", "ben"):
        user = User(
            id=UserId(f"user_{name}"), email=f"{name}@vendor.example", name=name,
            roles=frozenset({Role.agent}), account=None, made_at=NOW,
        )  # fmt: skip
        made.do(lambda records, user=user: records.users.add(user, None))
        made.do(keep_agent, user.id, AgentDetails(level=1))
    return made


def opened(people: People, minutes: int = 0) -> str:
    order = CaseOrder(
        channel=Channel.portal, subject="Slow", text="It is slow.", account=people.lattice,
        severity="S1",
    )  # fmt: skip
    return people.do(open_case, order, PROMISE, now=NOW + timedelta(minutes=minutes)).id


@contextmanager
def statements() -> Iterator[list[str]]:
    """Everything that is sent meanwhile."""
    seen: list[str] = []

    def note(*stated: Any) -> None:
        seen.append(str(stated[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_a_kept_read_finds_what_its_values_say_in_their_own_types(people: People) -> None:
    cases = [opened(people, minutes) for minutes in range(5)]

    def asked(some: list[str]) -> list[Any]:
        values = {"cases": some, "until": NOW + timedelta(minutes=3)}
        return people.read(lambda reads: reads.snapshot.rows(_EVENTS, values))

    for count in (1, 2, 3, 5):
        found = asked(cases[:count])
        assert [row.case_id for row in found] == cases[: min(count, 4)]
    assert (found[1].at, found[1]["kind"], found[1].seven) == (
        NOW + timedelta(minutes=1), "opened", 7,
    )  # fmt: skip
    assert asked([]) == []
    many = [*cases, *(f"case_{number}" for number in range(1_500))]
    kept = prepared_read.cache_info().currsize
    assert [row.case_id for row in asked(many)] == cases[:4]
    assert prepared_read.cache_info().currsize == kept


def test_a_kept_read_reads_json_and_says_where_there_is_nothing(people: People) -> None:
    case = opened(people)
    chosen = sa.select(_due.body).where(_due.id == sa.bindparam("its_id"))

    def row(identifier: str) -> Any:
        return people.read(lambda reads: reads.snapshot.row(chosen, {"its_id": identifier}))

    assert row(f"clock of {case}").body == {"case": case}
    assert row("clock of nothing") is None


def test_a_case_and_a_reply_send_as_many_statements_as_are_written_down(people: People) -> None:
    is_server = people.read(lambda reads: reads.snapshot.family == "postgresql")
    cases = [opened(people) for _ in range(3)]
    with statements() as seen:
        cases.append(opened(people))
    assert len(seen) == (2 if is_server else 21), seen  # a server: what is read, what is written
    people.do(say, cases[0], "We look.", US)
    with statements() as seen:
        people.do(say, cases[1], "We look.", US)
    assert len(seen) == (15 if is_server else 19), seen


def test_who_asks_ahead_gets_what_the_same_read_finds(people: People) -> None:
    case = opened(people)
    subject = "Quotes ' \" \\ and 100 % of ünïcode 🙂\nin lines"
    people.do(lambda records: records.unit.execute(case_table.update().values(subject=subject)))
    one = sa.select(_case).where(_case.c.id == sa.bindparam("its_id"))
    several = sa.select(_case.c.id, _case.c.subject, _case.c.opened_at, _case.c.contact_id)
    singles = [(one, {"its_id": case}), (one, {"its_id": "nobody's"})]
    lists = [(several, {}), (several.where(sa.false()), {})]

    def both(records: Records) -> list[tuple[list[Any], list[Any]]]:
        asked = [*singles, *lists]
        plainly = [records.unit.rows(*ask) for ask in asked]
        records.unit.ask_ahead(singles, lists)
        return [(rows, records.unit.rows(*ask)) for rows, ask in zip(plainly, asked, strict=True)]

    found = people.do(both)
    assert [len(rows) for rows, _ in found] == [1, 0, 1, 0]
    assert all(plain == ahead for plain, ahead in found)
    assert found[2][1][0].subject == subject


def test_what_was_found_ahead_is_forgotten_once_it_may_have_changed(people: People) -> None:
    case = opened(people)
    one = (sa.select(_case.c.subject).where(_case.c.id == sa.bindparam("its_id")), {"its_id": case})
    rename = case_table.update().values(subject=sa.bindparam("new"))
    text = sa.text("UPDATE support_case SET subject = :new")
    changes: dict[str, Callable[[UnitOfWork, str], object]] = {
        "written": lambda unit, new: unit.write(rename, {"new": new}),
        "written later": lambda unit, new: unit.write_later(rename, {"new": new}),
        "by a text": lambda unit, new: unit.write(text, {"new": new}),
        "as SQLAlchemy has it": lambda unit, new: unit.execute(rename, {"new": new}),
    }

    def changed(records: Records, how: str, _: Occasion) -> str:
        records.unit.ask_ahead([one], [])
        changes[how](records.unit, how)
        return str(records.unit.rows(*one)[0].subject)

    assert [people.do(changed, how) for how in changes] == list(changes)
