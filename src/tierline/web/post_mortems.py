"""Post-mortems: who owes one, writing and publishing it, and what its customer reads."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import post_mortems as actions
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.post_mortems import (
    begun_of_case,
    begun_of_incident,
    facts_known,
    preview,
    told_of_case,
)
from tierline.cases.customer_markdown import (
    ACTIONS,
    HEADINGS,
    REACHED,
    VERDICTS,
    in_words,
    markdown_of,
)
from tierline.cases.event import EventKind
from tierline.cases.post_mortem import OURS, TOLD, ActionState, DebtState, Part, lacks
from tierline.cases.timeline import INCIDENT_UPDATE
from tierline.catalog.words_clock import MILESTONE_NAMES
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.languages.language import ENGLISH, Language
from tierline.queries import post_mortems as queries
from tierline.queries.actors import users_named
from tierline.web.badges import Badge
from tierline.web.case_page import local
from tierline.web.forms import download, field, refuse_longer, sent_with, told, typed_in
from tierline.web.post_mortem_effect import helped
from tierline.web.post_mortem_panel import OVERDUE, STATES, badge_of
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.cases.customer_version import CustomerVersion
    from tierline.cases.timeline import TimelineEntry
    from tierline.store.records import Reads, Records
    from tierline.web.visits import Form

PATH = "/post-mortems"
TEXT_LIMIT_CHARACTERS, MODE_LIMIT_CHARACTERS, ACTION_LIMIT_CHARACTERS = 20_000, 100, 300
_ACTIONS = {
    ActionState.open: Badge("ok", "●", "Open"),
    ActionState.done: Badge("ok", "✓", "Done"),
    ActionState.dropped: Badge("paused", "–", "Dropped"),
}
_NEEDED = "Needed before it goes out."
_LABELS = {
    Part.what_happened: ("What happened", _NEEDED),
    Part.root_cause: ("Root cause", f"Why it could happen, not who did it. {_NEEDED}"),
    Part.went_well: ("What went well", ""),
    Part.went_badly: ("What went badly", ""),
    Part.luck: ("Where we were lucky", ""),
    Part.told_what_happened: ("What happened, for the customer", _NEEDED),
    Part.told_cause: ("Why it happened, for the customer", _NEEDED),
    Part.told_prevention: ("What we do so that it does not happen again", _NEEDED),
}
_FIELDS = ("title", "owner", "due_on")
_BESIDE = {
    "assigned": "Given to",
    "escalated": "Climbed to",
    "queued": "Into the queue:",
    "called_in": "Called in",
    "call_in_acknowledged": "Comes, as called in:",
    "call_in_arrived": "Is there, as called in:",
}
_MESSAGE, _THEIRS = EventKind.customer_message.name, "The customer wrote"
"""Of the customer one is told so; they themselves read that they wrote."""
_WITH_VALUE = frozenset({"escalated", "called_in", "call_in_acknowledged", "call_in_arrived"})


@shown_to(Permission.work_cases)
def list_page(visit: Visit) -> Response:
    """Cases that owe one, and open actions: of everybody, or of `?owner=`."""
    after, owner = visit.asked("after", 2_000), visit.asked("owner")

    def work(reads: Reads) -> tuple[Any, Any]:
        return (
            queries.list_debts(reads.snapshot, after=after or None),
            queries.list_actions(reads.snapshot, visit.now, owner=owner or None),
        )

    debts, open_actions = visit.application.read(work)
    return visit.page(
        "pages/post_mortems.html",
        rows=[{"row": row, "badge": badge_of(row.debt, visit.now)} for row in debts.items],
        next=debts.next,
        is_first=not after,
        actions=[_action(row, visit) for row in open_actions.items],
        more_actions=open_actions.next is not None,
        owner=owner,
    )


@sent_with(Permission.work_cases)
def begin(visit: Visit, form: Form) -> Response:
    """A post-mortem of a case, or of an incident's cases."""
    case, incident = form.get("case", ""), form.get("incident", "")
    occasion = visit.application.occasion(visit.caller.id)

    def work(records: Records) -> str:
        if incident:
            return begun_of_incident(records, incident, occasion).id
        seen_case(records, case, visit.caller, Permission.work_cases)
        return begun_of_case(records, case, occasion).id

    return go(f"{PATH}/{visit.application.change(work)}")


