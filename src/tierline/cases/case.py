"""A case: who raised it, through what, under which promise, and what has happened since."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from tierline.cases.channel import Channel, ChannelAccess
from tierline.cases.event import EventKind
from tierline.cases.history import CUSTOMER_TIME_ZONE, CaseHistory
from tierline.cases.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tierline.accounts.coverage import CoverageState
    from tierline.cases.event import CaseEvent
    from tierline.cases.mask import Mask
    from tierline.cases.standing import Standing


@dataclass(frozen=True, kw_only=True)
class Case:
    """`number` is what people call it by. `tier` is the one in force when it was opened, and
    `terms` the digest of the promise that it is held to; both are empty where nothing was promised
    to whoever asks. `time_zone` is the account's own (an IANA name). `events` stand in the order in
    which they became known to us: what is learned late stands behind what happened after it."""

    id: str
    number: int
    account: str | None
    contact: str | None
    channel: Channel
    access: ChannelAccess = ChannelAccess.no_plan
    subject: str
    coverage: CoverageState
    contract: str
    tier: str
    terms: str
    time_zone: str
    events: tuple[CaseEvent, ...]

    @cached_property
    def in_time(self) -> tuple[CaseEvent, ...]:
        """Its facts in the order in which they happened; of one instant, as they became known."""
        return tuple(sorted(self.events, key=_instant))

    @cached_property
    def standing(self) -> Standing:
        """Where it stands after all of its facts."""
        return standing_of(self.in_time)

    @cached_property
    def heard_at(self) -> datetime | None:
        """When we first let the customer know that we have it; None: not yet."""
        heard = (event.at for event in self.in_time if event.kind in _HEARD)
        return next(heard, None)

    @cached_property
    def history(self) -> CaseHistory:
        """Its facts, as clocks read them."""
        attributes = {CUSTOMER_TIME_ZONE: self.time_zone} if self.time_zone else {}
        return CaseHistory(self.id, self.tier, self.in_time, attributes)


MACHINE = "machine"
"""Who says what nobody of ours wrote."""
_instant = attrgetter("at")
_HEARD = frozenset(
    {
        EventKind.acknowledged,
        EventKind.public_reply,
        EventKind.restored,
        EventKind.resolved,
        EventKind.closed,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMessage:
    """Something that was written in a case: by a contact, or by one of us (`author` is then a user,
    a token or `operator`), for the customer to see or among us. `place` is that of its event.
    `masks` are what was taken out of it, while it is written; the records keep them apart."""

    id: str
    case: str
    place: int
    author: str
    contact: str | None
    is_public: bool
    text: str
    masks: tuple[Mask, ...] = field(default=(), compare=False)


def first_words(case: Case, messages: Iterable[CaseMessage]) -> list[str]:
    """What a case was raised with: its subject and what was written then."""
    return [case.subject, *(each.text for each in messages if each.place == 0)]
