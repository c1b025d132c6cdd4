"""Prices: more use never costs less, larger buyers never pay more, and examples come out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tierline.catalog.lint.context import Context
from tierline.catalog.lint.fees import Computable, falls, fee_for
from tierline.catalog.lint.finding import Amount, Observation, PathParts, plain
from tierline.catalog.lint.rules import family
from tierline.catalog.price import PercentOfSpend, Price

prices = family("Prices")


@prices.error(
    "more-use-costs-less",
    "Somebody who uses more pays less.",
    why="Customers will inflate their use to save money, and revenue falls as they grow.",
    example="10% up to 500,000, then a bracket that ends at 150,000.",
)
def more_use_costs_less(context: Context) -> Iterator[Observation]:
    """Prices whose fee falls between two uses."""
    for path, name, price in _prices(context):
        found = falls(price) if isinstance(price, Computable) else None
        if found and isinstance(price, Computable):
            fees = [fee_for(price, use) for use in found]
            currency = context.catalog.currency
            yield Observation(
                path,
                f"With '{name}' {plain(found[0])} costs {plain(fees[0])} {currency} and "
                f"{plain(found[1])} costs {plain(fees[1])}: more use costs less.",
                "Let the brackets rise and follow one another.",
                context.promise(_holder(path)),
                (str(path[1]),),
                tuple(
                    Amount(f"fee at {plain(use)}", fee, currency)
                    for use, fee in zip(found, fees, strict=True)
                ),
            )


@prices.error(
    "brackets-out-of-order",
    "The brackets of a price do not follow one another.",
    why="Part of the spend is charged twice or not at all, depending on who reads it.",
    example="Brackets up to 150,000, then up to 100,000; or a bracket after the one without end.",
)
def brackets_out_of_order(context: Context) -> Iterator[Observation]:
    """Brackets whose upper end does not rise, or that follow one without an end."""
    for path, name, price in _prices(context):
        brackets = price.brackets if isinstance(price, PercentOfSpend) else ()
        for place, (first, second) in enumerate(pairwise(brackets)):
            endless = first.up_to is None
            falling = (
                not endless and second.up_to is not None and second.up_to <= (first.up_to or 0)
            )
            if endless or falling:
                yield Observation(
                    (*path, "brackets", place + 1),
                    f"Bracket {place + 2} of '{name}' does not begin where the one before it ends.",
                    "Write the brackets from the smallest 'up_to' to the last, which has none.",
                    context.promise(_holder(path)),
                    (str(path[1]),),
                )


@prices.warning(
    "brackets-end",
    "The last bracket of a price has an upper end, so larger accounts have no price above it.",
    why="Beyond the end nothing more is charged: the largest customer pays the least.",
    example="10% up to 150,000, 7% up to 500,000, and nothing for what lies above.",
)
def brackets_end(context: Context) -> Iterator[Observation]:
    """Percentages of spend whose last bracket is closed."""
    for path, name, price in _prices(context):
        if isinstance(price, PercentOfSpend) and price.brackets[-1].up_to is not None:
            last = price.brackets[-1].up_to
            yield Observation(
                (*path, "brackets", len(price.brackets) - 1),
                f"'{name}' charges nothing for spend above {plain(last)} "
                f"{context.catalog.currency}.",
                "Leave 'up_to' out of the last bracket.",
                context.promise(_holder(path)),
                (str(path[1]),),
                (Amount("end of the last bracket", last, context.catalog.currency),),
            )


@prices.warning(
    "larger-buyer-pays-more-per-unit",
    "A smaller buyer pays less per unit than a larger one.",
    why="Growing is punished, and the larger buyer, who has a purchasing department, will find it.",
    example="5% up to 150,000 and 8% above.",
)
def larger_buyer_pays_more_per_unit(context: Context) -> Iterator[Observation]:
    """Brackets whose percentage rises."""
    for path, name, price in _prices(context):
        brackets = price.brackets if isinstance(price, PercentOfSpend) else ()
        for place, (small, large) in enumerate(pairwise(brackets)):
            if large.percent > small.percent:
                yield Observation(
                    (*path, "brackets", place + 1),
                    f"'{name}' takes {plain(small.percent)}% of spend up to "
                    f"{plain(small.up_to or large.percent)} and {plain(large.percent)}% above: a "
                    "larger account pays more for each unit.",
                    "Let the percentages fall, or charge one percentage.",
                    context.promise(_holder(path)),
                    (str(path[1]),),
                    (
                        Amount("below", small.percent, "%"),
                        Amount("above", large.percent, "%"),
                    ),
                )


@prices.warning(
    "longer-commitment-saves-less",
    "A longer commitment gets a smaller discount.",
    why="Nobody signs for longer to pay more.",
    example="8% for one year and 5% for two.",
)
def longer_commitment_saves_less(context: Context) -> Iterator[Observation]:
    """Commitments of a tier, by years, whose discount falls."""
    for key, tier in context.catalog.tiers.items():
        ordered = sorted(enumerate(tier.commitments), key=lambda pair: pair[1].years)
        for (_, short), (place, long) in pairwise(ordered):
            if long.years > short.years and long.discount_percent < short.discount_percent:
                yield Observation(
                    ("tiers", key, "commitments", place),
                    f"'{tier.name}' gives {plain(short.discount_percent)}% for {short.years} and "
                    f"{plain(long.discount_percent)}% for {long.years} years.",
                    "Give the longer commitment at least the same discount.",
                    context.promise(key),
                    (key,),
                    (
                        Amount(f"discount for {short.years} years", short.discount_percent, "%"),
                        Amount(f"discount for {long.years} years", long.discount_percent, "%"),
                    ),
                )


@prices.warning(
    "price-missing",
    "A tier or add-on that is sold states no price.",
    why="Not even `price on request` is written, so nothing can be compared or billed.",
    example="Enterprise has no `price`.",
)
def price_missing(context: Context) -> Iterator[Observation]:
    """Sold tiers and add-ons without a price."""
    holders: list[tuple[PathParts, str, Price | None]] = [
        (("tiers", key), tier.tier.name, tier.tier.price) for key, tier in context.sold.items()
    ]
    for key, add_on in context.catalog.add_ons.items():
        holders.append((("add_ons", key), add_on.name, add_on.price))
    for path, name, price in holders:
        if price is None:
            yield Observation(
                path,
                f"'{name}' has no price.",
                "Add 'price:', with 'model: quoted' where it is on request.",
                context.promise(_holder(path)),
                (str(path[1]),),
            )


@prices.error(
    "worked-example-differs",
    "A price that was worked out by hand does not come out.",
    why="Either the price page or the example is wrong, and customers read both.",
    example="The example says 2,400 for a spend of 30,000; the price gives 2,100.",
)
def worked_example_differs(context: Context) -> Iterator[Observation]:
    """Trusted examples whose fee differs from the tier's price."""
    currency = context.catalog.currency
    for place, example in enumerate(context.catalog.worked_examples):
        tier = context.catalog.tiers.get(example.tier)
        price = tier.price if tier else None
        if not example.trusted or tier is None or not isinstance(price, Computable):
            continue
        fee = fee_for(price, example.spend)
        if fee != example.fee:
            yield Observation(
                ("worked_examples", place),
                f"For {plain(example.spend)} {currency} the example of '{tier.name}' says "
                f"{plain(example.fee)}; its price gives {plain(fee)}.",
                "Correct the price or the example; a claim that is known to be wrong is kept with "
                "'trusted: false'.",
                context.promise(example.tier),
                (example.tier,),
                (
                    Amount("example", example.fee, currency),
                    Amount("price", fee, currency),
                    Amount("difference", abs(fee - example.fee), currency),
                ),
            )


@prices.warning(
    "worked-example-not-computable",
    "A worked example belongs to a tier whose price cannot be computed.",
    why="It looks like a proof and proves nothing.",
    example="An example for Enterprise, whose price is on request.",
)
def worked_example_not_computable(context: Context) -> Iterator[Observation]:
    """Trusted examples of tiers without a computable price."""
    for place, example in enumerate(context.catalog.worked_examples):
        tier = context.catalog.tiers.get(example.tier)
        if tier and example.trusted and not isinstance(tier.price, Computable):
            yield Observation(
                ("worked_examples", place),
                f"'{tier.name}' has no price that an example could be checked against.",
                "State the price, or drop the example.",
                context.promise(example.tier),
                (example.tier,),
            )


def _prices(context: Context) -> Iterator[tuple[PathParts, str, Price | None]]:
    for key, tier in context.catalog.tiers.items():
        yield ("tiers", key, "price"), tier.name, tier.price
    for key, add_on in context.catalog.add_ons.items():
        yield ("add_ons", key, "price"), add_on.name, add_on.price


def _holder(path: PathParts) -> str:
    return f"+{path[1]}" if path[0] == "add_ons" else str(path[1])
