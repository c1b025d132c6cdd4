"""Who works on cases: what each knows, may see and carries, and when they are there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.access.user import plain_email
from tierline.actions import agents as actions
from tierline.kernel.errors import Fault, Invalid, NotFound, TierlineError
from tierline.kernel.instants import parse_instant
from tierline.queries import routing as queries
from tierline.queries.pages import PAGE_ROWS
from tierline.routing.agent import LEVEL_NAMES, Agent
from tierline.web.badges import Badge
from tierline.web.forms import refuse_longer, sent_with, told, typed_in
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go
from tierline.web.written_hours import hours_text, stated_hours, window_text

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from tierline.store.records import Reads
    from tierline.web.visits import Form

PATH = "/agents"
LEVELS = [(str(level), f"{level}: {name}") for level, name in LEVEL_NAMES.items()]
_AT_WORK = Badge("ok", "●", "At work")
_OFF = Badge("paused", "‖", "Not at work")
_ABSENT = Badge("paused", "‖", "Away")
_DISABLED = Badge("warn", "!", "May not sign in")
_WORDS = ("skills", "regions", "clearances", "languages")
_LIMIT_CHARACTERS = 10_000
_FIELDS = (*_WORDS, "level", "capacity", "pod", "time_zone", "hours", "quiet", "absent_until")


@shown_to(Permission.work_cases)
def agents_page(visit: Visit) -> Response:
    """Everybody who works on cases, with what they have."""
    return _list(visit)


@sent_with(Permission.manage_desk)
def add(visit: Visit, form: Form) -> Response:
    """One of our own people works on cases, by their address."""
    typed = form.get("email", "").strip()[:254]
    occasion = visit.application.occasion(visit.caller.id)

    def work(records: Any) -> str:
        user = records.users.by_email(plain_email(typed))
        if user is None or user.account is not None:
            fault = Fault("unknown_user", "None of our people signs in with this address.", "email")
            raise Invalid("The agent cannot be kept as stated.", [fault])
        actions.keep_agent(records, user.id, actions.AgentDetails(), occasion)
        return str(user.id)

    try:
        user = visit.application.change(work)
    except TierlineError as error:
        return _list(visit, typed, told(error, "email"))
    return go(f"{PATH}/{user}")


@shown_to(Permission.manage_desk)
def agent_page(visit: Visit) -> Response:
    """The form of one agent."""
    user = visit.path_word("user")
    agent = visit.application.read(lambda reads: reads.routing.agent(user))
    return _form(visit, user, _written(agent))


@sent_with(Permission.manage_desk)
def keep(visit: Visit, form: Form) -> Response:
    """What an agent knows and carries from now on."""
    user = visit.path_word("user")
    typed = typed_in(form, *_FIELDS)
    occasion = visit.application.occasion(visit.caller.id)
    try:
        refuse_longer(typed, **dict.fromkeys(_FIELDS, _LIMIT_CHARACTERS))
        details = _details(typed)
        visit.application.change(
            lambda records: actions.keep_agent(records, user, details, occasion)
        )
    except TierlineError as error:
        return _form(visit, user, typed, _at_fields(told(error, "skills")))
    return go(PATH)


@sent_with(Permission.manage_desk)
def remove(visit: Visit, _: Form) -> Response:
    """They get no more cases."""
    user, occasion = visit.path_word("user"), visit.application.occasion(visit.caller.id)
    visit.application.change(lambda records: actions.forget_agent(records, user, occasion))
    return go(PATH)


def _list(visit: Visit, email: str = "", faults: tuple[Fault, ...] = ()) -> Response:
    after = visit.asked("after", 2_000) or None
    page = visit.application.read(
        lambda reads: queries.list_agents(reads.snapshot, after=after, limit=PAGE_ROWS)
    )
    return visit.page(
        "pages/agents.html",
        status=422 if faults else 200,
        rows=[
            {
                "row": row,
                "level": LEVEL_NAMES[row.agent.level].capitalize(),
                "badge": _badge(row, visit.now),
                "skills": sorted(row.agent.skills),
                "sees": [*sorted(row.agent.regions), *sorted(row.agent.clearances)],
            }
            for row in page.items
        ],
        next=page.next,
        is_first=after is None,
        may_lead=visit.caller.may(Permission.manage_desk),
        email=email,
        faults=faults,
    )


def _form(
    visit: Visit, user: str, typed: dict[str, str], faults: tuple[Fault, ...] = ()
) -> Response:
    def work(reads: Reads) -> str:
        found = reads.users.get(user)
        if found.account is not None:
            raise NotFound(f"There is no agent '{user}'.")
        return found.name

    return visit.page(
        "pages/agent.html",
        status=422 if faults else 200,
        user=user,
        name=visit.application.read(work),
        typed=typed,
        levels=LEVELS,
        faults=faults,
    )


def _badge(row: queries.AgentRow, now: datetime) -> Badge:
    if row.is_disabled:
        return _DISABLED
    if row.agent.is_absent(now):
        return _ABSENT
    return _AT_WORK if row.agent.is_at_work(now) else _OFF


def _details(typed: dict[str, str]) -> actions.AgentDetails:
    """What was typed. Raises Invalid."""
    numbers = {name: typed[name] for name in ("level", "capacity")}
    bad = [
        Fault("no_number", "This is no whole number.", name)
        for name, text in numbers.items()
        if not (text.isascii() and text.isdigit() and len(text) <= 6)
    ]
    if bad:
        raise Invalid("The agent cannot be kept as stated.", bad)
    skills, regions, clearances, languages = (tuple(typed[name].split(",")) for name in _WORDS)
    zone = typed["time_zone"] or "UTC"
    quiet = typed["quiet"]
    return actions.AgentDetails(
        level=int(typed["level"]),
        capacity=int(typed["capacity"]),
        skills=skills,
        regions=regions,
        clearances=clearances,
        languages=languages,
        pod=typed["pod"],
        absent_until=_until(typed["absent_until"]),
        hours=stated_hours(zone, typed["hours"]),
        quiet={"time_zone": zone, "week": {"mon-sun": quiet}} if quiet else None,
    )


def _until(text: str) -> datetime | None:
    """The end of an absence; a day is its beginning in UTC. Raises Invalid."""
    if not text:
        return None
    is_day = len(text) == len("2026-01-01")
    try:
        return parse_instant(f"{text}T00:00:00Z" if is_day else text)
    except Invalid as error:
        fault = Fault("bad_instant", error.message, "absent_until")
        raise Invalid("The agent cannot be kept as stated.", [fault]) from None


def _at_fields(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Each at the field that was typed: hours and quiet hours share their zone."""
    return tuple(
        replace(
            fault,
            path="time_zone" if fault.path.endswith("time_zone") else fault.path.split(".")[0],
        )
        for fault in faults
    )


def _written(agent: Agent) -> dict[str, str]:
    """What the form shows of an agent."""
    quiet = agent.quiet.week[0] if agent.quiet else ()
    zone = agent.quiet.time_zone if agent.quiet else agent.hours.time_zone
    return {
        **{name: ", ".join(sorted(getattr(agent, name))) for name in _WORDS},
        "level": str(agent.level),
        "capacity": str(agent.capacity),
        "pod": agent.pod,
        "time_zone": zone if agent.hours.always_open else agent.hours.time_zone,
        "hours": hours_text(agent.hours),
        "quiet": ", ".join(window_text(window) for window in quiet),
        "absent_until": agent.absent_until.isoformat() if agent.absent_until else "",
    }


ROUTES = [
    Route(PATH, agents_page, methods=["GET"]),
    Route(PATH, add, methods=["POST"]),
    Route(PATH + "/{user}", agent_page, methods=["GET"]),
    Route(PATH + "/{user}", keep, methods=["POST"]),
    Route(PATH + "/{user}/removal", remove, methods=["POST"]),
]
