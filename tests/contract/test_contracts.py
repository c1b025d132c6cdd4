from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from small_offer import allowed_until, micros, offer

from tierline.accounts.contract import Fee, Override, PaymentState, Uplift
from tierline.accounts.effective import effective
from tierline.actions.accounts import AccountDetails, change_account, open_account
from tierline.actions.contracts import (
    AddOnOrder,
    ContractOrder,
    add_add_on,
    change_plan,
    end_contract,
    grant_override,
    grant_uplift,
    set_payment_state,
    sign_contract,
)
from tierline.actions.occasion import Occasion
from tierline.catalog.statement import Period
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.store.contracts import KnownTerms
from tierline.store.journal import facts_about
from tierline.store.records import Reads, Records
from tierline.store.store import Store

NOW = datetime(2025, 6, 1, 9, tzinfo=UTC)
START = datetime(2025, 1, 1, tzinfo=UTC)


def occasion(now: datetime = NOW) -> Occasion:
    return Occasion(now=now, by="operator", randomness=secrets.randbits)


def order(account: str, **parts: object) -> ContractOrder:
    stated = {"account": account, "catalog": "acme", "tier": "priority", "start": START, **parts}
    return ContractOrder(**stated)  # type: ignore[arg-type]  # the fields are the caller's


@pytest.fixture
def account(store: Store) -> str:
    def work(records: Records) -> str:
        records.catalogs.publish(offer(), published_at=NOW)
        return open_account(records, AccountDetails(name="Pine"), occasion()).id

    return store.run(lambda unit: work(Records(unit, KnownTerms())))


def records_of(store: Store, work: object, known: KnownTerms | None = None) -> object:
    return store.run(lambda unit: work(Records(unit, known or KnownTerms())))  # type: ignore[operator]  # a function of records


def test_a_contract_comes_back_as_it_was_signed(store: Store, account: str) -> None:
    stated = order(
        account,
        end=datetime(2026, 1, 1, tzinfo=UTC),
        grace_days=14,
        fee=Fee(amount=Decimal(2400), per=Period.month),
        add_ons=(AddOnOrder(add_on="extra", count=2), AddOnOrder(add_on="phone_line")),
        trial_tier="enterprise",
        trial_end=datetime(2025, 2, 1, tzinfo=UTC),
    )
    signed = records_of(store, lambda records: sign_contract(records, stated, occasion()))
    read = store.read(lambda snapshot: Reads(snapshot, KnownTerms()).contracts.of_account(account))
    assert read == (signed,)


def test_every_change_of_a_contract_is_read_back(store: Store, account: str) -> None:
    def work(records: Records) -> object:
        contract = sign_contract(records, order(account), occasion()).id
        grant_override(
            records,
            contract,
            Override(
                id="side_letter",
                feature="sandboxes",
                exception=allowed_until(),
                start=micros("2025-03-01"),
                units=Decimal(3),
            ),
            occasion(),
        )
        uplift = Uplift(
            id="launch",
            feature="sandboxes",
            reason="launch week",
            start=micros("2025-04-01"),
            end=micros("2025-04-08"),
            units=Decimal(10),
        )
        grant_uplift(records, contract, uplift, occasion())
        add_add_on(records, contract, AddOnOrder(add_on="day"), occasion())
        set_payment_state(records, contract, PaymentState.past_due, occasion())
        dearer = Fee(amount=Decimal("9000.50"), per=Period.month)
        change_plan(records, contract, "enterprise", occasion(NOW + timedelta(1)), fee=dearer)
        change_plan(
            records, contract, "standard", occasion(NOW + timedelta(days=2)), is_downgrade=True
        )
        return end_contract(records, contract, datetime(2026, 1, 1, tzinfo=UTC), occasion())

    after = records_of(store, work)
    (read,) = store.read(
        lambda snapshot: Reads(snapshot, KnownTerms()).contracts.of_account(account)
    )
    assert read == after
    assert [phase.terms.tier for phase in read.plans] == ["priority", "enterprise", "standard"]
    assert read.payment_at(micros("2025-07-01")) is PaymentState.past_due
    assert read.fee_at(micros("2025-07-01")) == Fee(amount=Decimal("9000.50"), per=Period.month)


