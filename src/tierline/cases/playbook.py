"""Playbooks and scripts: how a known matter is worked, and what a tier gets for it.

They are ours alone and change with what we learn, so they are no part of a catalog: they stand
beside it, in a guide with versions of its own, checked against the catalogs (decision 0179).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from tierline.catalog.document import Document
from tierline.catalog.faults import faults_of
from tierline.catalog.statement import DurationField, Key, Statement, Text
from tierline.kernel.errors import Fault, Invalid

FORMAT: Final = "tierline/playbooks/1"
NO_TOPIC = ""
"""Of a case of which nobody said what it is about."""
Keys = Annotated[tuple[Key, ...], Field(max_length=100)]
Word = Annotated[str, Field(min_length=2, max_length=100)]


class Topic(Statement):
    """A kind of matter. `words` (or phrases) suggest it where they stand in a case."""

    name: Text
    words: tuple[Word, ...] = Field(default=(), max_length=50)


class Step(Statement):
    """One thing to do. `within` is open time since the case was raised; a step with `tiers` or
    `severities` is only of those."""

    key: Key
    do: Text
    within: DurationField | None = None
    tiers: Keys = ()
    severities: Keys = ()

    def fits(self, tier: str, severity: str) -> bool:
        """Whether it is to be done for a case of this tier and severity."""
        return _fits(self.tiers, tier) and _fits(self.severities, severity)


class Playbook(Statement):
    """How a matter is worked. Of several that fit a case the first one is right."""

    key: Key
    name: Text
    topics: Keys = ()
    severities: Keys = ()
    tiers: Keys = ()
    steps: tuple[Step, ...] = Field(min_length=1, max_length=50)


class Script(Statement):
    """What a tier includes for a matter, what it does not, what to say then, and the next option.
    The first row that fits counts; the last one fits everything."""

    topics: Keys = ()
    tiers: Keys = ()
    included: Text
    not_included: Text | None = None
    say: Text | None = None
    instead: Text | None = None


class Guide(Statement):
    """All playbooks and scripts of a company; `parse_guide` checks what one field cannot."""

    format: Literal["tierline/playbooks/1"] = FORMAT
    topics: dict[Key, Topic] = Field(default_factory=dict, max_length=200)
    playbooks: tuple[Playbook, ...] = Field(default=(), max_length=200)
    scripts: tuple[Script, ...] = Field(default=(), max_length=1_000)

    def playbook(self, topic: str, severity: str, tier: str) -> Playbook | None:
        """The right one for a case; None where none fits."""
        fitting = (
            each
            for each in self.playbooks
            if _fits(each.topics, topic)
            and _fits(each.severities, severity)
            and _fits(each.tiers, tier)
        )
        return next(fitting, None)

    def script(self, topic: str, tier: str) -> Script | None:
        """What is included for a matter; None only where the guide has no scripts."""
        return next(
            (row for row in self.scripts if _fits(row.topics, topic) and _fits(row.tiers, tier)),
            None,
        )

    def suggested(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The topic of which most words stand in a text, with those words; of two the first one."""
        found = {key: _standing_in(text, topic.words) for key, topic in self.topics.items()}
        best = max(found, key=lambda key: len(found[key]), default=NO_TOPIC)
        return (best, found[best]) if best and found[best] else (NO_TOPIC, ())


NO_GUIDE = Guide()


def _fits(among: Sequence[str], value: str) -> bool:
    return not among or value in among


