"""Which facts start and stop which milestone. Both faces of the rule read these tables."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from tierline.cases.event import EventKind
from tierline.catalog.statement import MilestoneKind

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(IntEnum):
    """What a fact does to the clock of one kind."""

    nothing = 0
    start = 1
    stop = 2
    split = 3
    """Ends one cycle and begins the next: a public reply is the update that was due."""


_ENDS = (EventKind.resolved, EventKind.closed)

_STARTS: Mapping[MilestoneKind, tuple[EventKind, ...]] = {
    MilestoneKind.acknowledge: (EventKind.opened,),
    MilestoneKind.first_response: (EventKind.opened,),
    MilestoneKind.next_response: (EventKind.customer_message,),
    MilestoneKind.periodic_update: (EventKind.opened, EventKind.reopened),
    MilestoneKind.restore: (EventKind.opened,),
    MilestoneKind.resolution: (EventKind.opened, EventKind.reopened),
    MilestoneKind.post_mortem: _ENDS,
}

_STOPS: Mapping[MilestoneKind, tuple[EventKind, ...]] = {
    MilestoneKind.acknowledge: (
        EventKind.acknowledged,
        EventKind.public_reply,
        EventKind.restored,
        *_ENDS,
    ),
    MilestoneKind.first_response: (EventKind.public_reply, EventKind.restored, *_ENDS),
    MilestoneKind.next_response: (EventKind.opened, EventKind.public_reply, *_ENDS),
    MilestoneKind.periodic_update: _ENDS,
    MilestoneKind.restore: (EventKind.restored, *_ENDS),
    MilestoneKind.resolution: _ENDS,
    MilestoneKind.post_mortem: (EventKind.opened, EventKind.post_mortem_published),
}
"""Automatic replies and private notes are in no row: they stop nothing."""

_SPLITS: Mapping[MilestoneKind, tuple[EventKind, ...]] = {
    MilestoneKind.periodic_update: (EventKind.public_reply,),
}

RESPONSES = _STOPS[MilestoneKind.first_response]
"""Facts that answer the customer for the first time; customer messages before it start nothing."""

CASE_ENDS = _ENDS
"""Facts that end a case; the first of them starts the post-mortem."""


@cache
def roles_of(kind: MilestoneKind) -> tuple[Role, ...]:
    """The role of every kind of fact, by its code, before the rules that need more than the kind
    (`next_response` starts only after a first response, reopening follows the catalog)."""
    roles = [Role.nothing] * len(EventKind)
    for role, table in ((Role.start, _STARTS), (Role.stop, _STOPS), (Role.split, _SPLITS)):
        for event in table.get(kind, ()):
            roles[event] = role
    return tuple(roles)
