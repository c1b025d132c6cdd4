"""What two service schedules say differently: two contracts, or one contract at two instants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tierline.accounts.service_schedule_document import (
    ScheduleChange,
    ScheduleDifference,
    ScheduleSide,
)
from tierline.catalog.difference_change import Change, Direction, Kind
from tierline.catalog.difference_targets import TargetComparison, target_changes
from tierline.catalog.difference_terms import term_changes
from tierline.catalog.difference_tiers import tier_changes
from tierline.catalog.resolved import promise_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.accounts.agreed import Agreed
    from tierline.accounts.service_schedule_document import ServiceSchedule

Side = tuple["Agreed", "ServiceSchedule"]
_ORDER = list(Direction)


def schedule_difference(old: Side, new: Side) -> ScheduleDifference:
    """Both as they are agreed, in the comparison of catalogs; what has none there by its words."""
    changes = [*_agreed(old[0], new[0]), *_stated(old[1], new[1])]
    changes.sort(key=lambda change: _ORDER.index(change.direction))
    return ScheduleDifference(
        old=_side(old[1]),
        new=_side(new[1]),
        changes=tuple(_shown(change) for change in changes),
    )


def _agreed(old: Agreed, new: Agreed) -> Iterator[Change]:
    if old.plan.tier != new.plan.tier:
        yield _changed("Plan", old.plan.tier_name, new.plan.tier_name)
    compare = TargetComparison(old.catalog, new.catalog)
    yield from target_changes(compare, old.tier, new.tier)
    ids = {
        promise_id(new.catalog, new.tier.key, key): term.promise_id
        for key, term in new.tier.terms.items()
    }
    for change in term_changes(old.catalog, new.catalog, old.tier, new.tier):
        yield replace(change, promise_id=ids.get(change.promise_id, change.promise_id))
    for change in tier_changes(old.catalog, new.catalog, old.tier, new.tier):
        if change.kind is not Kind.renamed or old.plan.tier == new.plan.tier:
            yield change


def _stated(old: ServiceSchedule, new: ServiceSchedule) -> Iterator[Change]:
    """What stands in the schedule beside terms, targets and remedies."""
    before, after = _labelled(old), _labelled(new)
    for what in dict.fromkeys([*after, *before]):
        if before.get(what) != after.get(what):
            yield _changed(what, before.get(what), after.get(what))


def _labelled(schedule: ServiceSchedule) -> dict[str, str]:
    chains = {chain.name: "; ".join(chain.steps) for chain in schedule.chains}
    found = {f"Meaning of {each.name}": each.means for each in schedule.targets if each.means}
    for fact in schedule.escalation:
        words = f"{fact.words}: {chains[fact.words]}" if fact.words in chains else fact.words
        found[f"Escalation, {fact.label[:1].lower()}{fact.label[1:]}"] = words
    for scope in schedule.scope:
        words = "; ".join(f"{fact.label.lower()}: {fact.words}" for fact in scope.facts)
        found[f"{scope.asset} support"] = words
    if schedule.coverage:
        found["When cases are worked on"] = "; ".join(schedule.coverage)
    for fact in schedule.floor:
        found[f"In every plan: {fact.label}"] = fact.words or "Included"
    return found


def _changed(what: str, old: str | None, new: str | None) -> Change:
    kind = Kind.added if old is None else Kind.removed if new is None else Kind.changed
    return Change(Direction.changed, kind, "", "", what, "", old, new)


def _side(schedule: ServiceSchedule) -> ScheduleSide:
    return ScheduleSide(
        contract=schedule.contract,
        account_name=schedule.account_name,
        at=schedule.at,
        on=schedule.on,
        tier_name=schedule.tier_name,
        catalog=schedule.catalog,
        version=schedule.version,
        digest=schedule.digest,
    )


def _shown(change: Change) -> ScheduleChange:
    return ScheduleChange(
        direction=change.direction,
        kind=change.kind,
        what=change.what,
        promise_id=change.promise_id or None,
        old=change.old,
        new=change.new,
        note=change.note,
    )
