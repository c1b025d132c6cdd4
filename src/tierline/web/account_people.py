"""The form with which a lead names the people of an account, and takes that back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.account_people import (
    PeopleDetails,
    bring_back_people,
    mark_of,
    name_people,
)
from tierline.kernel.errors import Invalid, TierlineError
from tierline.queries.account_people import earlier_people
from tierline.queries.actors import users_named
from tierline.queries.routing import colleagues
from tierline.routing.agent import LEVEL_NAMES
from tierline.routing.need import AccountNeed, OwnPeople
from tierline.web.cover import PATH as COVER
from tierline.web.forms import refuse_longer, sent_with, ticked, told, typed_in
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go
from tierline.web.whose import account_of_path
from tierline.web.written_hours import hours_text, stated_hours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.responses import Response

    from tierline.kernel.errors import Fault
    from tierline.queries.account_people import EarlierPeople
    from tierline.queries.actors import NamedUser
    from tierline.routing.agent import Agent
    from tierline.store.records import Reads
    from tierline.web.visits import Form

PATH = f"{COVER}/{{account}}"
_ALWAYS = "mon-sun 00:00-24:00"
_OFFERED_PEOPLE = 500
_SHOWN_EARLIER = 10
_GROUPS = ("engineers", "deputies")
_LIMITS = {"pod": 60, "hours": 500, "time_zone": 60}


@shown_to(Permission.manage_desk)
def people_page(visit: Visit) -> Response:
    """Who is there for an account, and who was before."""
    return _page(visit)


@sent_with(Permission.manage_desk)
def keep(visit: Visit, form: Form) -> Response:
    """Others are there for it from the next case on."""
    account = account_of_path(visit, Permission.manage_desk)
    typed: dict[str, Any] = typed_in(form, *_LIMITS)
    named = [name for name in form if name.partition(".")[0] in _GROUPS]
    chosen = {
        group: tuple(sorted(ticked(form, group, [each.partition(".")[2] for each in named])))
        for group in _GROUPS
    }
    occasion = visit.application.occasion(visit.caller.id)
    try:
        refuse_longer(typed, **_LIMITS)
        cover = stated_hours(typed["time_zone"] or "UTC", typed["hours"])
        details = PeopleDetails(**chosen, pod=typed["pod"], cover=cover)
        visit.application.change(
            lambda records: name_people(
                records, account, details, occasion, seen=form.get("seen", "")
            )
        )
    except TierlineError as error:
        return _page(visit, {**typed, **chosen}, _at_fields(told(error, "engineers")))
    return go(f"{COVER}/{account}?changed=yes")


@sent_with(Permission.manage_desk)
def end(visit: Visit, form: Form) -> Response:
    """Nobody is there for it above all."""
    return _bring_back(visit, form, lambda _, __: OwnPeople())


@sent_with(Permission.manage_desk)
def bring_back(visit: Visit, form: Form) -> Response:
    """Those of an earlier time are there for it again."""

    def found(records: Any, account: str) -> OwnPeople:
        current = records.routing.need_of(account) or AccountNeed(account=account)
        listed = earlier_people(records.snapshot, account, current.people, limit=_SHOWN_EARLIER)
        for each in listed:
            if each.id == form.get("earlier", ""):
                return each.people
        raise Invalid("These are not among those who were named before.")

    return _bring_back(visit, form, found)


def _bring_back(visit: Visit, form: Form, found: Any) -> Response:
    account = account_of_path(visit, Permission.manage_desk)
    occasion = visit.application.occasion(visit.caller.id)

    def work(records: Any) -> None:
        people = found(records, account)
        bring_back_people(records, account, people, occasion, seen=form.get("seen", ""))

    try:
        visit.application.change(work)
    except TierlineError as error:
        return _page(visit, None, _at_fields(told(error, "earlier")))
    return go(f"{COVER}/{account}?changed=yes")


def _page(
    visit: Visit, typed: dict[str, Any] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    account = account_of_path(visit, Permission.manage_desk)

    def work(reads: Reads) -> dict[str, Any]:
        found = reads.accounts.get(account)
        need = reads.routing.need_of(account) or AccountNeed(account=account)
        earlier = earlier_people(reads.snapshot, account, need.people, limit=_SHOWN_EARLIER)
        named = {*need.engineers, *need.deputies, *(each.by for each in earlier)}
        named |= {user for each in earlier for user in each.people.engineers | each.people.deputies}
        return {
            "account": found,
            "need": need,
            "earlier": earlier,
            "offered": colleagues(reads.snapshot, limit=_OFFERED_PEOPLE),
            "agents": reads.routing.agents(),
            "users": users_named(reads.snapshot, named),
        }

    found = visit.application.read(work)
    need, users = found["need"], found["users"]
    return visit.page(
        "pages/account_people.html",
        status=422 if faults else 200,
        account=found["account"],
        path=f"{COVER}/{account}",
        seen=mark_of(need.people),
        has_people=need.has_people,
        offered=_offered(found["offered"], found["agents"], need, users),
        typed=typed or _written(need.people),
        pods=sorted({agent.pod for agent in found["agents"] if agent.pod}),
        earlier=[_earlier(each, users) for each in found["earlier"]],
        was_changed=visit.asked("changed") == "yes",
        faults=faults,
    )


def _offered(
    people: Sequence[tuple[str, str]],
    agents: Sequence[Agent],
    need: AccountNeed,
    users: Mapping[str, NamedUser],
) -> list[tuple[str, str, str]]:
    """Who works on cases, with what they are; and whoever is named already, though gone by now."""
    known = {agent.user: agent for agent in agents}
    offered = [(user, name, _hint(known.get(user))) for user, name in people]
    there = {user for user, _ in people}
    gone = [user for user in sorted(need.engineers | need.deputies) if user not in there]
    names = [(user, users[user].name if user in users else user) for user in gone]
    return [*offered, *((user, name, "works on no cases any more") for user, name in names)]


def _hint(agent: Agent | None) -> str:
    if agent is None:
        return ""
    return LEVEL_NAMES[agent.level] + (f", pod {agent.pod}" if agent.pod else "")


def _written(people: OwnPeople) -> dict[str, Any]:
    """What the form shows of them."""
    cover = people.cover
    return {
        "engineers": people.engineers,
        "deputies": people.deputies,
        "pod": people.pod,
        "hours": "" if cover is None else hours_text(cover) or _ALWAYS,
        "time_zone": "" if cover is None else cover.time_zone,
    }


def _earlier(each: EarlierPeople, users: Mapping[str, NamedUser]) -> dict[str, Any]:
    def named(ids: frozenset[str]) -> list[str]:
        return sorted(users[user].name if user in users else user for user in ids)

    people = each.people
    cover = people.cover
    return {
        "id": each.id,
        "at": each.at,
        "by": users[each.by].name if each.by in users else each.by,
        "people": [*named(people.engineers), *([f"the pod {people.pod}"] if people.pod else [])],
        "deputies": named(people.deputies),
        "cover": "" if cover is None else hours_text(cover) or "At any hour",
    }


def _at_fields(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Each at the field that was typed: those of cover hours name the place in them."""
    at = {"time_zone": "time_zone", "week": "hours", "cover": "hours"}
    return tuple(
        replace(
            fault,
            path=next((field for part, field in at.items() if part in fault.path), fault.path),
        )
        for fault in faults
    )


ROUTES = [
    Route(PATH, people_page, methods=["GET"]),
    Route(PATH, keep, methods=["POST"]),
    Route(f"{PATH}/end", end, methods=["POST"]),
    Route(f"{PATH}/versions", bring_back, methods=["POST"]),
]
