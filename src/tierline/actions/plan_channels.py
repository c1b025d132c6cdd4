"""What the plan of an account says of the channels that cases come by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.cases.channel import Channel, PlanChannels
from tierline.catalog import term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.catalog.catalog import Catalog
    from tierline.entitlements.span import Span

CHANNEL_OF_KIND = {
    term.ChannelKind.portal: Channel.portal,
    term.ChannelKind.form: Channel.portal,
    term.ChannelKind.email: Channel.email,
    term.ChannelKind.phone: Channel.phone,
    term.ChannelKind.chat: Channel.chat,
    term.ChannelKind.shared_channel: Channel.shared_channel,
}


def plan_channels(span: Span, catalog: Catalog, tier: str) -> PlanChannels:
    """The channels that an account is given in a span of its rules: those of its plan, add-ons and
    exceptions; and what its tier says to take instead of others."""
    included: dict[Channel, frozenset[str]] = {}
    for key in span.all_keys():
        given = span.rules[key].value
        if isinstance(given, term.Channel) and given.included and given.channel in CHANNEL_OF_KIND:
            channel, only = CHANNEL_OF_KIND[given.channel], frozenset(given.severities)
            known = included.get(channel)
            both = only if known is None else known | only if known and only else frozenset()
            included[channel] = both
    features = _features(catalog)
    return PlanChannels(
        named=frozenset(included) | frozenset(features.values()),
        included=included,
        instead=dict(instead_of(catalog, tier)),
    )


def instead_of(catalog: Catalog, tier: str) -> Iterator[tuple[Channel, str]]:
    """What the tier's exclusions say to take instead, where they are of a channel: by the key of
    its feature, or by its own name."""
    features = {channel.value: channel for channel in Channel} | _features(catalog)
    for key, exclusion in catalog.tiers[tier].exclusions.items():
        if key in features:
            yield features[key], exclusion.alternative


def _features(catalog: Catalog) -> dict[str, Channel]:
    """The features that are channels in any tier."""
    return {
        key: CHANNEL_OF_KIND[given.channel]
        for tier in catalog.tiers.values()
        for key, given in tier.terms.items()
        if isinstance(given, term.Channel) and given.channel in CHANNEL_OF_KIND
    }
