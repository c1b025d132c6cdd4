"""Ways in, and whether a plan includes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.cases.channel import Channel, ChannelAccess, PlanChannels, access_of

PLAN = PlanChannels(
    named=frozenset({Channel.portal, Channel.email, Channel.phone, Channel.chat}),
    included={
        Channel.portal: frozenset(),
        Channel.email: frozenset(),
        Channel.chat: frozenset({"S1", "S2"}),
    },
)


@pytest.mark.parametrize(
    ("channel", "severity", "times", "access"),
    [
        (Channel.portal, "S3", 0, ChannelAccess.included),
        (Channel.api, "S3", 9, ChannelAccess.included),
        (Channel.chat, "S2", 0, ChannelAccess.included),
        (Channel.chat, "S3", 0, ChannelAccess.helped_once),
        (Channel.phone, "S3", 0, ChannelAccess.helped_once),
        (Channel.phone, "S3", 1, ChannelAccess.exception),
        (Channel.phone, "S1", 7, ChannelAccess.safety),
        (Channel.shared_channel, "S3", 7, ChannelAccess.no_plan),
    ],
)
def test_how_a_channel_stands_to_a_plan(
    channel: Channel, severity: str, times: int, access: ChannelAccess
) -> None:
    assert access_of(PLAN, channel, severity, worst="S1", times_before=times) is access


@given(st.sampled_from(Channel), st.sets(st.sampled_from(Channel)), st.integers(0, 99))
def test_the_worst_severity_never_needs_a_reason(
    channel: Channel, included: set[Channel], times: int
) -> None:
    plan = PlanChannels(named=frozenset(Channel), included=dict.fromkeys(included, frozenset()))
    access = access_of(plan, channel, "S1", worst="S1", times_before=times)
    assert access in (ChannelAccess.included, ChannelAccess.safety)
