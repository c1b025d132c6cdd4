"""Cases that are open while their account's contract changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from desk import HOUR, MONDAY, milestone, opened
from moved_clock import Hands
from served import Served

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.contracts import ContractOrder, change_plan, sign_contract
from tierline.milestones.receipt import verify
from tierline.store.records import Records
from tierline.store.seals import seal_facts
from tierline.worker.duties import DUTIES
from tierline.worker.kinds import worker_of


def follow(served: Served) -> None:
    """What the worker does each second."""
    seal_facts(served.opened.store)
    (duty,) = [each for each in DUTIES if each.name == "improve open cases"]
    if served.opened.read(duty.is_needed):
        duty.do(served.opened)


def signed_on(served: Served, tier: str) -> tuple[str, str]:
    occasion = served.opened.occasion()

    def work(records: Records) -> tuple[str, str]:
        account = open_account(records, AccountDetails(name="Ash"), occasion).id
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier=tier,
            start=datetime(2025, 2, 1, tzinfo=UTC),
        )  # fmt: skip
        return account, sign_contract(records, order, occasion).id

    return served.opened.change(work)


def changed(served: Served, contract: str, tier: str, **stated: Any) -> None:
    occasion = served.opened.occasion()
    served.opened.change(lambda records: change_plan(records, contract, tier, occasion, **stated))


pytestmark = pytest.mark.usefixtures("desk")


def test_an_upgrade_betters_an_open_case_from_its_own_instant_whenever_the_worker_wakes(
    served: Served, hands: Hands
) -> None:
    account, contract = signed_on(served, "standard")
    path = f"/v1/cases/{opened(served.operator, account, severity='S1')['id']}"
    before = served.operator.get(path).json()
    assert milestone(before, "acknowledge")["due_at"] == "2025-03-03T12:00:00Z"
    hands.now = MONDAY + HOUR / 2
    changed(served, contract, "priority")
    hands.now = MONDAY + HOUR * 3 / 4
    follow(served)
    after = served.operator.get(path).json()
    assert milestone(after, "acknowledge")["due_at"] == "2025-03-03T09:00:00Z"
    assert (after["tier"], after["tier_now"]) == ("standard", "priority")
    moved = [each for each in after["events"] if each["kind"] == "tier_changed"]
    assert [each["at"] for each in moved] == ["2025-03-03T08:30:00Z"]
    receipt = served.operator.get(f"{path}/receipt").json()
    assert all(check.passed for check in verify(receipt))
    follow(served)
    assert served.operator.get(path).json()["events"] == after["events"]


def test_a_downgrade_loosens_nothing(served: Served, hands: Hands) -> None:
    account, contract = signed_on(served, "priority")
    path = f"/v1/cases/{opened(served.operator, account, severity='S1')['id']}"
    before = served.operator.get(path).json()
    hands.now = MONDAY + HOUR / 2
    changed(served, contract, "standard", at=hands.now)
    follow(served)
    assert served.operator.get(path).json()["milestones"] != []
    assert served.operator.get(path).json()["next_due_at"] == before["next_due_at"]


def test_an_upgrade_that_begins_later_is_followed_when_it_does(
    served: Served, hands: Hands
) -> None:
    account, contract = signed_on(served, "standard")
    path = f"/v1/cases/{opened(served.operator, account, severity='S1')['id']}"
    changed(served, contract, "priority", at=MONDAY + 2 * HOUR)
    follow(served)
    assert served.operator.get(path).json()["tier_now"] == "standard"
    hands.now = MONDAY + 3 * HOUR
    worker = worker_of(served.opened)
    worker.work(worker.lanes[0])
    after = served.operator.get(path).json()
    moved = [each["at"] for each in after["events"] if each["kind"] == "tier_changed"]
    assert (after["tier_now"], moved) == ("priority", ["2025-03-03T10:00:00Z"])


def test_cases_that_have_ended_stay_as_they_were(served: Served, hands: Hands) -> None:
    account, contract = signed_on(served, "standard")
    path = f"/v1/cases/{opened(served.operator, account)['id']}"
    served.operator.post(f"{path}/resolution", json={"how": "Restarted.", "why": "x"})
    hands.now = MONDAY + HOUR
    changed(served, contract, "priority")
    follow(served)
    assert served.operator.get(path).json()["tier_now"] == "standard"