def test_the_journal_alone_gives_the_contract_as_it_was_known(store: Store, account: str) -> None:
    known = KnownTerms()
    contract = records_of(store, lambda r: sign_contract(r, order(account), occasion()), known)
    later = occasion(NOW + timedelta(days=5))
    records_of(store, lambda r: change_plan(r, contract.id, "enterprise", later), known)  # type: ignore[attr-defined]  # a Contract
    facts = store.read(
        lambda snapshot: facts_about(snapshot, account, as_of=NOW + timedelta(days=9), known_at=NOW)
    )
    form = next(fact.body["contract"] for fact in facts if fact.kind == "ContractSigned")
    assert [phase["start"] for phase in form["plans"]] == ["2025-01-01T00:00:00Z"]


def test_a_plan_is_not_changed_for_a_fee_below_nothing(store: Store, account: str) -> None:
    signed = records_of(store, lambda records: sign_contract(records, order(account), occasion()))
    owed = Fee(amount=Decimal(-1), per=Period.month)
    with pytest.raises(Invalid, match="cannot change so"):
        records_of(store, lambda r: change_plan(r, signed.id, "standard", occasion(), fee=owed))  # type: ignore[attr-defined]  # a Contract


def test_a_new_catalog_changes_no_answer_of_an_old_contract(store: Store, account: str) -> None:
    signed = records_of(store, lambda records: sign_contract(records, order(account), occasion()))
    generous = offer(version="2025-07-01", every_plan=["intake", "export"])
    records_of(store, lambda records: records.catalogs.publish(generous, published_at=NOW))
    (read,) = store.read(
        lambda snapshot: Reads(snapshot, KnownTerms()).contracts.of_account(account)
    )
    for key in ("sandboxes", "export", "hours", "phone"):
        assert effective(read, key, micros("2025-08-01")) == effective(
            signed,  # type: ignore[arg-type]  # a Contract
            key,
            micros("2025-08-01"),
        )


def test_a_published_version_never_changes(store: Store, account: str) -> None:
    other = offer(company="Other")
    with pytest.raises(Conflict, match="published with other content"):
        records_of(store, lambda records: records.catalogs.publish(other, published_at=NOW))
    again = records_of(store, lambda records: records.catalogs.publish(offer(), published_at=NOW))
    assert again is False
    assert account


def test_two_contracts_at_the_same_time_are_refused(store: Store, account: str) -> None:
    records_of(store, lambda records: sign_contract(records, order(account), occasion()))
    with pytest.raises(Conflict, match="holds at the same time"):
        records_of(store, lambda records: sign_contract(records, order(account), occasion()))


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ({"tier": "gold"}, NotFound),
        ({"catalog": "other"}, NotFound),
        ({"account": "account_x"}, NotFound),
        ({"add_ons": (AddOnOrder(add_on="moon"),)}, NotFound),
        ({"end": START}, Invalid),
        ({"start": datetime(2025, 1, 1)}, Invalid),  # noqa: DTZ001 - a naive time is what is tested
    ],
)
def test_what_cannot_be_signed_is_refused(
    store: Store, account: str, parts: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        records_of(
            store,
            lambda records: sign_contract(
                records,
                order(**{"account": account, **parts}),
                occasion(),  # type: ignore[arg-type]  # as above
            ),
        )


def test_an_account_is_changed_with_every_fault_at_once(store: Store, account: str) -> None:
    wrong = AccountDetails(name=" ", time_zone="Mars/Base", parent=account)
    with pytest.raises(Invalid) as caught:
        records_of(store, lambda records: change_account(records, account, wrong, occasion()))
    assert [fault.code for fault in caught.value.faults] == [
        "bad_name",
        "bad_time_zone",
        "circular",
    ]
