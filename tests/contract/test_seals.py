from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from facts import fact, write

from tierline.store.seals import Break, Head, head_of, seal_facts, verify_chain
from tierline.store.store import Store

_GUARDS = {
    True: [
        f"DROP TRIGGER {of}_refuses_{to}" for of in ("fact", "seal") for to in ("update", "delete")
    ],
    False: [f"DROP TRIGGER {of}_refuses_change ON {of}" for of in ("fact", "seal")],
}


def tamper(store: Store, address: str, *statements: str) -> None:
    """As somebody who owns the database: the guards go first."""
    for statement in (*_GUARDS["://" not in address], *statements):
        store.run(lambda unit, statement=statement: unit.execute(sa.text(statement)))


def broken(store: Store, kept: Head | None = None) -> Break:
    report = store.read(lambda reading: verify_chain(reading, kept=kept))
    assert report.broken is not None
    return report.broken


@pytest.fixture
def sealed(store: Store) -> Store:
    for minute in range(10):
        write(store, fact(minute))
    assert seal_facts(store, batch_facts=4) == 10
    return store


def test_a_chain_that_nobody_touched_holds(sealed: Store) -> None:
    write(sealed, fact(11))
    report = sealed.read(verify_chain)
    assert (report.head.position, report.unsealed, report.broken) == (10, 1, None)


def test_sealers_at_the_same_time_and_writers_beside_them_make_one_chain(store: Store) -> None:
    def work(number: int) -> None:
        write(store, fact(number))
        seal_facts(store, batch_facts=3)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(40)))
    report = store.read(verify_chain)
    assert (report.head.position, report.unsealed, report.broken) == (40, 0, None)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE fact SET body = replace(body, '4', '5') WHERE body LIKE '%4,%'",
            "body was changed",
        ),
        ("UPDATE fact SET at = at - 1 WHERE body LIKE '%4,%'", "was changed"),
        ("UPDATE fact SET kind = 'CaseClosed' WHERE body LIKE '%4,%'", "was changed"),
        ("UPDATE seal SET link = 'sha256:0' WHERE position = 5", "was changed"),
    ],
)
def test_a_change_is_named_at_the_first_link_that_held_it(
    sealed: Store, address: str, statement: str, says: str
) -> None:
    tamper(sealed, address, statement)
    found = broken(sealed)
    assert found.position == 5
    assert says in found.reason


def test_a_seal_cut_out_is_named(sealed: Store, address: str) -> None:
    tamper(sealed, address, "DELETE FROM seal WHERE position = 5")
    assert "positions 5 to 5 are missing" in broken(sealed).reason


def test_a_cut_end_is_seen_by_who_kept_the_head(sealed: Store, address: str) -> None:
    kept = sealed.read(head_of)
    lost = "SELECT fact_id FROM seal WHERE position > 8"
    tamper(
        sealed,
        address,
        f"CREATE TABLE gone AS {lost}",
        "DELETE FROM seal WHERE position > 8",
        "DELETE FROM fact WHERE id IN (SELECT fact_id FROM gone)",
    )
    assert sealed.read(verify_chain).broken is None
    assert "position 10 was kept outside" in broken(sealed, kept).reason


def test_a_chain_computed_anew_is_seen_by_who_kept_the_head(sealed: Store) -> None:
    kept = Head(7, "sha256:of the chain before")
    assert broken(sealed, kept).position == 7
    assert (
        sealed.read(lambda reading: verify_chain(reading, kept=sealed_at(reading, 7))).broken
        is None
    )


def sealed_at(reading: object, position: int) -> Head:
    chosen = sa.text("SELECT link FROM seal WHERE position = :position")
    return Head(position, reading.execute(chosen, {"position": position}).scalar())  # type: ignore[attr-defined]  # a Snapshot


def test_a_fact_that_is_kept_from_its_seal_is_named(sealed: Store, address: str) -> None:
    late = fact(12)
    write(sealed, late)
    tamper(sealed, address, "DELETE FROM unsealed")
    found = broken(sealed)
    assert (found.position, found.fact_id) == (11, late.id)
    assert "does not wait for one" in found.reason
