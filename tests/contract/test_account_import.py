from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from people import NOW, People, offer_with_places

from tierline.accounts.contact import ContactRole
from tierline.accounts.hierarchy import Inheritable
from tierline.actions.account_import import check_import, import_accounts
from tierline.actions.account_rows import (
    AccountFile,
    AccountRow,
    ContactRow,
    ContractRow,
    Count,
    ImportReport,
    Place,
    RowKind,
)
from tierline.actions.contacts import remove_contact
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import to_micros
from tierline.store import rows
from tierline.store.journal import facts_about
from tierline.store.store import Store

LATER = NOW + timedelta(days=1)


def place(line: int) -> Place:
    return Place("file.csv", line)


def account(line: int, external: str, **stated: object) -> AccountRow:
    fields = {"name": external.title(), **stated}
    return AccountRow(place=place(line), external_id=external, **fields)  # type: ignore[arg-type]  # the fields are the caller's


def contact(line: int, external: str, of: str, **stated: object) -> ContactRow:
    fields = {"name": external.title(), "account": of, **stated}
    return ContactRow(place=place(line), external_id=external, **fields)  # type: ignore[arg-type]  # as above


def contract(line: int, external: str, of: str, **stated: object) -> ContractRow:
    fields = {
        "account": of,
        "catalog": "acme",
        "tier": "priority",
        "first_day": date(2025, 1, 1),
        **stated,
    }
    return ContractRow(place=place(line), external_id=external, **fields)  # type: ignore[arg-type]  # as above


FILE = AccountFile(
    accounts=(
        account(2, "plant", parent="group", inherits=frozenset({Inheritable.contract})),
        account(3, "group", time_zone="Europe/Berlin", segment="regulated"),
    ),
    contacts=(
        contact(2, "ada", "group", email="Ada@Group.example", since=date(2025, 3, 1)),
        contact(3, "bob", "plant", roles=frozenset({ContactRole.admin, ContactRole.billing})),
    ),
    contracts=(
        contract(
            2,
            "k1",
            "group",
            last_day=date(2025, 12, 31),
            fee=Decimal(2400),
            add_ons=(("extra", 2),),
        ),
    ),
)
NOTHING = Count(0, 0, 0)


def counts(report: ImportReport) -> list[tuple[int, int, int]]:
    return [(each.added, each.changed, each.unchanged) for each in report.counts.values()]


def faults_of(people: People, file: AccountFile) -> list[tuple[str, int | None, str]]:
    with pytest.raises(Invalid) as refused:
        people.do(import_accounts, file)
    return [(fault.code, fault.line, fault.path) for fault in refused.value.faults]


def test_a_file_becomes_accounts_contracts_and_contacts(people: People) -> None:
    report = people.do(import_accounts, FILE)
    assert counts(report) == [(2, 0, 0), (2, 0, 0), (1, 0, 0)]
    ids = people.read(lambda reads: reads.external_ids.known("accounts", ["group", "plant"]))
    group, plant = ids["group"].record, ids["plant"].record
    read = people.read(lambda reads: reads.accounts.of_ids([group, plant]))
    assert (read[plant].parent, read[group].segment) == (group, "regulated")
    (signed,) = people.read(lambda reads: reads.contracts.of_account(group))
    assert signed.start == to_micros(datetime(2024, 12, 31, 23, tzinfo=UTC))
    assert signed.end == to_micros(datetime(2025, 12, 31, 23, tzinfo=UTC))
    assert (signed.add_ons[0].count, signed.fee and signed.fee.amount) == (2, Decimal(2400))
    (ada,) = people.read(lambda reads: reads.contacts.of_account(group))
    assert ada.person
    assert ada.person.email == "ada@group.example"
    assert ada.added_at == to_micros(datetime(2025, 2, 28, 23, tzinfo=UTC))
    links = people.read(lambda reads: reads.hierarchy.above(plant))
    assert links[plant].inherits == {Inheritable.contract}
    kinds = [fact.kind for fact in people.store.read(lambda s: facts_about(s, group, as_of=LATER))]
    assert sorted(kinds) == ["AccountOpened", "ContactAdded", "ContractSigned"]


def test_the_same_file_again_changes_nothing(people: People) -> None:
    people.do(import_accounts, FILE)
    before = people.store.read(rows.count_rows)
    moved = replace(FILE, accounts=tuple(reversed(FILE.accounts)))
    report = people.do(import_accounts, moved, now=LATER)
    assert counts(report) == [(0, 0, 2), (0, 0, 2), (0, 0, 1)]
    assert people.store.read(rows.count_rows) == before


def test_a_dry_run_tells_what_would_be_done_and_does_nothing(people: People) -> None:
    before = people.store.read(rows.count_rows)
    dry = people.do(check_import, FILE)
    assert dry.is_dry_run
    assert people.store.read(rows.count_rows) == before
    assert people.do(import_accounts, FILE).counts == dry.counts


