"""What a tier does not include, and what to take instead."""

from __future__ import annotations

from collections.abc import Iterator

from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Observation
from tierline.catalog.lint.rules import family

exclusions = family("What is not included")


@exclusions.error(
    "exclusions-missing",
    "A tier that is sold does not say what it leaves out.",
    why="What is not said is expected: it comes back as goodwill, and nobody priced it.",
    example="Enterprise has no `exclusions`.",
)
def exclusions_missing(context: Context) -> Iterator[Observation]:
    """Sold tiers with no exclusion."""
    for tier in context.sold.values():
        if not tier.tier.exclusions:
            yield Observation(
                ("tiers", tier.key),
                f"'{tier.tier.name}' does not say what it leaves out.",
                "Add the two or three things that customers ask for most and do not get, each "
                "with its alternative.",
                context.promise(tier.key),
                (tier.key,),
            )


@exclusions.warning(
    "exclusion-without-offer",
    "An exclusion names no tier or add-on that includes it.",
    why="The customer reads a no and no way on; the sale of the alternative is lost.",
    example="`On-site visits` are excluded and no `offer` is named.",
)
def exclusion_without_offer(context: Context) -> Iterator[Observation]:
    """Exclusions of sold tiers without an offer."""
    for tier in context.sold.values():
        for name, exclusion in tier.tier.exclusions.items():
            if exclusion.offer is None:
                yield Observation(
                    ("tiers", tier.key, "exclusions", name),
                    f"'{tier.tier.name}' excludes “{exclusion.text}” and names nothing that can "
                    "be bought instead.",
                    "Add 'offer:' with the tier or add-on that includes it.",
                    context.promise(tier.key, name),
                    (tier.key, name),
                )


@exclusions.error(
    "exclusion-offer-not-for-tier",
    "An exclusion offers something that customers of this tier cannot buy.",
    why="The way on that was promised is closed.",
    example="Standard offers the named engineer, which is sold with Priority only.",
)
def exclusion_offer_not_for_tier(context: Context) -> Iterator[Observation]:
    """Offers of an add-on for other tiers, of the tier itself, or of a tier no longer sold."""
    for tier in context.sold.values():
        for name, exclusion in tier.tier.exclusions.items():
            reason = _closed(context, tier.key, exclusion.offer)
            if reason:
                yield Observation(
                    ("tiers", tier.key, "exclusions", name, "offer"),
                    f"'{tier.tier.name}' excludes “{exclusion.text}” and offers "
                    f"'{exclusion.offer}', {reason}.",
                    "Offer what a customer of this tier can buy, or open the add-on to it.",
                    context.promise(tier.key, name),
                    (tier.key, name),
                )


@exclusions.error(
    "exclusion-contradicts-term",
    "A tier excludes what it also promises.",
    why="In a dispute the customer's reading wins, and the exclusion protects nobody.",
    example="Pro excludes `phone` and has a term `phone`.",
)
def exclusion_contradicts_term(context: Context) -> Iterator[Observation]:
    """Exclusions under the key of a feature that the tier gives."""
    for tier in context.sold.values():
        gives = context.terms[tier.key]
        for name in tier.tier.exclusions:
            if name in gives:
                yield Observation(
                    ("tiers", tier.key, "exclusions", name),
                    f"'{tier.tier.name}' excludes '{context.feature_name(name)}' and promises it "
                    "as well.",
                    "Remove one of the two, or give the exclusion a key of its own that says what "
                    "part is left out.",
                    context.promise(tier.key, name),
                    (tier.key, name),
                )


def _closed(context: Context, tier: str, offer: str | None) -> str | None:
    if offer is None:
        return None
    if offer == tier:
        return "which is this tier itself"
    if offer in context.catalog.tiers:
        return None if offer in context.sold else "which is no longer sold"
    add_on = context.catalog.add_ons.get(offer)
    if add_on is not None and offer not in context.add_ons_for(tier):
        return "which is not sold with this tier"
    return None
