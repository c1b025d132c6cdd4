from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from stores import add_one, counted, counter, mark, names, put, put_later

from tierline.kernel.errors import Conflict, Invalid
from tierline.store import turns
from tierline.store.errors import OutcomeUnknown, StoreClosed
from tierline.store.prepared import joined
from tierline.store.store import Store
from tierline.store.unit_of_work import Isolation, NestedUnit, UnitOfWork

THREADS = 8


def in_threads(work: Callable[[int], object], count: int) -> list[object]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(count)))


def test_a_unit_gives_its_result_and_the_next_read_sees_it(store: Store) -> None:
    assert store.run(lambda unit: put(unit, "one")) == "one"
    assert store.read(names) == ["one"]


def test_a_unit_that_fails_leaves_nothing_and_its_error_reaches_the_caller(store: Store) -> None:
    def work(unit: UnitOfWork) -> None:
        put(unit, "half")
        raise KeyError("the caller's own error")

    with pytest.raises(KeyError, match="own error"):
        store.run(work)
    assert store.read(names) == []


def test_even_an_interrupt_inside_a_unit_reaches_its_caller_and_stops_nobody(store: Store) -> None:
    def work(unit: UnitOfWork) -> None:
        put(unit, "half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.run(work)
    assert store.run(lambda unit: put(unit, "after")) == "after"
    assert store.read(names) == ["after"]


@pytest.mark.parametrize("isolation", Isolation)
def test_units_of_eight_threads_are_each_counted_once(store: Store, isolation: Isolation) -> None:
    def work(number: int) -> None:
        store.run(lambda unit: (put(unit, f"{number:04d}"), add_one(unit, "all")), isolation)

    in_threads(work, 200)
    assert store.read(names) == [f"{number:04d}" for number in range(200)]
    assert store.read(lambda reading: counted(reading, "all")) == 200


def test_a_failing_unit_undoes_none_of_its_neighbours(store: Store) -> None:
    def work(number: int) -> bool:
        def unit_of(unit: UnitOfWork) -> None:
            put(unit, f"{number:04d}")
            if number % 3 == 0:
                raise LookupError

        with suppress(LookupError):
            store.run(unit_of)
            return True
        return False

    kept = [number for number, is_kept in enumerate(in_threads(work, 90)) if is_kept]
    assert store.read(names) == [f"{number:04d}" for number in kept]
    assert kept == [number for number in range(90) if number % 3]


def test_a_unit_that_has_to_be_serial_counts_once_also_at_its_last_attempt(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "ATTEMPT_LIMIT", 1)

    def work(unit: UnitOfWork) -> None:
        add_one(unit, "all")
        unit.be_serial()

    store.run(work, Isolation.BY_STATEMENT)
    assert store.read(lambda reading: counted(reading, "all")) == 1


def test_serial_units_lose_no_update_that_is_computed_outside_of_sql(store: Store) -> None:
    store.run(lambda unit: add_one(unit, "all"))

    def read_then_write(unit: UnitOfWork) -> None:
        present = counted(unit, "all")
        unit.execute(sa.update(counter).values(count=present + 1))

    in_threads(lambda _: store.run(read_then_write), 40)
    assert store.read(lambda reading: counted(reading, "all")) == 41


def test_serial_units_do_not_both_act_on_what_the_other_changes(store: Store) -> None:
    """Write skew: each unit adds its mark only while there is none."""
    together = threading.Barrier(2, timeout=2)

    def first_only(number: int) -> None:
        def work(unit: UnitOfWork) -> None:
            is_first = not names(unit)
            with suppress(threading.BrokenBarrierError):
                together.wait(timeout=0.2)
            if is_first:
                put(unit, str(number))

        store.run(work)

    in_threads(first_only, 2)
    assert len(store.read(names)) == 1


def test_due_rows_are_claimed_once_by_a_conditional_update(store: Store) -> None:
    store.run(lambda unit: [put(unit, f"{number:04d}") for number in range(200)])

    delete = sa.delete(mark).where(mark.c.name == sa.bindparam("claimed"))

    def claim(_: int) -> list[str]:
        def work(unit: UnitOfWork) -> list[str]:
            due = sa.select(mark.c.name).limit(10).with_for_update(skip_locked=True)
            found = unit.execute(due).scalars().all()
            return [name for name in found if unit.write(delete, {"claimed": name}) == 1]

        return store.run(work, Isolation.BY_STATEMENT)

    claimed = [name for batch in in_threads(claim, 60) for name in batch]  # type: ignore[attr-defined]  # lists
    assert len(claimed) == len(set(claimed)) == 200


def test_a_key_that_is_there_already_is_a_conflict(store: Store) -> None:
    store.run(lambda unit: put(unit, "one"))
    with pytest.raises(Conflict, match="contradicts what is recorded"):
        store.run(lambda unit: put(unit, "one"))


def test_a_failed_statement_fails_the_unit_even_where_it_is_caught(store: Store) -> None:
    def work(unit: UnitOfWork) -> None:
        put(unit, "one")
        with suppress(Conflict):
            put(unit, "one")

    with pytest.raises(Conflict):
        store.run(work)
    assert store.read(names) == []


def test_what_is_written_later_is_there_for_every_statement_of_the_unit(store: Store) -> None:
    def work(unit: UnitOfWork) -> tuple[list[str], int]:
        put_later(unit, "one", "two")
        put_later(unit)
        found = names(unit)
        put_later(unit, "three")
        taken = unit.write(
            mark.delete().where(mark.c.name == sa.bindparam("its")), {"its": "three"}
        )
        put_later(unit, *(f"{number:03d}" for number in range(150)), "end")
        return found, taken

    assert store.run(work) == (["one", "two"], 1)
    assert len(store.read(names)) == 153


_COUNTERS = sa.select(counter.c.name)
_OTHER_MARKS = sa.alias(mark, "other")
_SEEN_IN = {
    "the table": sa.select(mark.c.name),
    "an alias of it": sa.select(_OTHER_MARKS.c.name),
    "a part": sa.select(counter.c.name).where(counter.c.name.in_(sa.select(mark.c.name))),
    "a union": sa.union_all(sa.select(counter.c.name).where(sa.false()), sa.select(mark.c.name)),
    "a text": sa.select(counter.c.name).where(sa.text("name IN (SELECT name FROM mark)")),
}


@pytest.mark.parametrize("where", _SEEN_IN)
def test_a_kept_read_sees_what_was_written_later_wherever_it_reads_it(
    store: Store, where: str
) -> None:
    def work(unit: UnitOfWork) -> list[str]:
        add_one(unit, "one")
        put_later(unit, "one")
        assert [row.name for row in unit.rows(_COUNTERS, {})] == ["one"]
        return [str(row[0]) for row in unit.rows(_SEEN_IN[where], {})]

    assert store.run(work) == ["one"]


def test_what_is_written_later_waits_while_other_tables_are_read(store: Store) -> None:
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]).split()[0].upper())

    def work(unit: UnitOfWork) -> str:
        put_later(unit, "one")
        unit.rows(_COUNTERS, {})
        return unit.family

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        family = store.run(work)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    in_order = [each for each in sent if each in {"INSERT", "SELECT"}]
    assert in_order == (["SELECT", "INSERT"] if family == "postgresql" else ["INSERT", "SELECT"])


