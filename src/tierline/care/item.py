"""An item of care: what is promised, what happened, and what it comes to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.care.finding import CareFinding, agreed, finding_of, finished
from tierline.kernel.errors import Conflict
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from tierline.care.schedule import Key, Promised


class CareState(StrEnum):
    """Where an item is in its life."""

    due = auto()
    """Its date has not passed."""
    done = auto()
    late = auto()
    """Done after its date."""
    missed = auto()
    excused = auto()
    """The customer did not want it: it counts for nothing."""


class CareEventKind(StrEnum):
    """What happened to an item."""

    assigned = auto()
    """`about` is the user who has it, and those that follow it, from now on."""
    done = auto()
    undone = auto()
    """It was noted as done or excused, and was not."""
    excused = auto()
    found = auto()
    """`text` is a finding, numbered from 1 in the order in which they are told."""
    agreed = auto()
    """The finding is an action: `about` does it by `due_on`."""
    finished = auto()
    """The action of the finding is done; `text` is what came of it."""
    told = auto()
    """`about` was written to that it is due soon."""
    asked = auto()
    """`about` was written to that no advice came out of it."""


_LETTERS = (CareEventKind.told, CareEventKind.asked)
_OF_FINDINGS = (CareEventKind.found, CareEventKind.agreed, CareEventKind.finished)


@dataclass(frozen=True, slots=True)
class CareEvent:
    """One fact about an item. `text` is what came of it, or why it is excused; `finding` is the
    number of the finding that it is about."""

    key: Key
    at: datetime
    kind: CareEventKind
    by: str
    about: str = ""
    text: str = ""
    finding: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CareItem:
    """`settled_at` is when it was done or excused."""

    promised: Promised
    state: CareState
    owner: str | None
    settled_at: datetime | None
    text: str
    changed_at: datetime | None
    """When the last fact about it was so."""
    findings: tuple[CareFinding, ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether it was done, in time or not."""
        return self.state in (CareState.done, CareState.late)


def items_of(
    promised: Iterable[Promised], events: Iterable[CareEvent], now: datetime
) -> list[CareItem]:
    """What is promised with what happened, by date. Who has an item has those that come after it of
    the same contract and feature, until another is said to."""
    told: dict[Key, list[CareEvent]] = {}
    assigned: dict[tuple[str, str], list[CareEvent]] = {}
    for event in events:
        told.setdefault(event.key, []).append(event)
        if event.kind is CareEventKind.assigned:
            whose = event.key.contract, event.key.feature
            assigned.setdefault(whose, []).append(event)
    found = []
    for each in sorted(promised, key=lambda each: (each.until, each.key)):
        owners = assigned.get((each.key.contract, each.key.feature), [])
        found.append(_item(each, told.get(each.key, []), _owner(owners, each.key), now))
    return found


def refuse_out_of_turn(item: CareItem, kind: CareEventKind) -> None:
    """Raise Conflict where a fact cannot follow on what came of an item."""
    is_settled = item.settled_at is not None
    if kind in (CareEventKind.done, CareEventKind.excused) and is_settled:
        raise Conflict("This is settled already. Take that back first.", code="care_settled")
    if kind is CareEventKind.found and not item.is_held:
        raise Conflict(
            "Say first that it was done: findings are of what was done.", code="care_open"
        )
    if kind is CareEventKind.undone and not is_settled:
        raise Conflict("This is not settled: there is nothing to take back.", code="care_open")


def counted(items: Iterable[CareItem]) -> Mapping[CareState, int]:
    """How many items are in each state."""
    found = Counter(item.state for item in items)
    return {state: found[state] for state in CareState}


def _owner(assigned: Sequence[CareEvent], key: Key) -> str | None:
    """Of whoever was said to have it or one before it, the one said for the latest date."""
    known = [
        (event.key.due_on, number, event.about)
        for number, event in enumerate(assigned)
        if event.key.due_on <= key.due_on
    ]
    return (max(known)[2] or None) if known else None


def _item(
    promised: Promised, events: Sequence[CareEvent], owner: str | None, now: datetime
) -> CareItem:
    settled: CareEvent | None = None
    for event in events:
        if event.kind in (CareEventKind.done, CareEventKind.excused):
            settled = event
        if event.kind is CareEventKind.undone:
            settled = None
    return CareItem(
        promised=promised,
        state=_state(promised, settled, now),
        owner=owner,
        settled_at=None if settled is None else settled.at,
        text="" if settled is None else settled.text,
        changed_at=_changed_at(events),
        findings=findings_of(events),
    )


def _changed_at(events: Sequence[CareEvent]) -> datetime | None:
    """When a calendar would show something else; a letter changes nothing in it."""
    return next((each.at for each in reversed(events) if each.kind not in _LETTERS), None)


def findings_of(events: Iterable[CareEvent]) -> tuple[CareFinding, ...]:
    """The findings of an item by their numbers, from its facts as they were told."""
    found: list[CareFinding] = []
    for event in events:
        if event.kind is CareEventKind.found:
            found.append(CareFinding(number=len(found) + 1, text=event.text, found_at=event.at))
        elif event.kind in _OF_FINDINGS:
            number = event.finding or 0
            found[number - 1] = with_fact(finding_of(found, number), event)
    return tuple(found)


def with_fact(found: CareFinding, event: CareEvent) -> CareFinding:
    """A finding after a fact about it. Raises Conflict for one that cannot follow."""
    if event.kind is CareEventKind.agreed and event.due_on is not None:
        return agreed(found, event.about, event.due_on)
    return finished(found, event.at, event.text)


def _state(promised: Promised, settled: CareEvent | None, now: datetime) -> CareState:
    if settled is None:
        return CareState.missed if to_micros(now) >= promised.until else CareState.due
    if settled.kind is CareEventKind.excused:
        return CareState.excused
    return CareState.done if to_micros(settled.at) < promised.until else CareState.late
