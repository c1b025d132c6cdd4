"""Components of the status page: which there are, whom they concern, and what is said of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import components as actions
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.web.forms import needed_title, refuse_longer, sent_with, told, typed_in
from tierline.web.incident_forms import Typed, change_so, scope_of, whom_in_words
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.status.component import Component
    from tierline.store.records import Reads, Records
    from tierline.web.visits import Form

PATH = "/components"
_COMPONENT = PATH + "/{component}"
_ABOUT_LIMIT_CHARACTERS = 1_000


@shown_to(Permission.work_incidents)
def components_page(visit: Visit) -> Response:
    """Which components there are, and whom they concern."""
    return _components(visit, Typed())


@sent_with(Permission.publish_incidents)
def add_component(visit: Visit, form: Form) -> Response:
    """A new component."""
    return _component_done(visit, form, actions.add_component)


@sent_with(Permission.publish_incidents)
def change_component(visit: Visit, form: Form) -> Response:
    """A component as it is to be."""
    component = visit.path_word("component")
    return _component_done(
        visit, form,
        lambda records, order, at: actions.change_component(
            records, component, order, at
        ),
    )  # fmt: skip


@sent_with(Permission.publish_incidents)
def retire_component(visit: Visit, _: Form) -> Response:
    """A component leaves the page."""
    component = visit.path_word("component")
    change_so(visit, lambda records, at: actions.retire_component(records, component, at))
    return go(PATH)


def _component_done(
    visit: Visit,
    form: Form,
    act: Callable[[Records, actions.ComponentOrder, Occasion], Component],
) -> Response:
    names = ("name", "about", "place", "accounts", "regions", "is_private", "of")
    typed = typed_in(form, *names)
    try:
        place = typed["place"] or "0"
        if not place.isdecimal() or len(place) > 4:
            fault = Fault("not_whole", "Write a whole number up to 9999.", "place")
            raise Invalid("The component cannot be kept.", [fault])
        refuse_longer(typed, about=_ABOUT_LIMIT_CHARACTERS)
        order = actions.ComponentOrder(
            name=needed_title(typed, "name"),
            about=typed["about"],
            place=int(place),
            scope=scope_of(visit, typed),
        )
        change_so(visit, lambda records, at: act(records, order, at))
    except TierlineError as error:
        return _components(visit, Typed(typed, told(error, "name")))
    return go(PATH)


def _components(visit: Visit, typed: Typed) -> Response:
    def work(reads: Reads) -> list[dict[str, Any]]:
        found = reads.components.all()
        named = sorted({account for each in found for account in each.scope.accounts})
        accounts = reads.accounts.of_ids(named)
        return [
            {
                "component": each,
                "whom": whom_in_words(
                    each.scope, [accounts[one].name for one in sorted(each.scope.accounts)]
                ),
                "accounts": ", ".join(sorted(each.scope.accounts)),
                "regions": ", ".join(sorted(each.scope.regions)),
            }
            for each in found
        ]

    return visit.page(
        "pages/components.html",
        status=422 if typed.faults else 200,
        typed=typed,
        rows=visit.application.read(work),
        may_publish=visit.caller.may(Permission.publish_incidents),
    )


ROUTES = [
    Route(PATH, components_page, methods=["GET"]),
    Route(PATH, add_component, methods=["POST"]),
    Route(_COMPONENT, change_component, methods=["POST"]),
    Route(f"{_COMPONENT}/retirement", retire_component, methods=["POST"]),
]
