"""An open case whose account is promised more by now: the better of both holds, target by target.

An upgrade improves an open case from the change on; a downgrade, an expiry or a renewal never
loosens it (DESIGN.md, which version governs a case). The clock rules that it was opened on stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tierline.calendars.calendar import calendar_for
from tierline.cases.event import CaseEvent, EventKind
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import from_micros
from tierline.milestones.fold import better_tier, milestones_of
from tierline.milestones.table import NEVER, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tierline.calendars.business_hours import BusinessHours
    from tierline.cases.history import CaseHistory
    from tierline.milestones.fold import Milestone
    from tierline.milestones.terms import PromisedTarget, Terms


def tier_in_force(history: CaseHistory, terms: Terms) -> str:
    """The tier of the terms that governs a case after its last change."""
    tier = history.tier
    for event in history.events:
        if event.kind is EventKind.tier_changed:
            tier = better_tier(terms, tier, event.value)
    return tier


def plain_tier(key: str) -> str:
    """The key of a tier as its catalog states it, of one that stands beside it for a better
    promise: `priority` for `priority+2`."""
    return key.partition(_NUMBERED)[0]


def improved(
    history: CaseHistory, held: Terms, offered: Terms, tier: str, at: int
) -> tuple[Terms, str] | None:
    """The terms of a case with what `tier` of the offered terms promises more, and the tier of
    theirs under which that stands; None where it is nothing.

    Of two targets the better one is whose time would run out sooner, counted from `at`
    (microseconds); one that carries a remedy does not give way to one that does not. Nor does a
    clock that runs, where the rule for other targets would give it more time than it has.
    """
    governing = tier_in_force(history, held)
    good = _no_worse(history, held, governing, offered, tier, at)
    while any(good.values()):
        joined, key = _joined(held, governing, offered, tier, good)
        later = _run_later(history, held, joined, CaseEvent(from_micros(at), _CHANGE, key))
        if not later:
            return joined, key
        good = _without(good, later)
    return None


_NUMBERED = "+"
"""No key of a catalog has it."""
_Row = tuple[str, MilestoneKind]
_CHANGE = EventKind.tier_changed


def _without(good: dict[_Row, bool], later: set[_Row]) -> dict[_Row, bool]:
    """The targets that are left when those give way under which a clock runs later: of its kind all
    where it does so under those of another severity, and none where even that is no help."""
    kinds = {kind for _, kind in later}
    at_its_severity = {row: better for row, better in good.items() if row not in later}
    if len(at_its_severity) < len(good):
        return at_its_severity
    of_its_kind = {row: better for row, better in good.items() if row[1] not in kinds}
    return of_its_kind if len(of_its_kind) < len(good) else {}


def _run_later(history: CaseHistory, held: Terms, joined: Terms, change: CaseEvent) -> set[_Row]:
    """Of which severity and kind a clock would be due later than it is, or not be at all."""
    events = tuple(sorted((*history.events, change), key=lambda event: event.at))
    after = replace(history, events=events)
    as_of = max(events[-1].at, history.events[-1].at)
    found = {(each.kind, each.cycle): each for each in milestones_of(after, joined, as_of)}
    return {
        (each.severity, each.kind)
        for each in milestones_of(history, held, as_of)
        if _is_later(each, found.get((each.kind, each.cycle)))
    }


def _is_later(old: Milestone, new: Milestone | None) -> bool:
    if new is None or (old.stopped == NEVER and new.stopped != NEVER):
        return True  # a clock that runs would be none, or another one
    if old.verdict is Verdict.missed and new.verdict is not Verdict.missed:
        return True
    return old.due != NEVER and (new.due == NEVER or new.due > old.due)


def _no_worse(
    history: CaseHistory, held: Terms, governing: str, offered: Terms, tier: str, at: int
) -> dict[_Row, bool]:
    """The targets, by severity and kind, that may stand for the held ones, and whether each is
    better."""
    zone = history.customer_time_zone
    held_hours, offered_hours = held.in_zone(zone).hours, offered.in_zone(zone).hours
    found: dict[_Row, bool] = {}
    for severity in held.severities:
        for kind in MilestoneKind:
            new = offered.target(tier, severity, kind)
            old = held.target(governing, severity, kind)
            if new is None or (old is not None and old.commitment and not new.commitment):
                continue
            old_due = NEVER if old is None else _due(old, held_hours, at)
            new_due = _due(new, offered_hours, at)
            if old is None or new_due <= old_due:
                has_more = old is not None and new.commitment and not old.commitment
                found[severity, kind] = old is None or new_due < old_due or has_more
    return found


def _due(target: PromisedTarget, hours: Mapping[str, BusinessHours], at: int) -> int:
    return calendar_for(hours[target.hours]).add_micros(at, target.allowance_us)


def _joined(
    held: Terms,
    governing: str,
    offered: Terms,
    tier: str,
    rows: Iterable[_Row],
) -> tuple[Terms, str]:
    """The held terms with one more tier above the one in force: what it promised, and the offered
    targets in the places of these."""
    better = {row: offered.targets[tier, *row] for row in rows}
    hours, local, named = dict(held.hours), set(held.local_hours), dict[str, str]()
    for name in sorted({target.hours for target in better.values()}):
        named[name] = _hours_named(name, held, offered)
        hours[named[name]] = offered.hours[name]
        if name in offered.local_hours:
            local.add(named[name])
    best = _of_tier(held, governing) | {
        each: replace(target, hours=named[target.hours]) for each, target in better.items()
    }
    place = held.tiers.index(governing) + 1 if governing in held.tiers else len(held.tiers)
    is_there = tier in held.tiers[place:] and _of_tier(held, tier) == best
    key = tier if is_there else _free(tier, held.tiers)
    joined = replace(
        held,
        tiers=held.tiers if is_there else (*held.tiers[:place], key, *held.tiers[place:]),
        targets=dict(held.targets) | {(key, *each): target for each, target in best.items()},
        rules={**held.rules, key: held.rules_of(governing)},
        hours=hours,
        local_hours=frozenset(local),
        names={**held.names, key: offered.names.get(tier, tier)},
    )
    return joined, key


def _of_tier(terms: Terms, tier: str) -> dict[_Row, PromisedTarget]:
    return {
        (severity, kind): target
        for (of, severity, kind), target in terms.targets.items()
        if of == tier
    }


def _free(tier: str, taken: Collection[str]) -> str:
    """The key of a tier, with a number where it is taken: `priority`, `priority+2`."""
    if tier not in taken:
        return tier
    number = 2
    while f"{tier}{_NUMBERED}{number}" in taken:
        number += 1
    return f"{tier}{_NUMBERED}{number}"


def _hours_named(name: str, held: Terms, offered: Terms) -> str:
    """The key under which offered hours stand beside the held ones: their own, unless other hours
    have it."""
    if name not in held.hours:
        return name
    is_local = name in offered.local_hours
    if held.hours[name] == offered.hours[name] and is_local == (name in held.local_hours):
        return name
    return _free(name, held.hours)