def test_a_changed_row_changes_its_account_and_its_contact(people: People) -> None:
    people.do(import_accounts, FILE)
    changed = AccountFile(
        accounts=(account(2, "plant", name="Plant Two", parent="group"),),
        contacts=(contact(2, "bob", "plant", name="Bob Two", roles=frozenset()),),
    )
    assert counts(people.do(import_accounts, changed, now=LATER)) == [
        (0, 1, 0),
        (0, 1, 0),
        (0,) * 3,
    ]
    known = people.read(lambda reads: reads.external_ids.known("contacts", ["bob"]))["bob"]
    bob = people.read(lambda reads: reads.contacts.get(known.record))
    assert bob.person
    assert bob.person.name == "Bob Two"
    assert bob.roles_at(to_micros(LATER)) == frozenset()
    plant = people.read(lambda reads: reads.accounts.get(bob.account))
    assert plant.name == "Plant Two"
    links = people.read(lambda reads: reads.hierarchy.above(bob.account))
    assert links[bob.account].inherits == frozenset()


def test_what_was_changed_here_is_not_put_back_by_the_same_row(people: People) -> None:
    people.do(import_accounts, FILE)
    known = people.read(lambda reads: reads.external_ids.known("contacts", ["ada"]))["ada"]
    people.do(remove_contact, known.record)
    people.do(import_accounts, FILE, now=LATER)
    assert people.read(lambda reads: reads.contacts.get(known.record)).removed_at is not None


def test_a_signed_contract_is_not_rewritten(people: People) -> None:
    people.do(import_accounts, FILE)
    other = AccountFile(contracts=(replace(FILE.contracts[0], tier="enterprise"),))
    assert faults_of(people, other) == [("contract_differs", 2, "external_id")]


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_written(people: People) -> None:
    before = people.store.read(rows.count_rows)
    file = AccountFile(
        accounts=(
            account(2, "a", name="", time_zone="Mars/Olympus"),
            account(3, "b", parent="nobody"),
            account(4, "c", parent="d"),
            account(5, "d", parent="c"),
            account(6, "c"),
        ),
        contacts=(
            contact(2, "x", "nobody"),
            contact(3, "y", "c", email="no address"),
            contact(4, "z", "c", since=date(2099, 1, 1)),
        ),
        contracts=(
            contract(2, "k1", "c", catalog="none"),
            contract(3, "k2", "c", tier="gold", add_ons=(("none", 1),)),
            contract(4, "k3", "c", last_day=date(2024, 1, 1)),
            contract(5, "k4", "d"),
            contract(6, "k5", "d", first_day=date(2025, 6, 1)),
        ),
        faults=(Fault("bad_day", "no day", "first_day", source="file.csv", line=7),),
    )
    found = faults_of(people, file)
    assert sorted(found, key=str) == sorted(
        [
            ("bad_name", 2, "name"),
            ("bad_time_zone", 2, "time_zone"),
            ("unknown_account", 3, "parent"),
            ("circular", 4, "parent"),
            ("circular", 5, "parent"),
            ("told_twice", 6, "external_id"),
            ("unknown_account", 2, "account"),
            ("bad_email", 3, "email"),
            ("in_future", 4, "external_id"),
            ("unknown_catalog", 2, "catalog"),
            ("unknown_tier", 3, "tier"),
            ("unknown_add_on", 3, "add_ons"),
            ("ends_before_it_starts", 4, "last_day"),
            ("contracts_overlap", 6, "first_day"),
            ("bad_day", 7, "first_day"),
        ],
        key=str,
    )
    assert people.store.read(rows.count_rows) == before


def test_an_account_whose_row_could_not_be_read_is_not_told_to_be_unknown(people: People) -> None:
    file = AccountFile(
        contacts=(contact(2, "x", "broken"),),
        faults=(Fault("bad_word", "no such thing", "inherits", source="file.csv", line=9),),
        unread=frozenset({(RowKind.account, "broken")}),
    )
    assert faults_of(people, file) == [("bad_word", 9, "inherits")]


def test_contacts_beyond_the_plan_are_noticed_or_refused_as_it_says(store: Store) -> None:
    people = People(store, offer_with_places("stop", limit=1))
    people.contact("Ada")
    file = AccountFile(contacts=(contact(2, "bob", people.lattice),))
    assert faults_of(people, file) == [("no_place", 2, "roles")]


def test_an_account_of_ours_is_named_by_its_id(people: People) -> None:
    file = AccountFile(
        contacts=tuple(contact(line, f"n{line}", people.lattice) for line in range(2, 6))
    )
    report = people.do(import_accounts, file)
    (notice,) = report.notices
    assert notice.startswith("Lattice Retail: ")
    assert counts(report)[1] == (4, 0, 0)


def test_an_address_stands_once_in_an_account(people: People) -> None:
    people.contact("Ada", email="ada@lattice.example")
    file = AccountFile(
        contacts=(
            contact(2, "x", people.lattice, email="ADA@lattice.example"),
            contact(3, "y", people.lattice, email="new@lattice.example"),
            contact(4, "z", people.lattice, email="new@lattice.example"),
        )
    )
    assert faults_of(people, file) == [
        ("contact_exists", 2, "email"),
        ("contact_exists", 4, "email"),
    ]


def test_a_circle_through_accounts_that_are_not_in_the_file_is_refused(people: People) -> None:
    people.do(import_accounts, FILE)
    file = AccountFile(accounts=(account(2, "group", parent="plant"),))
    assert faults_of(people, file) == [("circular", 2, "parent")]
