from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from people import NOW, People

from tierline.accounts.evidence import MERGE_WEIGHT, Agreement, MatchEvidence, RecordKey
from tierline.accounts.identity import IdentityLink, SourceRecord, System, Verdict, pair_of
from tierline.actions.identities import (
    RecordToLink,
    decide,
    link_records,
    merge_accounts,
    resolve,
    split_account,
)
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.store.accounts import account_table
from tierline.store.contacts import contact_table
from tierline.store.contracts import contract_table
from tierline.store.identities import identity_link_table
from tierline.store.journal import facts_about

HELPDESK, CRM, BILLING = ("helpdesk", "inland"), ("crm", "0017"), ("billing", "C-9")


def record(key: RecordKey, name: str, **fields: str) -> SourceRecord:
    return SourceRecord(System(key[0]), key[1], {"name": name, **fields})


def evidence(first: RecordKey, second: RecordKey, weight: int = MERGE_WEIGHT) -> MatchEvidence:
    agreed = Agreement("name", "the same words", weight)
    return MatchEvidence(first, second, weight, (agreed,))


@pytest.fixture
def three(people: People) -> tuple[str, str, str]:
    """Inland Paper as three systems know it, each an account of its own."""
    links = people.do(
        link_records,
        [
            RecordToLink(record(HELPDESK, "Inland Paper", domain="inland.example")),
            RecordToLink(record(CRM, "Inland Paper Co.")),
            RecordToLink(record(BILLING, "INLAND PAPER, INC.", domain="pulp.example")),
        ],
    )
    return (links[0].account, links[1].account, links[2].account)


def rows_of(people: People) -> dict[str, list[Any]]:
    """Every row that hangs on an account."""
    tables = (account_table, contract_table, contact_table, identity_link_table)
    return people.store.read(
        lambda snapshot: {
            table.name: sorted(tuple(row) for row in snapshot.execute(sa.select(table)).all())
            for table in tables
        }
    )


def test_a_link_is_read_back_and_told(people: People, three: tuple[str, str, str]) -> None:
    (link,) = people.read(lambda reads: reads.identities.links_of([three[0]]))
    assert link == IdentityLink(record(HELPDESK, "Inland Paper", domain="inland.example"), three[0])
    facts = people.store.read(lambda reading: facts_about(reading, three[0], as_of=NOW))
    assert {fact.kind for fact in facts} == {"AccountOpened", "IdentityLinked"}


def test_a_record_that_is_sent_again_keeps_its_account_and_brings_its_fields(
    people: People, three: tuple[str, str, str]
) -> None:
    moved = record(CRM, "Inland Paper Company", place="Duluth")
    (link,) = people.do(link_records, [RecordToLink(moved)])
    assert link == IdentityLink(moved, three[1])
    assert people.read(lambda reads: reads.identities.links_of([three[1]])) == (link,)
    with pytest.raises(Conflict, match="Merge the two"):
        people.do(link_records, [RecordToLink(moved, people.lattice)])


def test_every_fault_of_the_records_is_told(people: People) -> None:
    wrong = [
        RecordToLink(record(CRM, " ", colour="red")),
        RecordToLink(record(CRM, "x" * 501), "account_nobody"),
    ]
    with pytest.raises(Invalid) as told:
        people.do(link_records, wrong)
    codes = sorted(fault.code for fault in told.value.faults)
    assert codes == ["no_account", "no_field", "no_name", "too_long", "twice"]


def test_three_become_one_and_every_alias_answers(
    people: People, three: tuple[str, str, str]
) -> None:
    people.do(resolve, [evidence(HELPDESK, CRM), evidence(CRM, BILLING, MERGE_WEIGHT + 1)])
    state = people.read(lambda reads: reads.identities.state())
    assert {state.account_of(key) for key in (HELPDESK, CRM, BILLING)} == {min(three)}
    assert state.aliases(three[2]) == tuple(sorted([HELPDESK, CRM, BILLING]))


