"""Components of the status page over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import components as actions
from tierline.api.answers import Id, Page, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import Body, Instant, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.status.component import Component
from tierline.status.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.store.records import Records

router = Routes(tags=["status"])
Worker = Annotated[Caller, Depends(may(Permission.work_incidents))]
Publisher = Annotated[Caller, Depends(may(Permission.publish_incidents))]


class ScopeAnswer(TypedDict):
    """Whom something concerns."""

    is_public: Annotated[bool, said("Whether it stands on the page that needs no sign-in.")]
    accounts: Annotated[list[str], said("Accounts that it concerns.")]
    regions: Annotated[list[str], said("Regions that it concerns; both empty: every account.")]


class ComponentAnswer(ScopeAnswer):
    """A component."""

    id: Id
    name: Annotated[str, said("What it is called.")]
    about: Annotated[str, said("What it does.")]
    place: Annotated[int, said("Orders the page, the lowest first.")]
    watched_from: Annotated[str, instant("Since when its uptime is counted.")]
    retired_at: Annotated[str | None, instant("When it left the page.")]


class ScopeBody(Body):
    """Whom it concerns: these accounts and regions, every account where both are empty."""

    is_public: bool = True
    accounts: Annotated[frozenset[Word], Field(max_length=1_000)] = frozenset()
    regions: Annotated[frozenset[Word], Field(max_length=100)] = frozenset()


class ComponentBody(ScopeBody):
    """A component as it is to be."""

    name: Word
    about: Annotated[str, Field(max_length=1_000)] = ""
    place: Annotated[int, Field(ge=0, le=10_000)] = 0


class NewComponentBody(ComponentBody):
    """A new component; without `watched_from` its uptime is counted from now on."""

    watched_from: Instant | None = None


@router.get("/v1/components", summary="Components of the status page")
def list_components(request: Request, caller: Worker) -> Page[ComponentAnswer]:
    """All of them in the order of the page, whoever they concern; there are at most 200."""
    del caller  # whoever may work on incidents sees every component
    found = application_of(request).read(lambda reads: reads.components.all())
    return listed([_answer(each) for each in found], None)


@router.post("/v1/components", status_code=201, summary="Add a component")
def add_component(
    request: Request, caller: Publisher, body: NewComponentBody, once: Once
) -> ComponentAnswer:
    """The component, which stands on the page of whom it concerns from now on."""
    application = application_of(request)
    order = actions.ComponentOrder(
        name=body.name,
        about=body.about,
        place=body.place,
        scope=scope_stated(application, body),
        watched_from=body.watched_from,
    )
    return _changed(once, caller, lambda books, at: actions.add_component(books, order, at))


@router.put("/v1/components/{component}", summary="Change a component")
def change_component(
    request: Request, caller: Publisher, component: str, body: ComponentBody, once: Once
) -> ComponentAnswer:
    """The component as stated. Its history stays, and is seen by whom it concerns then."""
    scope = scope_stated(application_of(request), body)
    order = actions.ComponentOrder(name=body.name, about=body.about, place=body.place, scope=scope)
    return _changed(
        once, caller,
        lambda books, at: actions.change_component(books, component, order, at),
    )  # fmt: skip


@router.put("/v1/components/{component}/retirement", summary="Retire a component")
def retire_component(caller: Publisher, component: str, once: Once) -> ComponentAnswer:
    """The component as one that has left the page; its record is kept."""
    return _changed(once, caller, lambda books, at: actions.retire_component(books, component, at))


def scope_stated(application: Application, body: ScopeBody) -> Scope:
    """The scope of a body, its accounts by their ids."""
    accounts = frozenset(application.account_of(key) for key in body.accounts)
    return Scope(body.is_public, accounts, body.regions)


def scope_shown(scope: Scope) -> ScopeAnswer:
    """A scope as an answer tells it."""
    return {
        "is_public": scope.is_public,
        "accounts": sorted(scope.accounts),
        "regions": sorted(scope.regions),
    }


def _changed(
    once: OnceOnly, caller: Caller, act: Callable[[Records, Occasion], Component]
) -> ComponentAnswer:
    return once.act(caller, lambda records, at: _answer(act(records, at)))


def _answer(component: Component) -> ComponentAnswer:
    return {
        "id": component.id,
        "name": component.name,
        "about": component.about,
        "place": component.place,
        **scope_shown(component.scope),
        "watched_from": shown(component.watched_from),
        "retired_at": shown(component.retired_at),
    }
