"""Limits: what happens at the edge, what it costs, and features that a limit of zero locks."""

from __future__ import annotations

from collections.abc import Iterator

from tierline.catalog.lint.comparison import UNLIMITED, LimitTerm, gives_nothing, limit_of
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Observation, PathParts
from tierline.catalog.lint.in_words import limit_in_words
from tierline.catalog.lint.naming import listed
from tierline.catalog.lint.rules import family
from tierline.catalog.resolved import ResolvedTerm, ResolvedTier
from tierline.catalog.term import AtLimit, Included, LimitBehaviour, Seats, StaticValue
from tierline.catalog.tier import AddOn
from tierline.catalog.words_amount import plural, singular

limits = family("Limits")


@limits.error(
    "limit-without-behaviour",
    "A limit does not say what happens when it is reached.",
    why="The customer learns it on the bill or in an outage; both cost more than the sentence.",
    example="200 requests a second, and nothing about the 201st.",
)
def limit_without_behaviour(context: Context) -> Iterator[Observation]:
    """One observation a feature, with the tiers whose limit says nothing."""
    silent: dict[str, list[ResolvedTerm]] = {}
    for tier in context.all_tiers():
        for key, found in tier.terms.items():
            if _is_silent(found):
                silent.setdefault(key, []).append(found)
    for key, terms in silent.items():
        names = listed([context.tier_name(found.tier) for found in terms])
        yield Observation(
            context.term_path(terms[0]),
            f"'{context.feature_name(key)}' has a limit in {names}, and nothing says what happens "
            "when it is reached.",
            "Add 'at_limit: {behaviour: ...}' with warn, grace, overage, cap or stop.",
            terms[0].promise_id,
            (key, *[found.tier for found in terms]),
        )


@limits.error(
    "overage-without-price",
    "Use beyond a limit is charged, and no price is stated.",
    why="An unknown price is not a term; the first bill becomes a dispute.",
    example="`at_limit: {behaviour: overage}` without `overage_amount`.",
)
def overage_without_price(context: Context) -> Iterator[Observation]:
    """`overage` and `cap` without an amount for one unit."""
    for path, found, at_limit in _behaviours(context):
        charged = at_limit.behaviour in (LimitBehaviour.overage, LimitBehaviour.cap)
        if charged and at_limit.overage_amount is None:
            yield Observation(
                path,
                f"'{context.tier_name(found.tier)}' charges for "
                f"'{context.feature_name(found.feature)}' beyond {_limit(found)} and states no "
                "price.",
                "Add 'overage_amount:' with the price of one unit.",
                found.promise_id,
                (found.tier, found.feature),
            )


@limits.warning(
    "overage-without-cap",
    "Use beyond a limit is charged without a ceiling.",
    why="One runaway script makes a bill that nobody will pay, and a customer who leaves.",
    example="250 USD for each further sandbox, however many.",
)
def overage_without_cap(context: Context) -> Iterator[Observation]:
    """`overage` with a price and neither an amount nor a percentage as its ceiling."""
    for path, found, at_limit in _behaviours(context):
        charged = at_limit.behaviour is LimitBehaviour.overage
        if charged and at_limit.overage_amount and not _has_cap(at_limit):
            yield Observation(
                path,
                f"'{context.tier_name(found.tier)}' charges {at_limit.overage_amount} "
                f"{context.catalog.currency} for each unit of "
                f"'{context.feature_name(found.feature)}' beyond {_limit(found)}, without an end.",
                "Add 'cap_amount:' or 'cap_percent_of_fee:'.",
                found.promise_id,
                (found.tier, found.feature),
            )


@limits.error(
    "cap-without-amount",
    "A limit is said to be capped, and no ceiling is stated.",
    why="The ceiling is the promise; without the number there is none.",
    example="`at_limit: {behaviour: cap, overage_amount: 180}`.",
)
def cap_without_amount(context: Context) -> Iterator[Observation]:
    """`cap` with neither an amount nor a percentage."""
    for path, found, at_limit in _behaviours(context):
        if at_limit.behaviour is LimitBehaviour.cap and not _has_cap(at_limit):
            yield Observation(
                path,
                f"'{context.tier_name(found.tier)}' caps what "
                f"'{context.feature_name(found.feature)}' may cost beyond {_limit(found)} and "
                "does not say at what.",
                "Add 'cap_amount:' or 'cap_percent_of_fee:'.",
                found.promise_id,
                (found.tier, found.feature),
            )


@limits.warning(
    "grace-without-length",
    "Beyond a limit there is a time of grace, and nobody says how long.",
    why="Grace without an end is no limit; grace that ends without notice is a stop.",
    example="`at_limit: {behaviour: grace}`.",
)
def grace_without_length(context: Context) -> Iterator[Observation]:
    """`grace` without a duration."""
    for path, found, at_limit in _behaviours(context):
        if at_limit.behaviour is LimitBehaviour.grace and at_limit.grace is None:
            yield Observation(
                path,
                f"'{context.tier_name(found.tier)}' gives grace on "
                f"'{context.feature_name(found.feature)}' beyond {_limit(found)} and does not say "
                "for how long.",
                "Add 'grace: P1D'.",
                found.promise_id,
                (found.tier, found.feature),
            )


