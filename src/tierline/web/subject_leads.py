"""Who leads which subject: domain by tier, red where nobody does, each cell with a form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import subject_leads as actions
from tierline.kernel.errors import Fault, Invalid, NotFound, TierlineError
from tierline.queries.actors import users_named
from tierline.queries.routing import colleagues
from tierline.routing.subject_leads import lead_hours, people_of
from tierline.web.badges import Badge
from tierline.web.forms import needed_text, sent_with, ticked, told, typed_in, whole_number
from tierline.web.offered import tiers_offered
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go
from tierline.web.written_hours import hours_text, stated_hours

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

    from tierline.queries.actors import NamedUser
    from tierline.routing.subject_leads import Domain, SubjectLeads, TierLeads
    from tierline.store.records import Reads
    from tierline.web.visits import Form

PATH = "/subject-leads"
_DOMAIN = PATH + "/{domain}"
_CELL = _DOMAIN + "/tiers/{tier}"
_COLLEAGUES_LIMIT = 500
_SHOWN_VERSIONS = 10
_NOBODY = ("", "Nobody")
_NAME_LIMIT_CHARACTERS = 60
_MISSING = {"lead": Badge("breach", "×", "No lead"), "deputy": Badge("breach", "×", "No deputy")}
_GONE = Badge("breach", "×", "May sign in no more")
Stated = dict[str, Any]
"""The domains as they are published."""
Offered = dict[str, dict[str, str]]


@shown_to(Permission.work_cases)
def leads_page(visit: Visit) -> Response:
    """Every domain with its lead and deputy for each tier."""
    return _page(visit)


@sent_with(Permission.manage_desk)
def add(visit: Visit, form: Form) -> Response:
    """A new domain, named as the team calls it; nobody leads it yet."""
    typed = typed_in(form, "name")

    def change(stated: Stated) -> None:
        name = needed_text(typed, "name", _NAME_LIMIT_CHARACTERS)
        keys = {each["key"] for each in stated["domains"]}
        stated["domains"].append({"key": _key_of(name, keys), "name": name})

    try:
        _change(visit, form, change)
    except TierlineError as error:
        return _page(visit, typed, told(error, "name"))
    return go(f"{PATH}?changed=yes")


@sent_with(Permission.manage_desk)
def bring_back(visit: Visit, form: Form) -> Response:
    """An earlier version is in force again: what was changed last is undone, or more."""
    number, occasion = (
        whole_number(form.get("number", "")) or 0,
        visit.application.occasion(visit.caller.id),
    )
    seen = whole_number(form.get("seen", "")) or 0
    try:
        visit.application.change(
            lambda records: actions.bring_back(records, number, occasion, seen=seen)
        )
    except TierlineError as error:
        return _page(visit, {}, told(error, "versions"))
    return go(f"{PATH}?changed=yes")


@shown_to(Permission.manage_desk)
def domain_page(visit: Visit) -> Response:
    """What a domain is called, and the topics and skills that it stands for."""
    return _domain_form(visit)


@sent_with(Permission.manage_desk)
def keep_domain(visit: Visit, form: Form) -> Response:
    """It is called otherwise, or stands for other things."""
    key, typed = visit.path_word("domain"), typed_in(form, "name")
    offered = visit.application.read(lambda reads: _offered(reads, _found(reads, key)[1]))
    chosen = {name: sorted(ticked(form, name, among)) for name, among in offered.items()}

    def change(stated: Stated) -> None:
        domain = _stated_domain(stated, key)
        domain["name"] = needed_text(typed, "name", _NAME_LIMIT_CHARACTERS)
        domain |= chosen

    try:
        _change(visit, form, change)
    except TierlineError as error:
        return _domain_form(visit, {**typed, **chosen}, told(error, "name"))
    return go(f"{PATH}?changed=yes")


@sent_with(Permission.manage_desk)
def remove_domain(visit: Visit, form: Form) -> Response:
    """It is asked no more; what was called in for it stays."""
    key = visit.path_word("domain")

    def change(stated: Stated) -> None:
        stated["domains"].remove(_stated_domain(stated, key))

    try:
        _change(visit, form, change)
    except TierlineError as error:
        return _domain_form(visit, None, told(error, "name"))
    return go(f"{PATH}?changed=yes")


@shown_to(Permission.manage_desk)
def cell_page(visit: Visit) -> Response:
    """Who leads a domain for one tier."""
    return _cell_form(visit)


@sent_with(Permission.manage_desk)
def keep_cell(visit: Visit, form: Form) -> Response:
    """Somebody else leads, stands in, or is called at other hours."""
    key, tier = visit.path_word("domain"), visit.path_word("tier")
    typed = typed_in(form, "lead", "deputy", "time_zone", "hours")

    def change(stated: Stated) -> None:
        hours = stated_hours(typed["time_zone"] or "UTC", typed["hours"])
        people = {part: typed[part] or None for part in ("lead", "deputy")}
        _stated_domain(stated, key).setdefault("tiers", {})[tier] = {**people, "hours": hours}

    try:
        _change(visit, form, change)
    except TierlineError as error:
        faults = tuple(_at_field(fault) for fault in told(error, "lead"))
        return _cell_form(visit, typed, faults)
    return go(f"{PATH}?changed=yes")


def _change(visit: Visit, form: Form, change: Callable[[Stated], None]) -> None:
    """Publish what was in force, changed; the form says which version its sender had seen."""
    occasion, seen = (
        visit.application.occasion(visit.caller.id),
        whole_number(form.get("seen", "")) or 0,
    )

    def work(records: Any) -> None:
        stated = records.subject_leads.newest()[1].model_dump(mode="json")
        change(stated)
        actions.change_leads(records, stated, occasion, seen=seen)

    visit.application.change(work)


def _stated_domain(stated: Stated, key: str) -> Stated:
    for each in stated["domains"]:
        if each["key"] == key:
            found: Stated = each
            return found
    raise NotFound(f"There is no domain '{key}'.")


def _page(
    visit: Visit, typed: Mapping[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    def work(reads: Reads) -> dict[str, Any]:
        number, leads = reads.subject_leads.newest()
        versions = reads.subject_leads.versions(_SHOWN_VERSIONS + 1)
        named = {person for _, person in people_of(leads)} | {each.by for each in versions}
        return {
            "number": number,
            "leads": leads,
            "tiers": tiers_offered(reads),
            "users": users_named(reads.snapshot, named),
            "there": reads.routing.our_users(named),
            "versions": versions[1:],
        }

    found = visit.application.read(work)
    leads: SubjectLeads = found.pop("leads")
    users, there = found["users"], found.pop("there")
    rows = [
        (domain, [(tier, _cell(domain.of_tier(tier), users, there)) for tier in found["tiers"]])
        for domain in leads.domains
    ]
    return visit.page(
        "pages/subject_leads.html",
        status=422 if faults else 200,
        rows=rows,
        red=sum(cell["is_red"] for _, cells in rows for _, cell in cells),
        cells=sum(len(cells) for _, cells in rows),
        was_changed=visit.asked("changed") == "yes",
        may_lead=visit.caller.may(Permission.manage_desk),
        typed=typed or {},
        faults=faults,
        **found,
    )


def _cell(leads: TierLeads, users: Mapping[str, NamedUser], there: Mapping[str, str]) -> Stated:
    people = []
    for part, person in (("lead", leads.lead), ("deputy", leads.deputy)):
        badge = _MISSING[part] if person is None else None if person in there else _GONE
        name = users[person].name if person is not None and person in users else ""
        people.append({"part": part, "name": name, "badge": badge})
    hours = lead_hours(leads)
    return {
        "people": people,
        "hours": "" if hours is None else f"{hours_text(hours)} ({hours.time_zone})",
        "is_red": any(each["badge"] for each in people),
    }


def _domain_form(
    visit: Visit, typed: Stated | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    key = visit.path_word("domain")

    def work(reads: Reads) -> tuple[int, Domain, Offered]:
        number, domain = _found(reads, key)
        return number, domain, _offered(reads, domain)

    number, domain, offered = visit.application.read(work)
    stated = {"name": domain.name, "topics": domain.topics, "skills": domain.skills}
    return visit.page(
        "pages/subject_lead_domain.html",
        status=422 if faults else 200,
        number=number,
        domain=domain,
        offered={
            name: [(each, words, "") for each, words in found.items()]
            for name, found in offered.items()
        },
        typed=typed or stated,
        faults=faults,
    )


def _offered(reads: Reads, domain: Domain) -> Offered:
    """The topics and skills that a domain may stand for, by key with their names: those that there
    are, and those that it names already."""
    guide, agents = reads.guides.newest()[1], reads.routing.agents()
    topics = {key: topic.name for key, topic in guide.topics.items()}
    skills = {skill for agent in agents for skill in agent.skills} | set(domain.skills)
    return {
        "topics": {key: key for key in domain.topics} | topics,
        "skills": {skill: skill for skill in sorted(skills)},
    }


def _cell_form(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    key, tier = visit.path_word("domain"), visit.path_word("tier")

    def work(reads: Reads) -> tuple[int, Domain, str, list[tuple[str, str]]]:
        number, domain = _found(reads, key)
        tiers = tiers_offered(reads)
        if tier not in tiers:
            raise NotFound(f"No catalog has the tier '{tier}'.")
        people = colleagues(reads.snapshot, limit=_COLLEAGUES_LIMIT)
        held = domain.of_tier(tier)
        others = {held.lead, held.deputy} - {user for user, _ in people} - {None}
        named = users_named(reads.snapshot, {str(each) for each in others})
        return number, domain, tiers[tier], [
            _NOBODY, *people, *((user, found.name) for user, found in named.items()),
        ]  # fmt: skip

    number, domain, tier_name, people = visit.application.read(work)
    held = domain.of_tier(tier)
    hours = lead_hours(held)
    stated = {
        "lead": held.lead or "",
        "deputy": held.deputy or "",
        "time_zone": "" if hours is None else hours.time_zone,
        "hours": "" if hours is None else hours_text(hours),
    }
    return visit.page(
        "pages/subject_lead_cell.html",
        status=422 if faults else 200,
        number=number,
        domain=domain,
        tier=tier,
        tier_name=tier_name,
        people=people,
        typed=typed or stated,
        faults=faults,
    )


def _found(reads: Reads, key: str) -> tuple[int, Domain]:
    number, leads = reads.subject_leads.newest()
    domain = leads.domain(key)
    if domain is None:
        raise NotFound(f"There is no domain '{key}'.")
    return number, domain


def _key_of(name: str, taken: set[str]) -> str:
    """A key of a name that no other domain has. Raises Invalid where no letter begins it."""
    key = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    if not key[:1].isalpha():
        fault = Fault("bad_name", "A domain is called by a word that begins with a letter.", "name")
        raise Invalid("The domain cannot be added.", [fault])
    numbered = (f"{key}_{number}" for number in range(2, 1_000))
    return key if key not in taken else next(each for each in numbered if each not in taken)


def _at_field(fault: Fault) -> Fault:
    """At the field that was typed: faults of the register name the place in it."""
    fields = ("time_zone", "hours", "deputy", "lead")
    at = next((name for name in fields if name in fault.path), "lead")
    return Fault(fault.code, fault.message, at, fault.write_instead)


ROUTES = [
    Route(PATH, leads_page, methods=["GET"]),
    Route(PATH, add, methods=["POST"]),
    Route(f"{PATH}/versions", bring_back, methods=["POST"]),
    Route(_DOMAIN, domain_page, methods=["GET"]),
    Route(_DOMAIN, keep_domain, methods=["POST"]),
    Route(f"{_DOMAIN}/removal", remove_domain, methods=["POST"]),
    Route(_CELL, cell_page, methods=["GET"]),
    Route(_CELL, keep_cell, methods=["POST"]),
]
