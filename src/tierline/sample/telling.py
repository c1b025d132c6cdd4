"""Telling the story to the product: each happening is an action at its own moment.

The story has its own clock, and its own chance for ids, so that one seed gives the same facts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.contract import ContractException, Fee, Override, Uplift
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import CatalogBooks, publish_catalog
from tierline.actions.contracts import (
    AddOnOrder,
    ContractBooks,
    ContractOrder,
    add_add_on,
    change_plan,
    end_contract,
    grant_override,
    grant_uplift,
    set_payment_state,
    sign_contract,
)
from tierline.actions.identities import IdentityBooks, RecordToLink, link_records
from tierline.actions.occasion import Occasion
from tierline.catalog.statement import Period
from tierline.catalog.term import Included
from tierline.entitlements.ruleset import Ruleset, with_contracts
from tierline.kernel.instants import to_micros
from tierline.kernel.money import Money
from tierline.sample.happenings import (
    Adds,
    Allows,
    Excludes,
    Happening,
    IsKnownAs,
    Leaves,
    Lifts,
    Opens,
    Pays,
    Publishes,
    RetargetTo,
    Signs,
    Upgrades,
)
from tierline.sample.staff import tell_staff
from tierline.sample.telling_people import PeopleBooks, PeopleTeller

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.actions.users import UserBooks
    from tierline.catalog.clock_rules import Target
    from tierline.kernel.ids import Randomness

TELLER = "sample"
"""Who the journal says it was."""
CURRENCY = "USD"
Progress = Callable[[str, int, int], None]


class Books(ContractBooks, CatalogBooks, IdentityBooks, PeopleBooks, Protocol):  # type: ignore[misc]  # one property in several, each asking for a part of it
    """What the telling needs."""


class Teller:
    """Remembers the ids that names got. One a company."""

    def __init__(self, seed: int) -> None:
        self.randomness = seeded(seed, "ids")
        self.accounts: dict[str, str] = {}
        self.agents: dict[int, str] = {}
        """Users by the number that the helpdesk gave them."""
        self._contracts: dict[str, Contract] = {}
        self._signed: dict[str, dict[str, Contract]] = {}
        self._people = PeopleTeller(self._ruleset_of)

    def tell_staff(self, books: UserBooks) -> None:
        """Have Halyard's own people join."""
        self.agents = tell_staff(books, self.occasion)

    def tell(self, books: Books, happenings: Sequence[Happening], progress: Progress) -> None:
        """Let all of it happen, in order."""
        for done, each in enumerate(happenings, start=1):
            self._tell(books, each)
            progress("accounts", done, len(happenings))

    def contracts_by_name(self) -> dict[str, list[Contract]]:
        """Every contract that was signed, as it stands at the end, by who signed it."""
        return {who: list(signed.values()) for who, signed in self._signed.items()}

    def occasion(self, at: datetime) -> Occasion:
        """A moment of the story."""
        return Occasion(now=at, by=TELLER, randomness=self.randomness)

    def _tell(self, books: Books, happening: Happening) -> None:
        who, occasion = happening.who, self.occasion(happening.at)
        match happening.deed:
            case Publishes(catalog=catalog):
                publish_catalog(books, catalog, occasion)
            case Opens() as opens:
                account = open_account(books, self._details(who, opens), occasion)
                self.accounts[who] = account.id
            case Signs() as signs:
                order = self._order(who, signs, happening.at)
                self._kept(sign_contract(books, order, occasion), who)
            case Upgrades() as rises:
                self._kept(self._risen(books, who, rises, occasion), who)
            case Adds(add_on=add_on, end=end):
                added = AddOnOrder(add_on=add_on, end=end)
                self._kept(add_add_on(books, self._of(who), added, occasion), who)
            case Allows() as allows:
                override = self._override(who, allows, happening.at)
                self._kept(grant_override(books, self._of(who), override, occasion), who)
            case Lifts() as lifts:
                uplift = _uplift(lifts, happening.at)
                self._kept(grant_uplift(books, self._of(who), uplift, occasion), who)
            case Pays(state=state):
                self._kept(set_payment_state(books, self._of(who), state, occasion), who)
            case Leaves():
                self._kept(end_contract(books, self._of(who), happening.at, occasion), who)
            case IsKnownAs(records=records):
                known = self.accounts.get(who)
                stated = [RecordToLink(each, known) for each in records]
                self.accounts[who] = link_records(books, stated, occasion)[0].account
            case deed:
                self._people.tell(books, who, self.accounts[who], deed, occasion)

    def _of(self, who: str) -> str:
        return self._contracts[who].id

    def _kept(self, contract: Contract, who: str) -> None:
        self._contracts[who] = contract
        self._signed.setdefault(who, {})[contract.id] = contract

    def _ruleset_of(self, who: str) -> Ruleset:
        contracts = list(self._signed.get(who, {}).values())
        return with_contracts(Ruleset(), {self.accounts[who]: contracts})

    def _details(self, who: str, opens: Opens) -> AccountDetails:
        return AccountDetails(
            name=who,
            time_zone=opens.time_zone,
            region=opens.region,
            segment=opens.segment,
            parent=None if opens.parent is None else self.accounts[opens.parent],
        )

    def _order(self, who: str, signs: Signs, at: datetime) -> ContractOrder:
        return ContractOrder(
            account=self.accounts[who],
            catalog=signs.catalog,
            version=signs.version,
            tier=signs.tier,
            start=at,
            end=signs.end,
            anchor=signs.anchor,
            fee=_monthly(signs.fee),
            add_ons=tuple(AddOnOrder(add_on=each) for each in signs.add_ons),
            trial_tier=signs.trial_tier,
            trial_end=signs.trial_end,
        )

    def _risen(self, books: Books, who: str, rises: Upgrades, occasion: Occasion) -> Contract:
        fee, version = _monthly(rises.fee), rises.version
        return change_plan(books, self._of(who), rises.tier, occasion, version=version, fee=fee)

    def _override(self, who: str, allows: Allows, at: datetime) -> Override:
        to = allows.to
        return Override(
            id=allows.id,
            feature=allows.feature,
            exception=ContractException(
                owner=allows.owner,
                reason=allows.reason,
                cost=Money(allows.cost * 100, CURRENCY),
                expires=to_micros(allows.expires),
            ),
            start=to_micros(at),
            value=None if isinstance(to, Decimal) else self._value(who, allows.feature, to, at),
            units=to if isinstance(to, Decimal) else None,
            document=allows.document,
        )

    def _value(
        self, who: str, feature: str, to: RetargetTo | Excludes, at: datetime
    ) -> Target | Included:
        if isinstance(to, Excludes):
            return Included(included=False)
        signed = self._contracts[who].plan_at(to_micros(at)).targets[feature].target
        changed = {"within": to.within or signed.within, "hours": to.hours or signed.hours}
        return signed.model_copy(update=changed)


def seeded(seed: int, about: str) -> Randomness:
    """Bits for ids that one seed always gives, apart for each part of the story."""
    return random.Random(f"{seed}/{about}").getrandbits  # noqa: S311 - a story


def _monthly(amount: Decimal) -> Fee:
    return Fee(amount=amount, per=Period.month)


def _uplift(lifts: Lifts, at: datetime) -> Uplift:
    return Uplift(
        id=lifts.id,
        feature=lifts.feature,
        reason=lifts.reason,
        start=to_micros(at),
        end=to_micros(lifts.end),
        value=None if isinstance(lifts.to, Decimal) else lifts.to,
        units=lifts.to if isinstance(lifts.to, Decimal) else None,
    )
