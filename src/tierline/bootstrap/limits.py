"""Looking at limits in the unit of work that counts, without reading what is far from any.

Of each period this process knows how much use brings the next notice. Where it owns the file it
also knows a bound of what is used, because every count passes here: below the next level nothing is
read or written. Where other processes count too, the running counts of periods say how much is
used, and make those wait for one another who count for the same period.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tierline.actions.checks import counter_of
from tierline.actions.limit_notices import Limited, limited, notice_limits
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.actions.limit_notices import Period
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.rulebook import Rulebook
    from tierline.entitlements.span import Span
    from tierline.store.records import Records

KNOWN_PERIODS = 200_000
_NOTHING = Decimal(0)
Place = tuple[str, str, int]
"""Account, feature and an instant."""


class _Known:
    """The period of a feature that was counted last: it holds for instants from `start` to `end`,
    while the account's spans are these, and until one of them ends. Below `next` units there is
    nothing to tell; at most `bound` are used."""

    __slots__ = ("bound", "end", "head", "limited", "next", "start", "until")

    def __init__(self, head: Span | None, found: Limited | None, at: int, now: int) -> None:
        self.head, self.limited = head, found
        self.bound, self.next = _NOTHING, _NOTHING
        self.start, self.end, self.until = at, at + 1, now
        if found is not None:
            self.start, self.end, self.until = found.start, found.end, found.span.end
        elif head is not None:
            span = head.at(at)
            self.start, self.end, self.until = span.start, span.end, head.at(now).end

    def expect(self, units: Decimal) -> None:
        """From now on there is nothing to tell below so many units."""
        self.next = units


class Limits:
    """One an application. `look` is called inside of units of work."""

    def __init__(self, rulebook: Rulebook, *, is_shared: bool) -> None:
        self._rulebook = rulebook
        self._is_shared = is_shared
        self._known: dict[tuple[str, str], _Known] = {}

    def look(self, records: Records, occasion: Occasion) -> None:
        """Tell the levels that were reached by what this unit has counted. Call it last, once."""
        usage, reserved = records.usage, records.reservations
        if not (usage.counted or usage.revalued or reserved.counted):
            return
        now = to_micros(occasion.now)
        near = self._shared(records, now) if self._is_shared else self._alone(records, now)
        if not near:
            return
        for period, looked in notice_limits(records, near.values(), occasion).items():
            known = self._known.get(period[:2])
            if known is not None and known.limited and known.limited.period == period:
                known.bound = looked.used
                records.afterwards.append(partial(known.expect, looked.next))

    def _alone(self, records: Records, now: int) -> dict[Period, Limited]:
        """The periods that may have reached a level, in the one process that counts."""
        near: dict[Period, Limited] = {}
        for place, quantity in _counted(records):
            known = self._of(place, now)
            if known.limited is None:
                continue
            if quantity > 0:  # what is taken back may leave the bound too high, which is no fault
                known.bound += quantity
            if known.bound >= known.next:
                near[known.limited.period] = known.limited
        for place in records.usage.revalued:
            known = self._of(place, now)
            if known.limited is not None:
                near[known.limited.period] = known.limited
        return near

    def _shared(self, records: Records, now: int) -> dict[Period, Limited]:
        """The same beside other processes: whoever counts for the same period meanwhile waits."""
        touched: dict[Period, _Known] = {}
        added: dict[Period, Decimal] = {}
        for place, quantity in _counted(records):
            known = self._of(place, now)
            if known.limited is not None:
                period = known.limited.period
                touched[period] = known
                added[period] = added.get(period, _NOTHING) + quantity
        seen = {*records.usage.revalued, *records.reservations.counted}
        again = {
            known.limited.period: known
            for known in (self._of(place, now) for place in seen)
            if known.limited is not None
        }
        touched |= again
        added |= {period: _NOTHING for period in again if period not in added}
        begun = {
            period: _used(records, known.limited) - added[period]
            for period, known in touched.items()
            if known.next == _NOTHING and known.limited is not None
        }
        records.limit_notices.begin_counts(begun)
        levels = {name: known.next for name, known in touched.items() if known.next.is_finite()}
        reached = records.limit_notices.add_counts(added, levels)
        return {
            period: known.limited
            for period, known in touched.items()
            if known.limited is not None and (period in again or period in reached)
        }

    def _of(self, place: Place, now: int) -> _Known:
        """What is known of the period in which an instant lies."""
        account, feature, at = place
        known = self._known.get((account, feature))
        ruleset = self._rulebook.ruleset
        head = ruleset.accounts.get(account)
        if (
            known is None
            or known.head is not head
            or not known.start <= at < known.end
            or now >= known.until
        ):
            if len(self._known) >= KNOWN_PERIODS:
                self._known.clear()
            found = limited(ruleset, account, feature, at, now=now)
            known = self._known[account, feature] = _Known(head, found, at, now)
        return known


def _counted(records: Records) -> Iterator[tuple[Place, Decimal]]:
    """What a unit has added."""
    for totals, features in records.usage.counted:
        for (account, meter, at), (quantity, _) in totals.items():
            feature = features.get(meter)
            if feature is not None:
                yield (account, feature, at), quantity
    yield from records.reservations.counted.items()


def _used(records: Records, each: Limited) -> Decimal:
    return Decimal(counter_of(records, each.span, each.rule, each.looked_at).used)
