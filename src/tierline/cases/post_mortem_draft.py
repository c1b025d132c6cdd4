"""What a post-mortem begins with: a draft of the facts, which says that it is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tierline.calendars.local_time import zone_named
from tierline.cases.case_facts import CaseFacts, Reach
from tierline.cases.customer_markdown import HAPPENED
from tierline.cases.event import EventKind
from tierline.cases.post_mortem import DRAFT, Part, failure_mode_of
from tierline.cases.timeline import TimelineEntry
from tierline.languages.language import ENGLISH

DRAFT_LIMIT_CHARACTERS = 5_000
_OURS = {
    EventKind.customer_message.name: "The customer wrote",
    "assigned": "It was given to one of us",
}
_BARE = frozenset({"assigned"})
"""Of these the value says how, which is nothing for a post-mortem."""
_ASIDE = frozenset({EventKind.private_note.name, EventKind.automatic_reply.name, "queued"})
_REACHED = {
    Reach.acknowledged: "acknowledged",
    Reach.answered: "answered",
    Reach.restored: "restored",
    Reach.resolved: "resolved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCase:
    """A case as it is drafted from: `why` is what its last resolution says of it."""

    subject: str
    zone: str
    facts: CaseFacts
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """An update of the incident that went out."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """What the cases are about: `confidence` where nobody said it, None where only its words do."""

    topic: str
    is_suggested: bool
    confidence: float | None


@dataclass(frozen=True, slots=True)
class PostMortemDraft:
    """What a post-mortem begins with."""

    texts: Mapping[Part, str] = field(default_factory=dict)
    failure_mode: str = ""


def drafted(
    cases: Sequence[DraftCase], updates: Sequence[Told], mode: Mode | None
) -> PostMortemDraft:
    """The parts that the facts know something of, for somebody to write anew."""
    zone = cases[0].zone if len(cases) == 1 else ""
    lines = [*_happened(cases), *_updates(updates, zone)]
    texts = {Part.what_happened: _draft("the record", lines, _mode_line(mode))}
    whys = list(dict.fromkeys(each.why.strip() for each in cases if each.why.strip()))
    if whys:
        source = "the reason that the resolution gives"
        texts[Part.root_cause] = _draft(source, whys)
    return PostMortemDraft(texts, failure_mode_of(mode.topic) if mode else "")


def _draft(source: str, lines: Sequence[str], *last: str) -> str:
    """With its middle left out where it is too long."""
    kept, size = list(lines), sum(map(len, lines))
    while size > DRAFT_LIMIT_CHARACTERS and len(kept) > 1:
        size -= len(kept.pop(len(kept) // 2))
    if len(kept) < len(lines):
        kept.insert(len(kept) // 2, f"(left out: {len(lines) - len(kept)} lines)")
    text = "\n".join(kept)[:DRAFT_LIMIT_CHARACTERS]
    told = f"{DRAFT} from {source}: write it in your own words, and take this line out."
    return "\n".join([told, "", text, *(each for each in last if each)])


def _happened(cases: Sequence[DraftCase]) -> Iterator[str]:
    if len(cases) == 1:
        (case,) = cases
        yield f"Case {case.facts.number}: {case.subject}"
        for entry in case.facts.timeline:
            if entry.what not in _ASIDE and entry.what != "incident_update":
                yield f"{_moment(entry.at, case.zone)}: {_in_words(entry)}"
        return
    for case in cases:
        reached = [
            f"{_REACHED[each.what]} after {ENGLISH.length(each.elapsed_seconds)}"
            for each in case.facts.reached
        ]
        opened = f"raised {_moment(case.facts.opened_at, '')}"
        told = ", ".join([opened, *reached])
        yield f"Case {case.facts.number}, {case.subject}: {told}"


def _in_words(entry: TimelineEntry) -> str:
    known = EventKind.__members__.get(entry.what)
    words = entry.what.replace("_", " ").capitalize() if known is None else HAPPENED[known]
    words = _OURS.get(entry.what, words)
    value = "" if entry.what in _BARE else entry.value.replace("_", " ")
    return f"{words}: {value}" if value else words


def _updates(updates: Sequence[Told], zone: str) -> Iterator[str]:
    if updates:
        yield "What we published:"
    for each in updates:
        yield f"{_moment(each.at, zone)}: {' '.join(each.text.split())}"


def _mode_line(mode: Mode | None) -> str:
    if mode is None or not mode.is_suggested:
        return ""
    if mode.confidence is None:
        return f"The failure mode {mode.topic} is a suggestion, by the words of the case."
    return (
        f"The failure mode {mode.topic} is a suggestion: {mode.confidence:.0%} of the votes of "
        "solved cases that are alike."
    )


def _moment(at: datetime, zone: str) -> str:
    return ENGLISH.moment(at.astimezone(zone_named(zone or "UTC")))
