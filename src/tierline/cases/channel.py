"""Ways in, and whether a plan includes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Channel(StrEnum):
    """The way in."""

    portal = auto()
    email = auto()
    api = auto()
    phone = auto()
    chat = auto()
    shared_channel = auto()


class ChannelAccess(StrEnum):
    """How the channel of a case stood to the plan."""

    no_plan = auto()
    """Nobody's plan, or no tier of its catalog says anything of this channel."""
    included = auto()
    safety = auto()
    """Not included, and of the worst severity or in an outage, which is never refused."""
    helped_once = auto()
    """Not included; the first time under this contract, which is helped and told the right way."""
    exception = auto()
    """Not included, and helped again: one of us said why, or it is a mail, which is not refused."""


OUT_OF_PLAN = frozenset({ChannelAccess.helped_once, ChannelAccess.exception})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChannels:
    """What a plan says of channels. `named` are those that any tier of its catalog speaks of;
    `included` its own, each with the severities that it is for (all where there are none);
    `instead` is what it says to take in place of others."""

    named: frozenset[Channel] = frozenset()
    included: Mapping[Channel, frozenset[str]] = field(default_factory=dict)
    instead: Mapping[Channel, str] = field(default_factory=dict)

    def includes(self, channel: Channel, severity: str) -> bool:
        """Whether the plan has this channel for this severity."""
        only = self.included.get(channel)
        return only is not None and (not only or severity in only)


def access_of(
    plan: PlanChannels, channel: Channel, severity: str, *, worst: str, times_before: int
) -> ChannelAccess:
    """How a case by this channel stands to the plan: `times_before` is how often the plan's account
    came by it out of plan under the same contract. The API is the portal's."""
    asked = Channel.portal if channel is Channel.api else channel
    if asked not in plan.named:
        return ChannelAccess.no_plan
    if plan.includes(asked, severity):
        return ChannelAccess.included
    if severity == worst:
        return ChannelAccess.safety
    return ChannelAccess.exception if times_before else ChannelAccess.helped_once