def _standing_in(text: str, words: Sequence[str]) -> tuple[str, ...]:
    lowered = text.casefold()
    return tuple(
        word for word in words if re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", lowered)
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """What a guide may name: tiers and severities of the catalogs."""

    tiers: frozenset[str]
    severities: frozenset[str]


def parse_guide(document: Document, offered: Offered | None = None) -> Guide:
    """The guide in a document. Raises Invalid with every fault, each with its line."""
    faults: list[Fault] = []
    guide: Guide | None = None
    try:
        guide = Guide.model_validate(document.value)
    except ValidationError as error:
        faults = faults_of(error, document, Guide)
    if guide is not None:
        faults = [document.at(fault, path) for path, fault in _faults(guide, offered)]
    if faults or guide is None:
        noun = "fault" if len(faults) == 1 else "faults"
        raise Invalid(f"{document.source} is no guide: {len(faults)} {noun}.", faults)
    return guide


Placed = tuple[list[str | int], Fault]


def _faults(guide: Guide, offered: Offered | None) -> Iterator[Placed]:
    topics = frozenset(guide.topics)
    tiers = offered.tiers if offered else _named_tiers(guide)
    for place, playbook in enumerate(guide.playbooks):
        path: list[str | int] = ["playbooks", place]
        yield from _unknown([*path, "topics"], playbook.topics, topics, "topic")
        yield from _outside(path, playbook, offered)
        for number, step in enumerate(playbook.steps):
            yield from _outside([*path, "steps", number], step, offered)
        yield from _twice([*path, "steps"], [step.key for step in playbook.steps], "step")
    yield from _twice(["playbooks"], [each.key for each in guide.playbooks], "playbook")
    severities = offered.severities if offered else _named_severities(guide)
    rows = [
        {(topic, tier, severity)
         for topic, tier, severity in product({*topics, NO_TOPIC}, tiers, severities)
         if _fits(each.topics, topic) and _fits(each.tiers, tier)
         and _fits(each.severities, severity)}
        for each in guide.playbooks
    ]  # fmt: skip
    yield from _never("playbooks", rows, "playbook")
    yield from _faults_of_scripts(guide, topics, tiers, offered)


def _faults_of_scripts(
    guide: Guide, topics: frozenset[str], tiers: frozenset[str], offered: Offered | None
) -> Iterator[Placed]:
    for place, script in enumerate(guide.scripts):
        path: list[str | int] = ["scripts", place]
        yield from _unknown([*path, "topics"], script.topics, topics, "topic")
        if offered is not None:
            yield from _unknown([*path, "tiers"], script.tiers, offered.tiers, "tier")
        if script.not_included and not script.say:
            message = "Something is not included, and nothing says how to tell it."
            yield path, Fault("no_words", message, write_instead="Add 'say: ...'.")
    if guide.scripts and (guide.scripts[-1].topics or guide.scripts[-1].tiers):
        message = "The last script has to fit every topic and tier, so that no case is without one."
        fault = Fault("no_default", message, write_instead="Leave 'topics' and 'tiers' out of it.")
        yield ["scripts", len(guide.scripts) - 1], fault
    rows = [
        {(topic, tier) for topic, tier in product({*topics, NO_TOPIC}, tiers)
         if _fits(each.topics, topic) and _fits(each.tiers, tier)}
        for each in guide.scripts
    ]  # fmt: skip
    yield from _never("scripts", rows, "script")


def _never(name: str, rows: Sequence[Collection[tuple[str, ...]]], what: str) -> Iterator[Placed]:
    """What is never right, because those above it take all that it fits."""
    taken: set[tuple[str, ...]] = set()
    for place, row in enumerate(rows):
        if row and taken.issuperset(row):
            message = f"This {what} is never the right one: those above it take all that it fits."
            yield [name, place], Fault("never_right", message, write_instead="Move it up.")
        taken.update(row)


def _outside(
    path: list[str | int], stated: Playbook | Step, offered: Offered | None
) -> Iterator[Placed]:
    if offered is not None:
        yield from _unknown([*path, "tiers"], stated.tiers, offered.tiers, "tier")
        yield from _unknown(
            [*path, "severities"], stated.severities, offered.severities, "severity"
        )


def _unknown(
    path: list[str | int], named: Sequence[str], known: frozenset[str], what: str
) -> Iterator[Placed]:
    told = ", ".join(sorted(known)) or "none"
    for number, key in enumerate(named):
        if key not in known:
            owner = "This guide has no" if what == "topic" else "No catalog has the"
            message = f"{owner} {what} '{key}'."
            yield [*path, number], Fault(f"unknown_{what}", message, write_instead=f"Of: {told}.")


def _twice(path: list[str | int], keys: Sequence[str], what: str) -> Iterator[Placed]:
    for place, key in enumerate(keys):
        if key in keys[:place]:
            message = f"There is another {what} '{key}' above."
            yield [*path, place, "key"], Fault("named_twice", message)


def _named_tiers(guide: Guide) -> frozenset[str]:
    of_playbooks = {tier for each in guide.playbooks for tier in each.tiers}
    of_scripts = {tier for each in guide.scripts for tier in each.tiers}
    return frozenset(of_playbooks | of_scripts | {""})


def _named_severities(guide: Guide) -> frozenset[str]:
    return frozenset(key for each in guide.playbooks for key in each.severities) | {""}
