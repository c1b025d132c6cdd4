"""A company that is promised an architecture review in each quarter, and what is advised of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from served import Served, made
from signing_in import PASSWORD
from small_offer import offer

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.catalog.catalog import Catalog
from tierline.store.records import Records

REVIEW = "architecture_review"
GUIDE = {
    "format": "tierline/playbooks/1",
    "topics": {"network": {"name": "Network", "words": ["switch", "cable"]}},
}
WORDS = {
    "title": "One switch for two lines",
    "risk": "Both lines stand where the switch fails.",
    "trade_off": "A second switch costs a day on site; without it a failure costs a shift.",
    "recommendation": "Two switches, each line on its own.",
    "follow_up_on": "2025-06-30",
    "topic": "network",
}


def reviewing_offer() -> Catalog:
    """The small offer of a later day with a review in each quarter on Priority."""
    review = {"kind": "deliverable", "what": "Architecture review", "per": "quarter"}
    features = {REVIEW: {"name": "Architecture review", "axis": "outcome"}}
    target = {"severity": "S1", "milestone": "acknowledge", "within": "PT1H"}
    priority = {"name": "Priority", "hours": "always", "terms": {REVIEW: review}}
    tiers = {"priority": {**priority, "targets": [target]}}
    return offer(version="2025-02-01", features=features, tiers=tiers, add_ons={}, every_plan=[])


def signed_for_reviews(served: Served, name: str) -> str:
    """An account with reviews from February 2025 on; the playbooks know one topic."""
    served.operator.put("/v1/playbooks", json=GUIDE).raise_for_status()
    occasion = served.opened.occasion()

    def work(records: Records) -> str:
        publish_catalog(records, reviewing_offer(), occasion)
        account = open_account(records, AccountDetails(name=name), occasion).id
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier="priority",
            start=datetime(2025, 2, 1, tzinfo=UTC),
        )  # fmt: skip
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)


def of_ours(served: Served, email: str = "ada@house.example") -> str:
    """One of our people."""
    access = served.opened.access
    invited, _ = access.invite(email, frozenset({Role.agent}), None, operator())
    return access.accept(invited.secret, "Ada Byron", None, PASSWORD).id


def review_of(served: Served, account: str) -> dict[str, Any]:
    """The first review of an account."""
    path = f"/v1/care?account={account}"
    items = served.operator.get(path).json()["items"]
    return next(each for each in items if each["feature"] == REVIEW)


def held(served: Served, account: str, **stated: Any) -> dict[str, Any]:
    """The first review of an account, once it was held; what names it."""
    item = review_of(served, account)
    named = {name: item[name] for name in ("contract", "feature", "due_on")}
    path = f"/v1/contracts/{item['contract']}/care/{REVIEW}/{item['due_on']}"
    served.operator.put(f"{path}/completion", json={"text": "Held.", **stated}).raise_for_status()
    return named


def advised(served: Served, account: str, owner: str, **stated: Any) -> dict[str, Any]:
    """Advice to an account."""
    body = {**WORDS, "owner": owner, **stated}
    return made(served.operator, f"/v1/accounts/{account}/advice", **body)
