from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from people import NOW, START, People

from tierline.accounts.consent import Basis, Ground, Purpose, may_use
from tierline.accounts.consent_receipt import is_consent_receipt
from tierline.accounts.prompts import Prompt
from tierline.actions.consents import (
    Statement,
    give_consent,
    permit,
    receipt_of_consent,
    withdraw_consent,
)
from tierline.kernel.errors import Conflict, Invalid
from tierline.kernel.instants import to_micros
from tierline.kernel.signing import SigningKey
from tierline.store.consents import consent_event_table
from tierline.store.journal import facts_about

JUNE = datetime(2025, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def statement(people: People, **stated: object) -> Statement:
    fields = {
        "account": people.lattice,
        "purpose": Purpose.personalisation,
        "notice_version": "2025-01",
        "evidence": "form 7 of the portal",
        **stated,
    }
    return Statement(**fields)  # type: ignore[arg-type]  # the fields are the caller's


def test_after_a_withdrawal_no_upsell_is_permitted_and_each_suppressed_one_is_noted(
    people: People,
) -> None:
    people.do(give_consent, statement(people), now=START)
    people.do(withdraw_consent, statement(people), now=JUNE)
    days = [JUNE + (number - 3) * DAY for number in range(6)]
    found = [
        people.do(permit, prompt, now=day, account=people.lattice).is_allowed
        for prompt in (Prompt.upsell, Prompt.limit_notice)
        for day in days
    ]
    assert found == [True] * 3 + [False] * 3 + [True] * 6
    facts = people.store.read(
        lambda snapshot: facts_about(snapshot, people.lattice, as_of=NOW + 9 * DAY)
    )
    noted = [fact for fact in facts if fact.kind == "PromptSuppressed"]
    assert [fact.at for fact in noted] == days[3:]
    assert {fact.body["purpose"] for fact in noted} == {"personalisation"}


def test_the_state_at_any_past_time_is_read_from_the_ledger(people: People) -> None:
    people.do(give_consent, statement(people), now=START)
    people.do(withdraw_consent, statement(people), now=NOW)
    late = statement(people, at=START + DAY, basis=Basis.legitimate_interest)
    people.do(give_consent, late, now=NOW + DAY)
    events = people.read(lambda reads: reads.consents.of_account(people.lattice))

    def ground(at: datetime) -> Ground:
        found = may_use(events, Purpose.personalisation, to_micros(at), account=people.lattice)
        return found.ground  # fmt: skip

    assert [ground(at) for at in (START - DAY, START, NOW - DAY, NOW)] == [
        Ground.never_given,
        Ground.given,
        Ground.given,
        Ground.withdrawn,
    ]


def test_the_ledger_refuses_a_change_of_what_was_said(people: People) -> None:
    people.do(give_consent, statement(people))
    for change in (
        consent_event_table.update().values(state="given"),
        consent_event_table.delete(),
    ):
        with pytest.raises(Conflict, match="append-only"):
            people.store.run(lambda unit, change=change: unit.execute(change))
    counted = sa.select(sa.func.count()).select_from(consent_event_table)
    assert people.store.read(lambda snapshot: snapshot.execute(counted).scalar_one()) == 1


def test_each_change_gives_a_signed_receipt_that_stays_the_same(people: People) -> None:
    key = SigningKey.generate()
    given = people.do(give_consent, statement(people), now=START)
    first = people.read(lambda reads: receipt_of_consent(reads, given.id, key))
    people.do(withdraw_consent, statement(people))
    assert people.read(lambda reads: receipt_of_consent(reads, given.id, key)) == first
    assert is_consent_receipt(first, key.public_text())
    assert first["evidence"] == "form 7 of the portal"
    assert first["statement"]["actor"] == "user_1"


def test_a_person_withdraws_for_themselves_alone(people: People) -> None:
    nina = people.contact("Nina").contact.id
    people.do(give_consent, statement(people), now=START)
    people.do(withdraw_consent, statement(people, contact=nina))
    found = [
        people.do(permit, Prompt.upsell, account=people.lattice, contact=contact).is_allowed
        for contact in (nina, None)
    ]
    assert found == [False, True]


@pytest.mark.parametrize(
    ("stated", "error"),
    [
        ({"purpose": Purpose.service}, Conflict),
        ({"notice_version": " ", "evidence": ""}, Invalid),
        ({"at": NOW + DAY}, Invalid),
    ],
)
def test_a_statement_that_cannot_be_is_refused(
    people: People, stated: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        people.do(withdraw_consent, statement(people, **stated))
    assert people.read(lambda reads: reads.consents.of_account(people.lattice)) == ()


def test_nobody_speaks_for_another_account(people: People) -> None:
    other = people.account("Other")
    nina = people.contact("Nina", account=other).contact.id
    with pytest.raises(Invalid, match="does not speak"):
        people.do(give_consent, statement(people, contact=nina))
