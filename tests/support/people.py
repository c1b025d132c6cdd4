"""Work on a store as actions do it, in one line each: an account on a plan with named contacts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import yaml
from small_offer import OFFER

from tierline.accounts.contact import ContactRole
from tierline.accounts.person import person
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.contacts import ChangedContact, ContactOrder, add_contact
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.occasion import Occasion
from tierline.catalog.catalog import Catalog
from tierline.entitlements.ruleset import Ruleset, with_contracts
from tierline.store.contracts import KnownTerms
from tierline.store.records import Reads, Records
from tierline.store.store import Store

ResultT = TypeVar("ResultT")
START = datetime(2025, 1, 1, tzinfo=UTC)
NOW = datetime(2025, 6, 1, 9, tzinfo=UTC)


def offer_with_places(behaviour: str = "warn", limit: int = 2) -> Catalog:
    """The small offer, with so many named contacts on every tier."""
    stated: dict[str, Any] = yaml.safe_load(OFFER)
    stated["features"]["named_contacts"] = {"name": "Named contacts", "axis": "support_experience"}
    for tier in stated["tiers"].values():
        at_limit = {"behaviour": behaviour}
        tier["terms"]["named_contacts"] = {
            "kind": "seats", "limit": limit, "role": "named contact", "at_limit": at_limit,
        }  # fmt: skip
    return Catalog.model_validate(stated)


class People:
    """A store with the account `lattice` on Priority; every moment is told, nothing is read from
    a clock."""

    def __init__(self, store: Store, catalog: Catalog | None = None) -> None:
        self.store = store
        self.known = KnownTerms()
        self.catalog = catalog or offer_with_places()
        self.do(
            lambda records: records.catalogs.publish(self.catalog, published_at=START), now=START
        )
        self.lattice = self.account("Lattice Retail")

    def do(self, work: Callable[..., ResultT], *stated: Any, now: datetime = NOW,
           by: str = "user_1", **more: Any) -> ResultT:  # fmt: skip
        """One action in one unit: an action is given its records first and the occasion last."""
        if not stated and not more:
            return self.store.run(lambda unit: work(Records(unit, self.known)))
        occasion = Occasion(now=now, by=by, randomness=secrets.randbits)
        return self.store.run(
            lambda unit: work(Records(unit, self.known), *stated, occasion, **more)
        )

    def read(self, work: Callable[[Reads], ResultT]) -> ResultT:
        return self.store.read(lambda snapshot: work(Reads(snapshot, self.known)))

    def account(
        self, name: str, *, tier: str | None = "priority", parent: str | None = None
    ) -> str:
        account = self.do(open_account, AccountDetails(name=name, parent=parent), now=START).id
        if tier is not None:
            order = ContractOrder(account=account, catalog="acme", tier=tier, start=START)
            self.do(sign_contract, order, now=START)
        return account

    @property
    def ruleset(self) -> Ruleset:
        return self.read(lambda reads: with_contracts(Ruleset(), reads.contracts.all()))

    def contact(self, name: str, *, account: str | None = None, now: datetime = NOW,
                email: str | None = None, **stated: Any) -> ChangedContact:  # fmt: skip
        order = ContactOrder(
            account=account or self.lattice,
            person=person(name, email, stated.pop("phone", None)),
            roles=frozenset(stated.pop("roles", [ContactRole.named_contact])),
            **stated,
        )
        return self.do(add_contact, self.ruleset, order, now=now)
