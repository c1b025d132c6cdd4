"""Names inside a tier that lead nowhere: offers, chains, remedies, headlines."""

from __future__ import annotations

from collections.abc import Iterator

from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Observation
from tierline.catalog.lint.naming import choose_from
from tierline.catalog.lint.rules import family
from tierline.catalog.term import Expertise

tier_references = family("Names inside a tier that lead nowhere")


@tier_references.error(
    "exclusion-offer-unknown",
    "An exclusion offers a tier or add-on that does not exist.",
    why="The customer is sent to an alternative that nobody sells.",
    example="`offer: phone_pack`, and there is no add-on `phone_pack`.",
)
def exclusion_offer_unknown(context: Context) -> Iterator[Observation]:
    """Offers that are neither a tier nor an add-on."""
    known = [*context.catalog.tiers, *context.catalog.add_ons]
    for key, tier in context.catalog.tiers.items():
        for name, exclusion in tier.exclusions.items():
            if exclusion.offer and exclusion.offer not in known:
                yield Observation(
                    ("tiers", key, "exclusions", name, "offer"),
                    f"'{tier.name}' excludes “{exclusion.text}” and offers '{exclusion.offer}', "
                    "which is neither a tier nor an add-on.",
                    choose_from(exclusion.offer, known),
                    context.promise(key, name),
                    (key,),
                )


@tier_references.error(
    "escalation-tree-unknown",
    "A tier escalates along a chain that the catalog does not describe.",
    why="When a case climbs there is nobody to climb to.",
    example="`escalation: {S1: on_call}`, and `escalation` has no `on_call`.",
)
def escalation_tree_unknown(context: Context) -> Iterator[Observation]:
    """Trees named by tiers that do not exist."""
    for key, tier in context.catalog.tiers.items():
        for severity, tree in tier.escalation.items():
            if tree not in context.catalog.escalation:
                yield Observation(
                    ("tiers", key, "escalation", severity),
                    f"'{tier.name}' escalates along '{tree}', which the catalog does not describe.",
                    choose_from(tree, context.catalog.escalation),
                    context.promise(key),
                    (key,),
                )


@tier_references.error(
    "remedy-unknown",
    "A commitment names a remedy that its tier does not state.",
    why="The customer was promised money back and nobody wrote down how much.",
    example="`remedy: late_reply`, and the tier states only `late_answer`.",
)
def remedy_unknown(context: Context) -> Iterator[Observation]:
    """Remedies of targets that neither the tier nor one that it includes states."""
    for tier in context.all_tiers():
        stated = context.remedies_of(tier.key)
        for target in tier.targets.values():
            remedy = target.statement.remedy
            if remedy and remedy not in stated:
                yield Observation(
                    (*context.target_path(target), "remedy"),
                    f"'{tier.tier.name}' promises the remedy '{remedy}' and does not state it.",
                    choose_from(remedy, stated),
                    target.promise_id,
                    (tier.key,),
                )


@tier_references.error(
    "headline-unknown",
    "A term or target belongs to a headline that its tier does not have.",
    why="The grid cannot show what the term is part of.",
    example="`headline: answers`, and the tier's headlines are `room` and `risk`.",
)
def headline_unknown(context: Context) -> Iterator[Observation]:
    """Headlines named by terms, targets and `targets_headline`."""
    for tier in context.all_tiers():
        known = tier.tier.headlines
        places = [(context.term_path(t), t.headline, t.promise_id) for t in tier.terms.values()]
        places += [
            (context.target_path(t), t.headline, t.promise_id) for t in tier.targets.values()
        ]
        seen = set()
        for path, headline, subject in places:
            if headline and headline not in known and (path, headline) not in seen:
                seen.add((path, headline))
                yield Observation(
                    path,
                    f"'{tier.tier.name}' has no headline '{headline}', which this is said to "
                    "prove.",
                    choose_from(headline, known),
                    subject,
                    (tier.key,),
                )


@tier_references.error(
    "answered-by-unknown",
    "A target is answered by an expertise that its tier does not promise.",
    why="The customer is promised an answer from somebody who is not part of the tier.",
    example="`answered_by: architects`, and the tier has no term `architects`.",
)
def answered_by_unknown(context: Context) -> Iterator[Observation]:
    """`answered_by` that is no expertise term of the tier."""
    for tier in context.all_tiers():
        expertise = [k for k, t in tier.terms.items() if isinstance(t.term, Expertise)]
        for target in tier.targets.values():
            named = target.statement.answered_by
            if named and named not in expertise:
                yield Observation(
                    (*context.target_path(target), "answered_by"),
                    f"'{tier.tier.name}' lets '{named}' answer, and promises no such expertise.",
                    choose_from(named, expertise),
                    target.promise_id,
                    (tier.key,),
                )


@tier_references.warning(
    "fence-meter-unknown",
    "A fence is measured by a meter that the catalog does not list.",
    why="A fence that nothing measures keeps nobody in the tier that they pay for.",
    example="`meter: inspections`, and no feature `inspections` is listed.",
)
def fence_meter_unknown(context: Context) -> Iterator[Observation]:
    """Meters of fences that are no feature."""
    for key, tier in context.catalog.tiers.items():
        for name, fence in tier.fences.items():
            if fence.meter and fence.meter not in context.catalog.features:
                yield Observation(
                    ("tiers", key, "fences", name, "meter"),
                    f"'{tier.name}' fences by '{fence.meter}', and the catalog lists nothing of "
                    "that name to measure.",
                    choose_from(fence.meter, context.catalog.features),
                    context.promise(key, name),
                    (key,),
                )
