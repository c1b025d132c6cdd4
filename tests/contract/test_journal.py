from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from facts import ACCOUNT, START, fact, write

from tierline.kernel.errors import Conflict, Invalid, LimitReached
from tierline.kernel.facts import new_fact
from tierline.store.journal import append, fact_table, facts_about
from tierline.store.seals import seal_facts, seal_table
from tierline.store.store import Store


def test_a_fact_comes_back_whole(store: Store) -> None:
    one = fact(1)
    write(store, one)
    as_of = START + timedelta(days=1)
    assert store.read(lambda reading: facts_about(reading, ACCOUNT, as_of=as_of)) == (one,)


def test_as_of_an_instant_later_facts_have_not_happened(store: Store) -> None:
    facts = [fact(minute) for minute in (3, 1, 2)]
    write(store, *facts, fact(1, subject="another"))
    as_of = START + timedelta(minutes=2)
    seen = store.read(lambda reading: facts_about(reading, ACCOUNT, as_of=as_of))
    assert [one.body["minute"] for one in seen] == [1, 2]


def test_known_at_an_instant_a_late_fact_was_not_known(store: Store) -> None:
    write(store, fact(1), fact(2, known_after=timedelta(days=3)))
    as_of = START + timedelta(days=1)
    later = START + timedelta(days=9)
    then = store.read(lambda reading: facts_about(reading, ACCOUNT, as_of=as_of, known_at=as_of))
    now = store.read(lambda reading: facts_about(reading, ACCOUNT, as_of=as_of, known_at=later))
    assert [one.body["minute"] for one in then] == [1]
    assert [one.body["minute"] for one in now] == [1, 2]


def test_pages_of_facts_join_without_a_gap(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierline.store.journal.PAGE_LIMIT_FACTS", 2)
    facts = [fact(minute // 2) for minute in range(5)]
    write(store, *facts)
    as_of, found, after = START + timedelta(days=1), [], None
    while page := store.read(
        lambda reading, after=after: facts_about(reading, ACCOUNT, as_of=as_of, after=after)
    ):
        found.extend(page)
        after = page[-1]
    assert sorted(found, key=lambda one: one.id) == sorted(facts, key=lambda one: one.id)
    assert [one.at for one in found] == sorted(one.at for one in facts)


@pytest.mark.parametrize("table", [fact_table, seal_table], ids=lambda table: table.name)
def test_no_fact_and_no_seal_is_changed_or_deleted(store: Store, table: sa.Table) -> None:
    write(store, fact(1))
    seal_facts(store)
    first = next(iter(table.primary_key))
    for change in (sa.update(table).values({first: first}), sa.delete(table)):
        with pytest.raises(Conflict, match=f"{table.name} is append-only"):
            store.run(lambda unit, change=change: unit.execute(change))


def test_the_same_fact_twice_is_a_conflict_and_stands_once(store: Store) -> None:
    one = fact(1)
    write(store, one)
    with pytest.raises(Conflict):
        write(store, fact(2), one)
    as_of = START + timedelta(days=1)
    assert store.read(lambda reading: facts_about(reading, ACCOUNT, as_of=as_of)) == (one,)


def test_a_body_holds_no_float_however_deep(store: Store) -> None:
    body = {"a": [{"b": (1, 0.5)}]}
    wrong = new_fact("CaseOpened", ACCOUNT, body, at=START, now=START, randomness=lambda _: 1)
    with pytest.raises(Invalid, match=r"holds the float 0\.5"):
        store.run(lambda unit: append(unit, [wrong]))


def test_a_body_has_a_limit_and_a_depth(store: Store) -> None:
    deep: dict[str, object] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    for body, error in (({"a": "x" * 300_000}, LimitReached), (deep, Invalid)):
        wrong = new_fact("CaseOpened", ACCOUNT, body, at=START, now=START, randomness=lambda _: 1)
        with pytest.raises(error):
            store.run(lambda unit, wrong=wrong: append(unit, [wrong]))
