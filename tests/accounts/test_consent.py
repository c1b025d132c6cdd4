from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_offer import micros

from tierline.accounts.consent import Basis, ConsentEvent, Ground, Purpose, may_use, state_of
from tierline.accounts.consent_receipt import consent_receipt, is_consent_receipt
from tierline.accounts.prompts import Prompt
from tierline.kernel.errors import Invalid
from tierline.kernel.signing import SigningKey

JUNIPER, NINA = "account_juniper", "contact_nina"
MARCH, JUNE, JULY = map(micros, ("2025-03-01", "2025-06-01", "2025-07-01"))
PERSONALISATION = Purpose.personalisation


def said(is_given: bool, at: int, **parts: object) -> ConsentEvent:
    stated = {
        "id": f"consent_{at}_{is_given}",
        "account": JUNIPER,
        "subject": JUNIPER,
        "purpose": PERSONALISATION,
        "is_given": is_given,
        "basis": Basis.consent,
        "notice_version": "2025-01",
        "at": at,
        "recorded_at": at,
        "actor": "user_1",
        **parts,
    }
    return ConsentEvent(**stated)  # type: ignore[arg-type]  # the fields are the caller's


LEDGER = [said(True, MARCH), said(False, JUNE)]


def verdict(events: list[ConsentEvent], at: int, contact: str | None = None) -> Ground:
    return may_use(events, PERSONALISATION, at, account=JUNIPER, contact=contact).ground


def test_after_the_withdrawal_no_upsell_goes_and_notices_of_limits_still_do() -> None:
    prompts = [Prompt.upsell, Prompt.limit_notice]
    for at, expected in ((JUNE - 1, [True, True]), (JUNE, [False, True]), (JULY, [False, True])):
        found = [
            may_use(LEDGER, prompt.purpose, at, account=JUNIPER).is_allowed for prompt in prompts
        ]
        assert found == expected


def test_a_blocked_use_names_the_purpose_and_the_time_it_took_effect() -> None:
    found = may_use(LEDGER, PERSONALISATION, JULY, account=JUNIPER)
    assert found.sentence == (
        "Data may not be used for personalisation: withdrawn, with effect from "
        "2025-06-01T00:00:00Z."
    )
    assert found.event == LEDGER[1]


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - {Purpose.service}))
def test_what_nobody_agreed_to_is_not_done(purpose: Purpose) -> None:
    found = may_use([], purpose, JULY, account=JUNIPER)
    assert (found.is_allowed, found.ground) == (False, Ground.never_given)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([said(True, MARCH)], Ground.given),
        ([said(False, MARCH)], Ground.withdrawn_by_account),
        ([said(True, MARCH), said(False, JUNE, subject=NINA)], Ground.withdrawn),
        ([said(False, MARCH), said(True, JUNE, subject=NINA)], Ground.withdrawn_by_account),
        ([said(True, JUNE, subject=NINA)], Ground.given),
        ([said(True, JUNE, subject="contact_other")], Ground.never_given),
        ([said(True, JUNE, account="account_other", subject="account_other")], Ground.never_given),
    ],
)
def test_a_person_and_their_account_must_both_not_have_withdrawn(
    events: list[ConsentEvent], expected: Ground
) -> None:
    assert verdict(events, JULY, NINA) is expected


def test_a_withdrawal_that_is_told_late_counts_from_when_it_was_said() -> None:
    late = said(False, JUNE, recorded_at=JULY)
    ledger = [LEDGER[0], late]
    assert verdict(ledger, JUNE) is Ground.withdrawn
    as_known = may_use(ledger, PERSONALISATION, JUNE, account=JUNIPER, known_at=JULY - 1)
    assert as_known.is_allowed


def test_of_two_statements_of_one_instant_the_withdrawal_holds() -> None:
    both = [said(False, JUNE, id="consent_1"), said(True, JUNE, id="consent_2")]
    assert verdict(both, JUNE) is Ground.withdrawn


@given(st.permutations([said(True, MARCH), said(False, JUNE), said(True, JULY)]))
def test_the_state_does_not_depend_on_the_order_in_which_the_ledger_is_read(
    events: list[ConsentEvent],
) -> None:
    found = [verdict(events, at) for at in (MARCH - 1, MARCH, JUNE, JULY)]
    assert found == [Ground.never_given, Ground.given, Ground.withdrawn, Ground.given]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 50)), max_size=8), st.integers(0, 50))
def test_what_is_said_later_changes_nothing_of_the_past(
    statements: list[tuple[bool, int]], at: int
) -> None:
    ledger = [said(is_given, when, id=f"{n}") for n, (is_given, when) in enumerate(statements)]
    until_then = [event for event in ledger if event.at <= at]
    assert state_of(ledger, at, account=JUNIPER) == state_of(until_then, at, account=JUNIPER)


def test_a_receipt_tells_what_held_before_and_after_and_cannot_be_changed() -> None:
    key = SigningKey.generate()
    receipt = consent_receipt(LEDGER[1], LEDGER, evidence="form 7", key=key)
    assert (receipt["before"]["personalisation"], receipt["after"]["personalisation"]) == (
        True,
        False,
    )
    assert is_consent_receipt(receipt, key.public_text())
    changed = {**receipt, "statement": {**receipt["statement"], "effective_at": "2025-07-01"}}
    assert not is_consent_receipt(changed)
    assert not is_consent_receipt(receipt, SigningKey.generate().public_text())
    assert not is_consent_receipt({**receipt, "signature": None})


def test_a_later_statement_changes_no_earlier_receipt() -> None:
    key = SigningKey.generate()
    first = consent_receipt(LEDGER[0], LEDGER[:1], evidence=None, key=key)
    assert consent_receipt(LEDGER[0], LEDGER, evidence=None, key=key) == first
    backdated = said(False, MARCH - 1, recorded_at=JULY)
    assert consent_receipt(LEDGER[0], [*LEDGER, backdated], evidence=None, key=key) == first


def test_another_document_is_no_receipt() -> None:
    with pytest.raises(Invalid, match="not a receipt"):
        is_consent_receipt({"format": "tierline/receipt/1"})


def test_the_service_rests_on_the_contract() -> None:
    refusing = replace(LEDGER[1], purpose=Purpose.service)
    assert may_use([refusing], Purpose.service, JULY, account=JUNIPER).ground is Ground.contract