@limits.warning(
    "limit-unit-differs",
    "Two tiers count one feature in different units.",
    why="Nobody can say which of the two gives more, and whoever compares them guesses.",
    example="10 hours in one tier, 3 workshops in the next, of one feature.",
)
def limit_unit_differs(context: Context) -> Iterator[Observation]:
    """One observation a feature, with what each tier counts."""
    for key in context.catalog.features:
        counted: dict[str, list[ResolvedTerm]] = {}
        for tier in context.all_tiers():
            found = tier.terms.get(key)
            if found is not None and (unit := _unit_counted(context, found)):
                counted.setdefault(unit, []).append(found)
        if len(counted) > 1:
            last = list(counted.values())[-1][0]
            ways = [
                f"{plural(unit)} in {listed([context.tier_name(each.tier) for each in some])}"
                for unit, some in counted.items()
            ]
            yield Observation(
                context.term_path(last),
                f"'{context.feature_name(key)}' is counted in {listed(ways)}.",
                "Count it in one unit, or make it two features.",
                last.promise_id,
                (key, *[each.tier for some in counted.values() for each in some]),
            )


@limits.error(
    "included-but-limit-zero",
    "A tier includes a feature whose limit is zero, so nobody can use it.",
    why="The price page says yes and the product says no.",
    example="Pro includes exports; the limit of exported rows is 0 and no add-on raises it.",
)
def included_but_limit_zero(context: Context) -> Iterator[Observation]:
    """Included features with a required limit of zero that no add-on for the tier raises."""
    for tier, found, locked in _locked(context):
        if not any(_raising(context, tier, limit) for limit in locked):
            yield _about_lock(
                context,
                found,
                locked,
                "so nobody can use it",
                "Raise the limit, or do not include the feature.",
            )


@limits.error(
    "included-but-needs-add-on",
    "A tier includes a feature that can be used only after an add-on is bought.",
    why="A customer who was told that it is included meets a second price.",
    example="Pro includes exports with a limit of 0; the add-on Export pack sets it to 10.",
)
def included_but_needs_add_on(context: Context) -> Iterator[Observation]:
    """Included features with a required limit of zero that an add-on for the tier raises."""
    for tier, found, locked in _locked(context):
        names = [name for limit in locked for name in _raising(context, tier, limit)]
        if names:
            yield _about_lock(
                context,
                found,
                locked,
                f"so it can be used only with {listed(list(dict.fromkeys(names)))}",
                "Include some of it, or let the add-on include the feature.",
            )


def _behaviours(context: Context) -> Iterator[tuple[PathParts, ResolvedTerm, AtLimit]]:
    """Each behaviour once, where it is written."""
    for tier in context.all_tiers():
        for key, found in tier.terms.items():
            term = found.term
            if found.stated_in == tier.key and isinstance(term, LimitTerm) and term.at_limit:
                path = (*context.term_path(found), "at_limit")
                yield path, tier.terms[key], term.at_limit


def _unit_counted(context: Context, found: ResolvedTerm) -> str:
    """What a limit counts; empty where there is none, or without end."""
    term = found.term
    if not isinstance(term, LimitTerm) or gives_nothing(term) or limit_of(term) == UNLIMITED:
        return ""
    own = term.role if isinstance(term, Seats) else term.unit
    return singular(own or context.catalog.features[found.feature].unit or "unit")


def _has_cap(at_limit: AtLimit) -> bool:
    return at_limit.cap_amount is not None or at_limit.cap_percent_of_fee is not None


def _is_silent(found: ResolvedTerm) -> bool:
    """A finite limit above zero that this tier states itself, without a behaviour."""
    term = found.term
    return (
        isinstance(term, LimitTerm)
        and found.stated_in == found.tier
        and 0 < limit_of(term) < UNLIMITED
        and term.at_limit is None
    )


def _limit(found: ResolvedTerm) -> str:
    return limit_in_words(found.term) if isinstance(found.term, LimitTerm) else "its limit"


def _locked(context: Context) -> Iterator[tuple[ResolvedTier, ResolvedTerm, list[str]]]:
    """Included features with the limits of zero that they require; all of their limits are zero."""
    for tier in context.all_tiers():
        for key, found in tier.terms.items():
            feature = context.catalog.features.get(key)
            if feature is None or not feature.requires or not _is_on(found):
                continue
            needed = [k for k in feature.requires if _limit_term(tier, k) is not None]
            zero = [k for k in needed if _limit_term(tier, k) == 0]
            if zero and len(zero) == len(needed):
                yield tier, found, zero


def _is_on(found: ResolvedTerm) -> bool:
    """On beyond doubt: words (`Limited`, `none stated`) may mean that there is none."""
    if isinstance(found.term, StaticValue):
        return found.term.value is True
    return isinstance(found.term, Included) and found.term.included


def _limit_term(tier: ResolvedTier, key: str) -> object:
    found = tier.terms.get(key)
    return limit_of(found.term) if found and isinstance(found.term, LimitTerm) else None


def _raising(context: Context, tier: ResolvedTier, limit: str) -> list[str]:
    """Names of the add-ons for a tier that raise a limit."""
    return [
        add_on.name for add_on in context.add_ons_for(tier.key).values() if _raises(add_on, limit)
    ]


def _raises(add_on: AddOn, limit: str) -> bool:
    term = add_on.terms.get(limit)
    return bool(add_on.extends.get(limit)) or (term is not None and not gives_nothing(term))


def _about_lock(
    context: Context, found: ResolvedTerm, locked: list[str], so: str, instead: str
) -> Observation:
    names = listed([f"'{context.feature_name(limit)}'" for limit in locked])
    return Observation(
        context.term_path(found),
        f"'{context.tier_name(found.tier)}' includes '{context.feature_name(found.feature)}', and "
        f"{names} {'is' if len(locked) == 1 else 'are'} 0, {so}.",
        instead,
        found.promise_id,
        (found.tier, found.feature, *locked),
    )