@shown_to(Permission.work_cases)
def page(visit: Visit) -> Response:
    """One post-mortem, to write and to follow."""
    return _shown(visit)


@sent_with(Permission.work_cases)
def write(visit: Visit, form: Form) -> Response:
    """A new version."""
    names = ("failure_mode", *(part.value for part in Part))
    typed = {name: form.get(name, "") for name in names}
    limits = {part.value: TEXT_LIMIT_CHARACTERS for part in Part}
    order = actions.TextOrder(
        texts={part: typed[part.value] for part in Part}, failure_mode=typed["failure_mode"]
    )

    def work(records: Records, at: Occasion) -> object:
        refuse_longer(typed, failure_mode=MODE_LIMIT_CHARACTERS, **limits)
        return actions.write_version(records, _named(visit), order, at)

    return _done(visit, typed, "failure_mode", work)


@sent_with(Permission.publish_post_mortems)
def publish(visit: Visit, _: Form) -> Response:
    """The latest version goes out."""
    address = visit.application.access.address
    return _done(
        visit, {}, "told_what_happened",
        lambda records, at: actions.publish_post_mortem(
            records, _named(visit), at, address=address
        ),
    )  # fmt: skip


@sent_with(Permission.work_cases)
def add_action(visit: Visit, form: Form) -> Response:
    """A new action."""
    typed = typed_in(form, *_FIELDS)

    def work(records: Records, at: Occasion) -> object:
        refuse_longer(typed, title=ACTION_LIMIT_CHARACTERS)
        order = actions.ActionOrder(
            title=_stated(typed["title"], "title"),
            owner=typed["owner"],
            due_on=_day(typed["due_on"]),
            is_told=bool(form.get("is_told")),
        )
        return actions.add_action(records, _named(visit), order, at)

    return _done(visit, typed, "title", work)


@sent_with(Permission.work_cases)
def close_action(visit: Visit, form: Form) -> Response:
    """An action is done, or dropped."""
    state = ActionState.done if form.get("state") == "done" else ActionState.dropped
    return _done(
        visit, {}, "actions",
        lambda records, at: actions.close_action(
            records, visit.path_word("action"), state, field(form, "reason"), at
        ),
    )  # fmt: skip


@shown_to(Permission.read_cases)
def told_page(visit: Visit) -> Response:
    """What the customer of a case reads."""
    version = _told(visit)
    at = version.published_at
    return visit.page(
        "pages/post_mortem_told.html",
        published=None if at is None else local(at, version.time_zone),
        **_face(version, visit.language),
    )


@shown_to(Permission.read_cases)
def told_file(visit: Visit) -> Response:
    """The same as Markdown, to keep."""
    version = _told(visit)
    body = markdown_of(version, visit.language).encode()
    return download(f"post-mortem-{version.number}.md", body, "text/markdown; charset=utf-8")


def _told(visit: Visit) -> CustomerVersion:
    case = visit.path_word("case")
    return visit.application.read(lambda reads: told_of_case(reads, case, visit.caller))


def _done(
    visit: Visit,
    typed: dict[str, str],
    about: str,
    act: Callable[[Records, Occasion], object],
) -> Response:
    occasion = visit.application.occasion(visit.caller.id)
    try:
        visit.application.change(lambda records: act(records, occasion))
    except TierlineError as error:
        return _shown(visit, typed, told(error, about))
    return go(f"{PATH}/{_named(visit)}")


