"""The customer's version of a post-mortem as Markdown, to be kept and passed on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tierline.calendars.local_time import zone_named
from tierline.cases.case_facts import Reach
from tierline.cases.event import EventKind
from tierline.cases.post_mortem import ActionState, Part
from tierline.cases.timeline import INCIDENT_UPDATE
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words_clock import milestone_name
from tierline.languages.language import ENGLISH, Language, message

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.customer_version import CustomerVersion
    from tierline.cases.timeline import TimelineEntry

HEADINGS = {
    Part.told_what_happened: message("What happened"),
    Part.told_cause: message("Why it happened"),
    Part.told_prevention: message("What we do so that it does not happen again"),
}
HAPPENED = {
    EventKind.opened: message("The case was raised"),
    EventKind.severity_set: message("Severity agreed"),
    EventKind.severity_changed: message("Severity changed"),
    EventKind.tier_changed: message("Held to a better promise"),
    EventKind.acknowledged: message("We had it"),
    EventKind.public_reply: message("We wrote"),
    EventKind.private_note: message("A note"),
    EventKind.automatic_reply: message("A machine wrote"),
    EventKind.customer_message: message("You wrote"),
    EventKind.paused: message("It waited"),
    EventKind.paused_without_question: message("It waited"),
    EventKind.resumed: message("It went on"),
    EventKind.restored: message("Service worked again"),
    EventKind.resolved: message("Resolved"),
    EventKind.reopened: message("Opened again"),
    EventKind.closed: message("Closed"),
    EventKind.post_mortem_published: message("The post-mortem was published"),
    EventKind.identified: message("We found out whose case it is"),
}
"""What a customer reads of each fact."""
PHASES = {
    "open": message("Open"),
    "identified": message("Identified"),
    "monitoring": message("Monitoring"),
    "resolved": message("Resolved"),
}
"""The phases of an incident, as the status page says them."""
REACHED = {
    Reach.acknowledged: message("Acknowledged"),
    Reach.answered: message("Answered"),
    Reach.restored: message("Restored"),
    Reach.resolved: message("Resolved"),
}
VERDICTS = {
    "met": message("Met"),
    "missed": message("Missed"),
    "running": message("Running"),
    "paused": message("Paused"),
}
ACTIONS = {
    ActionState.open: message("open"),
    ActionState.done: message("done"),
    ActionState.dropped: message("dropped"),
}


def in_words(entry: TimelineEntry, language: Language = ENGLISH) -> str:
    """What happened, for a customer."""
    if entry.what == INCIDENT_UPDATE:
        phase = PHASES.get(entry.value)
        words = language.phrase(message("We published an update on the incident"))
        return f"{words}: {language.phrase(phase)}" if phase else words
    words = language.phrase(HAPPENED[EventKind[entry.what]])
    return f"{words}: {entry.value.replace('_', ' ')}" if entry.value else words


def markdown_of(version: CustomerVersion, language: Language = ENGLISH) -> str:
    """All of it, with instants in the customer's own time zone."""
    return "\n".join(_lines(version, language)) + "\n"


def _lines(version: CustomerVersion, language: Language) -> Iterator[str]:
    phrase = language.phrase
    title = phrase("Post-mortem of case %(number)s", number=version.number)
    yield f"# {title}: {_plain(version.subject)}"
    yield ""
    severity = phrase("Severity %(severity)s.", severity=_plain(version.severity))
    if version.published_at is None:
        published = phrase("Version %(number)s, not published.", number=version.version)
    else:
        at = _local(version, version.published_at, language)
        published = phrase(
            "Published %(moment)s, version %(number)s.", moment=at, number=version.version
        )
    yield f"{severity} {published}"
    for part, heading in HEADINGS.items():
        yield from ("", f"## {phrase(heading)}", "", version.texts.get(part, "").strip())
    yield from _impact(version, language)
    yield from _clocks(version, language)
    yield from ("", f"## {phrase('When')}", "", *_head(language, "When", message("What")))
    for entry in version.timeline:
        at, what = _local(version, entry.at, language), _plain(in_words(entry, language))
        yield f"| {at} | {what} |"
    if version.actions:
        yield from ("", f"## {phrase('What is done about it')}", "")
        yield from _head(language, "What", message("Due"), message("State"))
    for action in version.actions:
        due, state = language.day(action.due_on), phrase(ACTIONS[action.state])
        yield f"| {_plain(action.title)} | {due} | {state} |"


def _head(language: Language, *names: str) -> tuple[str, str]:
    """The head of a table, and the line below it."""
    said = (language.phrase(name) for name in names)
    return f"| {' | '.join(said)} |", "|---" * len(names) + "|"


def _impact(version: CustomerVersion, language: Language) -> Iterator[str]:
    yield from ("", f"## {language.phrase('How long it took')}", "")
    yield from _head(language, message("Until it was"), message("Time"), message("Open time"))
    for each in version.reached:
        held = "-" if each.open_seconds is None else language.open_length(each.open_seconds)
        what = language.phrase(REACHED[each.what])
        yield f"| {what} | {language.length(each.elapsed_seconds)} | {held} |"


def _clocks(version: CustomerVersion, language: Language) -> Iterator[str]:
    if not version.clocks:
        return
    yield from ("", f"## {language.phrase('What was promised')}", "")
    names = (message("Milestone"), message("Target"), message("Used"), message("Verdict"))
    yield from _head(language, *names)
    for each in version.clocks:
        verdict = language.phrase(VERDICTS[each.verdict])
        if each.missed_by_seconds:
            verdict = language.phrase(
                "%(verdict)s, over by %(length)s",
                verdict=verdict, length=language.length(each.missed_by_seconds),
            )  # fmt: skip
        name = milestone_name(MilestoneKind(each.milestone), language)
        target, used = language.length(each.target_seconds), language.length(each.used_seconds)
        yield f"| {name} | {target} | {used} | {verdict} |"


def _local(version: CustomerVersion, at: datetime, language: Language) -> str:
    """On the customer's own clock."""
    return language.moment(at.astimezone(zone_named(version.time_zone or "UTC")))


def _plain(text: str) -> str:
    """One line that breaks no table and is no markup."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(text.split()))