def test_what_is_written_later_and_contradicts_fails_the_whole_unit(store: Store) -> None:
    def caught(unit: UnitOfWork) -> None:
        put_later(unit, "one", "one", "two")
        with suppress(Conflict):
            names(unit)

    for work in (caught, lambda unit: put_later(unit, "one", "two", "one")):
        with pytest.raises(Conflict, match="contradicts what is recorded"):
            store.run(work)
    assert store.read(names) == []


def test_inserts_behind_one_another_are_one_statement_and_nothing_else_is() -> None:
    mark_of, other = ("INSERT INTO mark (name) VALUES (%s)", [1]), (
        "INSERT INTO counter (name, count) VALUES (%s, %s)", [2, 3],
    )  # fmt: skip
    adding = (
        "INSERT INTO counter (name, count) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING",
        [4, 5],
    )
    change = ("UPDATE mark SET name = '100%%' || %s", [6])
    assert [text.count("INSERT") for text, _ in joined([mark_of, other, mark_of])] == [3]
    assert [values for _, values in joined([mark_of, other, mark_of])] == [[1, 2, 3, 1]]
    assert joined([change]) == [("UPDATE mark SET name = '100%' || $1", [6])]
    assert [values for _, values in joined([mark_of, change, other])] == [[1], [6], [2, 3]]
    # what looks at what stands in its table sees what was inserted before, and is seen by the next
    assert [len(values) for _, values in joined([other, adding, adding])] == [2, 2, 2]
    assert [len(values) for _, values in joined([adding, mark_of, other])] == [3, 2]
    assert sum(len(values) for _, values in joined([mark_of] * 100)) == 100