def _shown(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    def work(reads: Reads) -> dict[str, Any]:
        found = reads.post_mortems.get(_named(visit))
        known = facts_known(reads, found, visit.now)
        users = {entry.user for each in known for entry in each.timeline if entry.user}
        names = {user: each.name for user, each in users_named(reads.snapshot, users).items()}
        mode, version = found.latest.failure_mode, preview(reads, found, visit.now)
        zone = version.time_zone if len(known) == 1 else ""
        return {
            "found": found,
            "case_facts": known,
            "stories": [_story(each.timeline, zone, names, is_ours=True) for each in known],
            "people": queries.our_people(reads.snapshot),
            "modes": queries.failure_modes(reads.snapshot),
            "earlier": queries.earlier_cases(reads.snapshot, mode, but=found.cases),
            "actions": [
                _action(row, visit)
                for row in queries.actions_of(reads.snapshot, found.id, visit.now)
            ],
            **_face(version, visit.language),
        }

    shown = visit.application.read(work)
    found = shown["found"]
    latest = found.latest
    kept = {part.value: latest.text(part) for part in Part} | {"failure_mode": latest.failure_mode}
    return visit.page(
        "pages/post_mortem.html",
        status=422 if faults else 200,
        badge=STATES[DebtState.published if latest.publication else DebtState.drafted],
        lacks=[_named_part(each) for each in lacks(latest)],
        ours=[(part.value, *_LABELS[part]) for part in OURS],
        told=[(part.value, *_LABELS[part]) for part in TOLD],
        typed=dict.fromkeys(_FIELDS, "") | kept | (typed or {}),
        faults=faults,
        labels={part: words for part, (words, _) in _LABELS.items()},
        may_publish=visit.caller.may(Permission.publish_post_mortems),
        **shown,
    )


def _face(version: CustomerVersion, language: Language) -> dict[str, Any]:
    return {
        "version": version,
        "reached_words": REACHED,
        "verdict_words": VERDICTS,
        "action_words": ACTIONS,
        "milestone_words": {kind.value: words for kind, words in MILESTONE_NAMES.items()},
        "told_parts": [(heading, version.texts[part]) for part, heading in HEADINGS.items()],
        "told_story": _story(version.timeline, version.time_zone, {}, language),
    }


def _story(
    timeline: Iterable[TimelineEntry],
    zone: str,
    names: dict[str, str],
    language: Language = ENGLISH,
    *,
    is_ours: bool = False,
) -> list[dict[str, Any]]:
    return [
        {
            "at": local(each.at, zone),
            "words": _THEIRS
            if is_ours and each.what == _MESSAGE
            else _told_line(each, names, language),
            "is_public": each.is_public,
        }
        for each in timeline
    ]


def _told_line(entry: TimelineEntry, names: dict[str, str], language: Language) -> str:
    if entry.what in EventKind.__members__ or entry.what == INCIDENT_UPDATE:
        return in_words(entry, language)
    return _beside(entry, names)


def _beside(entry: TimelineEntry, names: dict[str, str]) -> str:
    words = _BESIDE.get(entry.what, entry.what.replace("_", " ").capitalize())
    value, name = entry.value.replace("_", " "), names.get(entry.user, "")
    if entry.what in _WITH_VALUE and name:
        return f"{words} {name} ({value})"
    return f"{words} {name or value}".strip()


def _action(row: queries.ActionRow, visit: Visit) -> dict[str, Any]:
    is_late = row.action.is_overdue(visit.now)
    return {
        "helped": None if row.recurrence is None else helped(row.recurrence),
        "row": row,
        "is_late": is_late,
        "badge": OVERDUE if is_late else _ACTIONS[row.action.state],
        "is_open": row.action.state is ActionState.open,
    }


def _named(visit: Visit) -> str:
    return visit.path_word("post_mortem")


def _named_part(name: str) -> str:
    return _LABELS[Part(name)][0].lower() if name in Part.__members__ else "the failure mode"


def _stated(text: str, name: str) -> str:
    if not text:
        fault = Fault("missing", "Write what is done.", name)
        raise Invalid("The action cannot be kept as stated.", [fault])
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fault = Fault("no_day", "This is no day.", "due_on", "Write it as in 2026-03-31.")
        raise Invalid("The action cannot be kept as stated.", [fault]) from None


ROUTES = [
    Route(PATH, list_page, methods=["GET"]),
    Route(PATH, begin, methods=["POST"]),
    Route(PATH + "/{post_mortem}", page, methods=["GET"]),
    Route(PATH + "/{post_mortem}/versions", write, methods=["POST"]),
    Route(PATH + "/{post_mortem}/publication", publish, methods=["POST"]),
    Route(PATH + "/{post_mortem}/actions", add_action, methods=["POST"]),
    Route(PATH + "/{post_mortem}/actions/{action}/closure", close_action, methods=["POST"]),
    Route("/cases/{case}/post-mortem", told_page, methods=["GET"]),
    Route("/cases/{case}/post-mortem.md", told_file, methods=["GET"]),
]