def test_merges_and_their_splits_leave_every_row_as_it_was(
    people: People, three: tuple[str, str, str]
) -> None:
    people.contact("Ada", account=three[1])
    before, state = rows_of(people), people.read(lambda reads: reads.identities.state())
    found = people.do(resolve, [evidence(HELPDESK, CRM), evidence(CRM, BILLING)])
    assert len(found.merges) == 2
    assert rows_of(people) == before
    for _, (absorbed, _survivor) in reversed(found.merges):
        people.do(split_account, absorbed, now=NOW + timedelta(days=1))
    assert rows_of(people) == before
    after = people.read(lambda reads: reads.identities.state())
    assert (after.links, after.merged_into) == (state.links, state.merged_into)


def test_a_merge_that_was_undone_is_only_proposed(
    people: People, three: tuple[str, str, str]
) -> None:
    ((_, (absorbed, _survivor)),) = people.do(resolve, [evidence(HELPDESK, CRM)]).merges
    people.do(split_account, absorbed)
    again = people.do(resolve, [evidence(HELPDESK, CRM)])
    assert again.merges == ()
    assert [each.pair for each in again.review] == [pair_of(three[0], three[1])]


def test_the_account_under_contract_survives_and_is_never_absorbed(
    people: People, three: tuple[str, str, str]
) -> None:
    people.do(link_records, [RecordToLink(record(("product", "t-1"), "Lattice"), people.lattice)])
    people.do(resolve, [evidence(("product", "t-1"), HELPDESK)])
    state = people.read(lambda reads: reads.identities.state())
    assert state.survivor(three[0]) == people.lattice
    with pytest.raises(Conflict, match="under contract"):
        people.do(merge_accounts, people.lattice, three[1])


def test_what_is_kept_apart_is_never_proposed_or_merged_again(
    people: People, three: tuple[str, str, str]
) -> None:
    weak = evidence(HELPDESK, CRM, MERGE_WEIGHT - 1)
    assert len(people.do(resolve, [weak]).review) == 1
    people.do(decide, three[0], three[1], Verdict.apart)
    assert people.do(resolve, [weak]).review == ()
    assert people.do(resolve, [evidence(HELPDESK, CRM)]).merges == ()
    with pytest.raises(Conflict, match="not the same"):
        people.do(merge_accounts, three[0], three[1])


def test_a_proposal_that_somebody_confirms_is_merged(
    people: People, three: tuple[str, str, str]
) -> None:
    people.do(resolve, [evidence(HELPDESK, CRM, MERGE_WEIGHT - 1)])
    absorbed, survivor = people.do(decide, three[0], three[1], Verdict.same)
    assert {absorbed, survivor} == {three[0], three[1]}
    assert people.read(lambda reads: reads.identities.merged_into()) == {absorbed: survivor}
    again = people.do(resolve, [evidence(HELPDESK, CRM, MERGE_WEIGHT - 1)])
    assert (again.merges, again.review) == ((), ())


def test_resolving_again_changes_nothing(people: People, three: tuple[str, str, str]) -> None:
    pairs = [evidence(HELPDESK, CRM), evidence(HELPDESK, BILLING, MERGE_WEIGHT - 1)]
    first = people.do(resolve, pairs)
    again = people.do(resolve, pairs)
    assert three[2] in again.review[0].pair
    assert (len(first.merges), len(again.merges)) == (1, 0)
    assert [each.pair for each in again.review] == [each.pair for each in first.review]


def test_what_is_not_there_or_not_merged_is_told(
    people: People, three: tuple[str, str, str]
) -> None:
    with pytest.raises(Conflict, match="not merged"):
        people.do(split_account, three[0])
    with pytest.raises(NotFound):
        people.do(merge_accounts, three[0], "account_nobody")
    with pytest.raises(NotFound):
        people.do(decide, three[0], "account_nobody", Verdict.apart)
