"""What can be done with components of the status page: add one, change one, retire one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.account import Account
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.ids import COMPONENT
from tierline.status.component import Component
from tierline.status.scope import EVERYONE, Reader, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.actions.occasion import Occasion

COMPONENTS_LIMIT_COUNT = 200
"""So many components a page has at most, those that are retired counted too."""


class KnownAccountsById(Protocol):
    """Accounts by id."""

    def of_ids(self, accounts: Sequence[str]) -> dict[str, Account]: ...


class ComponentBook(Protocol):
    """The components that there are."""

    def all(self) -> tuple[Component, ...]: ...
    def get(self, component: str) -> Component: ...
    def add(self, component: Component) -> None: ...
    def save(self, component: Component) -> None: ...


class ComponentBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def components(self) -> ComponentBook: ...
    @property
    def accounts(self) -> KnownAccountsById: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentOrder:
    """A component as somebody states it. Without `watched_from` it is watched from now on."""

    name: str
    about: str = ""
    place: int = 0
    scope: Scope = EVERYONE
    watched_from: datetime | None = None


def add_component(books: ComponentBooks, order: ComponentOrder, occasion: Occasion) -> Component:
    """A new component. Raises NotFound for an account of its scope, Conflict for a name that is
    taken, and Invalid."""
    refuse_unknown_accounts(books.accounts, order.scope)
    watched_from = order.watched_from or occasion.now
    if watched_from > occasion.now:
        fault = Fault("in_the_future", "Nothing is watched before it is.", "watched_from")
        raise Invalid("The component cannot be added as stated.", [fault])
    known = books.components.all()
    if len(known) >= COMPONENTS_LIMIT_COUNT:
        raise Conflict(f"A page has at most {COMPONENTS_LIMIT_COUNT} components.", code="too_many")
    _refuse_taken(known, order.name)
    component = Component(
        id=occasion.new_id(COMPONENT),
        name=order.name,
        about=order.about,
        place=order.place,
        scope=order.scope,
        watched_from=watched_from,
    )
    books.components.add(component)
    books.append([occasion.fact("ComponentAdded", component.id, {"component": component.id})])
    return component


def change_component(
    books: ComponentBooks, component_id: str, order: ComponentOrder, occasion: Occasion
) -> Component:
    """The component as it is stated now; since when it is watched stays. Raises as adding does."""
    component = books.components.get(component_id)
    refuse_unknown_accounts(books.accounts, order.scope)
    _refuse_taken([e for e in books.components.all() if e.id != component_id], order.name)
    changed = replace(
        component, name=order.name, about=order.about, place=order.place, scope=order.scope
    )
    books.components.save(changed)
    books.append([occasion.fact("ComponentChanged", component.id, {"component": component.id})])
    return changed


def retire_component(books: ComponentBooks, component_id: str, occasion: Occasion) -> Component:
    """The component as one that is not there any longer: it leaves the page, its history stays.
    Raises NotFound, and Conflict for one that was retired."""
    component = books.components.get(component_id)
    if component.retired_at is not None:
        raise Conflict("This component is retired already.", code="component_retired")
    retired = replace(component, retired_at=max(occasion.now, component.watched_from))
    books.components.save(retired)
    books.append([occasion.fact("ComponentRetired", component.id, {"component": component.id})])
    return retired


def refuse_unknown_accounts(accounts: KnownAccountsById, scope: Scope) -> None:
    """Raise Invalid where a scope names an account that is not there."""
    missing = sorted(scope.accounts - accounts.of_ids(sorted(scope.accounts)).keys())
    if missing:
        faults = [
            Fault("unknown_account", f"There is no account '{each}'.", "accounts")
            for each in missing
        ]
        raise Invalid("The scope names accounts that are not there.", faults)


def reader_of(account: Account) -> Reader:
    """An account as a reader of the status page."""
    return Reader(account.id, account.region, account.time_zone)


def _refuse_taken(components: Sequence[Component], name: str) -> None:
    if any(each.retired_at is None and each.name == name for each in components):
        raise Conflict(f"There is a component '{name}' already.", code="name_taken")
