"""The customer's version of a post-mortem as Markdown, to be kept and passed on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tierline.calendars.local_time import zone_named
from tierline.cases.event import EventKind
from tierline.cases.post_mortem import Part
from tierline.kernel.durations import in_words as in_length

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.customer_version import CustomerVersion
    from tierline.cases.timeline import TimelineEntry

HEADINGS = {
    Part.told_what_happened: "What happened",
    Part.told_cause: "Why it happened",
    Part.told_prevention: "What we do so that it does not happen again",
}
HAPPENED = {
    EventKind.opened: "The case was raised",
    EventKind.severity_set: "Severity agreed",
    EventKind.severity_changed: "Severity changed",
    EventKind.tier_changed: "Held to a better promise",
    EventKind.acknowledged: "We had it",
    EventKind.public_reply: "We wrote",
    EventKind.private_note: "A note",
    EventKind.automatic_reply: "A machine wrote",
    EventKind.customer_message: "You wrote",
    EventKind.paused: "It waited",
    EventKind.paused_without_question: "It waited",
    EventKind.resumed: "It went on",
    EventKind.restored: "Service worked again",
    EventKind.resolved: "Resolved",
    EventKind.reopened: "Opened again",
    EventKind.closed: "Closed",
    EventKind.post_mortem_published: "The post-mortem was published",
    EventKind.identified: "We found out whose case it is",
}
"""What a customer reads of each fact."""


def in_words(entry: TimelineEntry) -> str:
    """What happened, for a customer."""
    words = HAPPENED[EventKind[entry.what]]
    return f"{words}: {entry.value.replace('_', ' ')}" if entry.value else words


def markdown_of(version: CustomerVersion) -> str:
    """All of it, with instants in the customer's own time zone."""
    return "\n".join(_lines(version)) + "\n"


def _lines(version: CustomerVersion) -> Iterator[str]:
    yield f"# Post-mortem of case {version.number}: {_plain(version.subject)}"
    yield ""
    yield f"Severity {_plain(version.severity)}. Version {version.version}, " + (
        f"published {_local(version, version.published_at)}."
        if version.published_at
        else "not published."
    )
    for part, heading in HEADINGS.items():
        yield from ("", f"## {heading}", "", version.texts.get(part, "").strip())
    yield from _impact(version)
    yield from _clocks(version)
    yield from ("", "## When", "", "| when | what |", "|---|---|")
    for entry in version.timeline:
        yield f"| {_local(version, entry.at)} | {_plain(in_words(entry))} |"
    if version.actions:
        yield from ("", "## Actions", "", "| what | due | state |", "|---|---|---|")
    for action in version.actions:
        yield f"| {_plain(action.title)} | {action.due_on} | {action.state.value} |"


def _impact(version: CustomerVersion) -> Iterator[str]:
    yield from ("", "## How long it took", "", "| until | time | open time |")
    yield "|---|---|---|"
    for each in version.reached:
        held = "-" if each.open_seconds is None else in_length(each.open_seconds)
        yield f"| {each.what.value} | {in_length(each.elapsed_seconds)} | {held} |"


def _clocks(version: CustomerVersion) -> Iterator[str]:
    if not version.clocks:
        return
    yield from ("", "## What was promised", "", "| milestone | target | used | verdict |")
    yield "|---|---|---|---|"
    for each in version.clocks:
        missed = f", by {in_length(each.missed_by_seconds)}" if each.missed_by_seconds else ""
        name = each.milestone.replace("_", " ")
        yield (
            f"| {name} | {in_length(each.target_seconds)} | {in_length(each.used_seconds)} "
            f"| {each.verdict}{missed} |"
        )


def _local(version: CustomerVersion, at: datetime) -> str:
    """On the customer's own clock."""
    zone = version.time_zone or "UTC"
    return f"{at.astimezone(zone_named(zone)):%Y-%m-%d %H:%M} {zone}"


def _plain(text: str) -> str:
    """One line that breaks no table and is no markup."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(text.split()))