def test_a_row_that_waits_is_written_otherwise(store: Store) -> None:
    insert = counter.insert()
    first, then, last = ({"name": "one", "count": count} for count in (1, 2, 3))

    def work(unit: UnitOfWork) -> tuple[str, bool, bool]:
        unit.write_later(insert, first)
        amended = unit.amend(insert, first, then)
        unit.finish()
        return unit.family, amended, unit.amend(insert, then, last)

    family, amended, too_late = store.run(work)
    assert (amended, too_late) == (family == "postgresql", False)
    assert store.read(lambda snapshot: counted(snapshot, "one")) == (2 if amended else 1)


@pytest.mark.enable_socket
@pytest.mark.parametrize("address", ["server"], indirect=True)
@pytest.mark.parametrize("isolation", Isolation)
def test_whether_a_commit_whose_connection_broke_was_done_is_not_known(
    store: Store, isolation: Isolation
) -> None:
    def cut(*arguments: Any) -> None:
        if "mark" in arguments[2]:
            driver = arguments[0].connection.driver_connection
            with socket.socket(fileno=os.dup(driver.pgconn.socket)) as way:
                way.shutdown(socket.SHUT_RDWR)

    sa.event.listen(sa.Engine, "before_cursor_execute", cut)
    try:
        with pytest.raises(OutcomeUnknown, match="look whether it was done"):
            store.run(lambda unit: put_later(unit, "one"), isolation)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", cut)
    store.run(lambda unit: put_later(unit, "after"), isolation)
    assert "after" in store.read(names)


def test_what_is_written_later_goes_with_a_unit_that_fails(store: Store) -> None:
    def work(unit: UnitOfWork) -> None:
        put_later(unit, "half")
        raise KeyError("the caller's own error")

    with pytest.raises(KeyError, match="own error"):
        store.run(work)
    assert store.read(names) == []
    store.run(lambda unit: put_later(unit, "whole"))
    assert store.read(names) == ["whole"]


def test_a_new_row_leaves_an_old_one_of_its_key_alone(store: Store) -> None:
    def work(unit: UnitOfWork) -> int:
        insert = unit.insert_new(counter, "name")
        return unit.write(insert, {"name": "one", "count": 5})

    assert store.run(work) == 1
    assert store.run(work) == 0


def test_a_unit_inside_of_a_unit_is_refused_instead_of_waiting_for_itself(store: Store) -> None:
    with pytest.raises(NestedUnit, match="Give it the unit that is open"):
        store.run(lambda _: store.run(lambda unit: put(unit, "inner")))
    with pytest.raises(NestedUnit):
        store.run(lambda _: store.read(names))
    assert store.run(lambda unit: put(unit, "after")) == "after"


def test_a_read_sees_one_moment_however_long_it_takes(store: Store) -> None:
    def count_twice(reading: object) -> tuple[int, int]:
        before = len(names(reading))  # type: ignore[arg-type]  # a Snapshot
        in_threads(lambda number: store.run(lambda unit: put(unit, str(number))), 5)
        return before, len(names(reading))  # type: ignore[arg-type]  # a Snapshot

    assert store.read(count_twice) == (0, 0)
    assert len(store.read(names)) == 5


def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        store.read(lambda reading: reading.execute(mark.insert(), {"name": "one"}))
    assert store.read(names) == []


def test_wrong_sql_is_our_fault_and_says_so(store: Store) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="nonsense"):
        store.run(lambda unit: unit.execute(sa.text("SELECT * FROM nonsense")))


def test_a_value_that_a_column_refuses_is_the_callers_to_correct(store: Store) -> None:
    with pytest.raises(Invalid, match="NUL"):
        store.run(lambda unit: put(unit, "a\x00b"))


def test_a_closed_store_refuses_and_closing_twice_is_nothing(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreClosed):
        store.run(lambda unit: put(unit, "late"))
    with pytest.raises(StoreClosed):
        store.read(names)


def test_closing_finishes_what_was_accepted(store: Store) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow(unit: UnitOfWork) -> str:
        started.set()
        go_on.wait(5)
        return put(unit, "slow")

    with ThreadPoolExecutor(2) as pool:
        answer = pool.submit(store.run, slow)
        started.wait(5)
        closing = pool.submit(store.close)
        go_on.set()
        assert answer.result(5) == "slow"
        closing.result(5)
