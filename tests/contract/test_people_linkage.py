"""Erasing a person reaches what outside systems said, the evidence of merges, and exceptions."""

from __future__ import annotations

import json

import pytest
from people import NOW, People

from tierline.accounts.contract import ContractException, Override, Uplift
from tierline.accounts.evidence import Agreement, MatchEvidence
from tierline.accounts.identity import Proposal, SourceRecord, System, pair_of
from tierline.accounts.person import person
from tierline.actions.contracts import grant_override, grant_uplift
from tierline.actions.identities import RecordToLink, link_records
from tierline.actions.people import erase_person, personal_data
from tierline.kernel.instants import to_micros
from tierline.kernel.money import Money
from tierline.store import rows
from tierline.store.journal import facts_about

ADA = ("Ada Lovelace-Quux", "ada.quux@lattice.example", "+44 20 7946 0018")
OTHERWISE = ("Lovelace-Quux, Ada", "020 7946 0018")
EXPIRES = to_micros(NOW.replace(year=2027))


@pytest.fixture
def ada(people: People) -> str:
    """Ada stands in links, in the evidence of a merge and a review, and in two exceptions."""
    id_ = people.contact(ADA[0], email=ADA[1], phone=ADA[2]).contact.id
    twin, stranger = people.account("Lattice Two", tier=None), people.account("Lattice Three")
    records = [
        RecordToLink(
            SourceRecord(
                System.crm, "7", {"name": "Lattice Retail", "phone": OTHERWISE[1], "place": "Bath"}
            ),
            people.lattice,
        ),
        RecordToLink(SourceRecord(System.billing, ADA[1], {"name": "Lattice"}), people.lattice),
        RecordToLink(SourceRecord(System.helpdesk, "9", {"name": OTHERWISE[0]}), twin),
    ]
    people.do(link_records, records)
    evidence = MatchEvidence(
        ("billing", ADA[1]),
        ("helpdesk", "9"),
        900,
        (Agreement("name", f"both say {ADA[0]}", 900),),
        (f"{OTHERWISE[0]} is no company",),
    )

    def work(books: object) -> None:
        identities = books.identities  # type: ignore[attr-defined]  # Records
        identities.merge("merge_1", (twin, people.lattice), evidence, merged_at=NOW)
        proposal = Proposal(pair_of(people.lattice, stranger), evidence)
        identities.propose([proposal], proposed_at=NOW)

    people.do(work)
    contract = people.read(lambda reads: reads.contracts.of_account(people.lattice))[0].id
    exception = ContractException(
        owner=ADA[0], reason=f"agreed with {ADA[1]}", cost=Money(0, "USD"), expires=EXPIRES
    )
    change = {"feature": "sandboxes", "start": to_micros(NOW)}
    override = Override(id="more", units=1, exception=exception, **change)  # type: ignore[arg-type]  # as stated
    uplift = Uplift(id="week", units=1, end=EXPIRES, reason=f"for {ADA[0]}", **change)  # type: ignore[arg-type]  # as stated
    people.do(grant_override, contract, override)
    people.do(grant_uplift, contract, uplift)
    return id_


def everything(people: People) -> str:
    return people.store.read(
        lambda snapshot: "\n".join(
            str(page) for table in rows.stored_tables() for page in rows.pages_of(snapshot, table)
        )
    )


def test_an_erased_person_stands_in_no_link_no_evidence_and_no_exception(
    people: People, ada: str
) -> None:
    before = everything(people)
    assert [word for word in (*ADA, *OTHERWISE) if word in before] == [*ADA, *OTHERWISE]
    people.do(erase_person, ada)
    after = everything(people)
    assert [word for word in (*ADA, *OTHERWISE) if word.lower() in after.lower()] == []


def test_what_names_nobody_stays(people: People, ada: str) -> None:
    people.do(erase_person, ada)
    links = people.read(lambda reads: reads.identities.links())
    fields = {link.record.key: dict(link.record.fields) for link in links}
    assert fields == {
        ("crm", "7"): {"name": "Lattice Retail", "place": "Bath"},
        ("helpdesk", "9"): {},
    }
    (held,) = people.read(lambda reads: reads.contracts.of_account(people.lattice))
    assert held.overrides[0].exception.owner == "[erased]"
    assert (held.overrides[0].units, held.uplifts[0].reason) == (1, "[erased]")


def test_no_person_is_named_in_the_journal(people: People, ada: str) -> None:
    facts = people.read(lambda reads: facts_about(reads.snapshot, people.lattice, as_of=NOW))
    told = json.dumps([dict(fact.body) for fact in facts])
    assert {"OverrideGranted", "UpliftGranted", "IdentityLinked"} <= {fact.kind for fact in facts}
    assert [word for word in (*ADA, *OTHERWISE) if word in told] == []
    granted = next(fact.body for fact in facts if fact.kind == "OverrideGranted")
    assert granted["contract"]["overrides"][0]["exception"].keys() == {"cost", "expires"}
    assert ada in told


def test_a_person_is_told_of_all_of_it(people: People, ada: str) -> None:
    named = people.read(lambda reads: personal_data(reads, ada, now=NOW))["named_in"]
    assert f"crm phone: {OTHERWISE[1]}" in named
    assert f"helpdesk name: {OTHERWISE[0]}" in named
    assert f"billing id: {ADA[1]}" in named
    assert {ADA[0], f"agreed with {ADA[1]}", f"for {ADA[0]}"} <= set(named)


def test_somebody_else_at_the_account_is_left_alone(people: People, ada: str) -> None:
    people.do(erase_person, people.contact("Grace Hopper", email="g@lattice.example").contact.id)
    assert ADA[0] in everything(people)
    found = people.read(lambda reads: reads.contacts.get(ada)).person
    assert found == person(*ADA)
