from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.accounts.evidence import MERGE_WEIGHT, REVIEW_WEIGHT, MatchEvidence
from tierline.accounts.identity import (
    Identities,
    kept_apart,
    merged,
    resolution,
    split,
)
from tierline.kernel.errors import Conflict

LINKS = {
    ("helpdesk", "inland-paper"): "account_1",
    ("crm", "0017"): "account_2",
    ("billing", "C-9"): "account_3",
    ("helpdesk", "kestrel-air"): "account_4",
    ("crm", "0040"): "account_5",
}
START = Identities(LINKS)
HELPDESK, CRM, BILLING, AIR, AEROSPACE = LINKS


def sure(
    first: tuple[str, str], second: tuple[str, str], *, contradictions: tuple[str, ...] = ()
) -> MatchEvidence:
    return MatchEvidence(first, second, MERGE_WEIGHT, contradictions=contradictions)


@given(st.permutations(["account_1", "account_2", "account_3", "account_4"]), st.data())
def test_merges_undone_in_reverse_leave_every_state_as_it_was(
    absorbed: list[str], data: st.DataObject
) -> None:
    states = [START]
    for account in absorbed:
        others = sorted({START.survivor(a) for a in LINKS.values()} - {account})
        into = data.draw(st.sampled_from(others))
        if states[-1].survivor(into) != account:
            states.append(merged(states[-1], account, into))
    for before, after in zip(reversed(states[:-1]), reversed(states[1:]), strict=True):
        (account,) = after.merged_into.keys() - before.merged_into.keys()
        assert split(after, account) == before


def test_the_survivor_keeps_every_alias() -> None:
    state = merged(merged(START, "account_3", "account_2"), "account_2", "account_1")
    assert state.aliases("account_3") == tuple(sorted([HELPDESK, CRM, BILLING]))
    assert {state.account_of(key) for key in (HELPDESK, CRM, BILLING)} == {"account_1"}


def test_a_split_in_the_middle_keeps_what_was_merged_below_it() -> None:
    state = merged(merged(START, "account_3", "account_2"), "account_2", "account_1")
    assert split(state, "account_2").group("account_3") == ("account_2", "account_3")


def test_three_records_of_one_customer_become_one_account() -> None:
    surer = MatchEvidence(HELPDESK, CRM, MERGE_WEIGHT + 1)
    found = resolution(START, [sure(CRM, BILLING), surer])
    assert [pair for _, pair in found.merges] == [
        ("account_2", "account_1"),
        ("account_3", "account_1"),
    ]
    assert found.review == ()


def test_the_account_under_contract_survives() -> None:
    found = resolution(START, [sure(HELPDESK, CRM)], under_contract=frozenset({"account_2"}))
    assert [pair for _, pair in found.merges] == [("account_1", "account_2")]


def test_two_contracts_are_left_to_a_person() -> None:
    both = frozenset({"account_1", "account_2"})
    found = resolution(START, [sure(HELPDESK, CRM)], under_contract=both)
    assert found.merges == ()
    assert [each.pair for each in found.review] == [("account_1", "account_2")]


def test_contradicted_evidence_is_left_to_a_person() -> None:
    found = resolution(START, [sure(AIR, AEROSPACE, contradictions=("name",))])
    assert found.merges == ()
    assert [each.pair for each in found.review] == [("account_4", "account_5")]


def test_the_review_begins_with_the_strongest_evidence() -> None:
    weak = MatchEvidence(HELPDESK, AIR, REVIEW_WEIGHT)
    better = MatchEvidence(CRM, AEROSPACE, MERGE_WEIGHT - 1)
    found = resolution(START, [weak, better, MatchEvidence(CRM, AIR, REVIEW_WEIGHT - 1)])
    assert [each.evidence for each in found.review] == [better, weak]


def test_a_pair_that_is_kept_apart_is_never_proposed_again() -> None:
    state = kept_apart(START, "account_5", "account_4")
    weak = MatchEvidence(AIR, AEROSPACE, REVIEW_WEIGHT)
    assert resolution(state, [sure(AIR, AEROSPACE), weak]).merges == ()
    assert resolution(state, [sure(AIR, AEROSPACE), weak]).review == ()


def test_what_is_kept_apart_does_not_come_together_through_a_third() -> None:
    state = kept_apart(START, "account_1", "account_3")
    surer = MatchEvidence(HELPDESK, CRM, MERGE_WEIGHT + 1)
    found = resolution(state, [sure(CRM, BILLING), surer])
    assert [pair for _, pair in found.merges] == [("account_2", "account_1")]
    with pytest.raises(Conflict, match="not the same"):
        merged(merged(state, "account_2", "account_1"), "account_3", "account_2")


def test_an_account_is_merged_once_and_never_into_itself() -> None:
    state = merged(START, "account_2", "account_1")
    for absorbed, into in (("account_2", "account_3"), ("account_1", "account_2")):
        with pytest.raises(Conflict):
            merged(state, absorbed, into)
    with pytest.raises(Conflict, match="split them first"):
        kept_apart(state, "account_1", "account_2")
