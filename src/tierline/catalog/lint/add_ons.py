"""Add-ons: names that lead nowhere, and conditions that nobody can meet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from tierline.catalog.lint.comparison import (
    LimitTerm,
)
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Observation
from tierline.catalog.lint.naming import choose_from, listed
from tierline.catalog.lint.rules import family
from tierline.catalog.tier import AddOn

add_ons = family("Add-ons: whether they can be bought")


@add_ons.error(
    "add-on-unknown-feature",
    "An add-on gives a feature that the catalog does not list.",
    why="It is sold and nothing delivers it.",
    example="The add-on Boost gives `priority_queue`, which is not listed.",
)
def add_on_unknown_feature(context: Context) -> Iterator[Observation]:
    """Terms of add-ons, other than limits, whose key is no feature."""
    for key, add_on in context.catalog.add_ons.items():
        for feature, term in add_on.terms.items():
            if feature not in context.catalog.features and not isinstance(term, LimitTerm):
                yield _dangling(context, key, ("terms", feature), feature, "gives the feature")


@add_ons.error(
    "add-on-unknown-limit",
    "An add-on raises a limit that the catalog does not list.",
    why="It is sold and no meter changes.",
    example="The add-on Boost adds 100 to `exports`, which is not listed.",
)
def add_on_unknown_limit(context: Context) -> Iterator[Observation]:
    """Limits among the terms, and keys of `extends`, that are no feature."""
    for key, add_on in context.catalog.add_ons.items():
        for feature, term in add_on.terms.items():
            if feature not in context.catalog.features and isinstance(term, LimitTerm):
                yield _dangling(context, key, ("terms", feature), feature, "sets the limit")
        for feature in add_on.extends:
            if feature not in context.catalog.features:
                yield _dangling(context, key, ("extends", feature), feature, "adds to the limit")


@add_ons.error(
    "add-on-for-unknown-tier",
    "An add-on is sold with a tier that does not exist.",
    why="Nobody can buy it, or nobody knows who may.",
    example="`available_for: [team]`, and there is no tier `team`.",
)
def add_on_for_unknown_tier(context: Context) -> Iterator[Observation]:
    """Entries of `available_for` that are no tier."""
    for key, add_on in context.catalog.add_ons.items():
        for place, tier in enumerate(add_on.available_for):
            if tier not in context.catalog.tiers:
                yield Observation(
                    ("add_ons", key, "available_for", place),
                    f"The add-on '{add_on.name}' is sold with '{tier}', and there is no such tier.",
                    choose_from(tier, context.catalog.tiers),
                    context.promise(f"+{key}"),
                    (key, tier),
                )


@add_ons.error(
    "add-on-requires-unknown",
    "An add-on requires another one that does not exist.",
    why="Its condition can never be met, so it can never be sold.",
    example="`requires: [base_pack]`, and there is no add-on `base_pack`.",
)
def add_on_requires_unknown(context: Context) -> Iterator[Observation]:
    """Entries of `requires` that are no add-on."""
    yield from _unknown_add_ons(context, "requires")


@add_ons.error(
    "add-on-excludes-unknown",
    "An add-on excludes another one that does not exist.",
    why="A rule about nothing usually means that the real name was changed and the rule was lost.",
    example="`excludes: [old_pack]`, and there is no add-on `old_pack`.",
)
def add_on_excludes_unknown(context: Context) -> Iterator[Observation]:
    """Entries of `excludes` that are no add-on."""
    yield from _unknown_add_ons(context, "excludes")


@add_ons.error(
    "add-on-requires-what-excludes-it",
    "An add-on requires another one, and the two exclude each other.",
    why="It is on the price page and cannot be bought.",
    example="Reports requires Data; Data excludes Reports.",
)
def add_on_requires_what_excludes_it(context: Context) -> Iterator[Observation]:
    """Pairs with both a requirement and an exclusion between them."""
    stated = context.catalog.add_ons
    for key, add_on in stated.items():
        for needed in add_on.requires:
            other = stated.get(needed)
            if other and needed != key and (key in other.excludes or needed in add_on.excludes):
                yield Observation(
                    ("add_ons", key, "requires"),
                    f"The add-on '{add_on.name}' requires '{other.name}', and the two exclude "
                    "each other: nobody can buy it.",
                    "Drop the requirement or the exclusion.",
                    context.promise(f"+{key}"),
                    (key, needed),
                )


@add_ons.error(
    "add-on-circular-requirement",
    "The chain of what an add-on requires comes back to it, or excludes part of itself.",
    why="No order of buying satisfies it.",
    example="A requires B, B requires C, and C requires or excludes A.",
)
def add_on_circular_requirement(context: Context) -> Iterator[Observation]:
    """Chains that return to their start, or two members of which exclude each other."""
    for key, add_on in context.catalog.add_ons.items():
        chain = required_by(context, key)
        reason = _circle(context, key, chain)
        if reason:
            yield Observation(
                ("add_ons", key, "requires"),
                f"The add-on '{add_on.name}' requires {_names(context, chain)}, and {reason}.",
                "Break the circle: sell them as one, or drop a requirement.",
                context.promise(f"+{key}"),
                (key, *chain),
            )


@add_ons.error(
    "add-on-needs-two-tiers",
    "An add-on can be bought only by somebody who holds two tiers at once.",
    why="An account holds one tier, so nobody can buy it.",
    example="A is sold with Basic and requires B, which is sold with Pro only.",
)
def add_on_needs_two_tiers(context: Context) -> Iterator[Observation]:
    """Add-ons whose tiers and those of all that they require have none in common."""
    stated, everything = context.catalog.add_ons, set(context.catalog.tiers)
    for key, add_on in stated.items():
        chain = required_by(context, key)
        offered = [set(stated[k].available_for) & everything for k in (key, *chain)]
        each = [
            tiers
            for k, tiers in zip((key, *chain), offered, strict=True)
            if stated[k].available_for
        ]
        if len(each) > 1 and all(each) and not set.intersection(*each):
            yield Observation(
                ("add_ons", key, "available_for"),
                f"The add-on '{add_on.name}' is sold with {_tiers(context, add_on)} and requires "
                f"{_names(context, chain)}; no tier may hold them all.",
                "Sell them with at least one tier in common.",
                context.promise(f"+{key}"),
                (key, *chain),
            )


def _dangling(
    context: Context, key: str, path: tuple[str, str], feature: str, does: str
) -> Observation:
    return Observation(
        ("add_ons", key, *path),
        f"The add-on '{context.catalog.add_ons[key].name}' {does} '{feature}', which the catalog "
        "does not list.",
        choose_from(feature, context.catalog.features),
        context.promise(f"+{key}", feature),
        (key, feature),
    )


def _unknown_add_ons(context: Context, relation: str) -> Iterator[Observation]:
    stated = context.catalog.add_ons
    for key, add_on in stated.items():
        for place, named in enumerate(getattr(add_on, relation)):
            if named not in stated:
                yield Observation(
                    ("add_ons", key, relation, place),
                    f"The add-on '{add_on.name}' {relation} '{named}', which is no add-on.",
                    choose_from(named, stated),
                    context.promise(f"+{key}"),
                    (key, named),
                )


def required_by(context: Context, key: str) -> list[str]:
    """All add-ons that one requires, directly or through others, without itself."""
    stated, found, waiting = context.catalog.add_ons, [], [key]
    while waiting:
        for needed in stated[waiting.pop(0)].requires:
            if needed in stated and needed not in found:
                found.append(needed)
                waiting.append(needed)
    return [needed for needed in found if needed != key]


def _circle(context: Context, key: str, chain: list[str]) -> str | None:
    """Why a chain cannot be bought, other than an exclusion of what is directly required."""
    stated = context.catalog.add_ons
    for member in (key, *chain):
        if key in stated[member].requires:
            return f"'{stated[member].name}' requires it in turn"
    for first, second in combinations((key, *chain), 2):
        excluded = second in stated[first].excludes or first in stated[second].excludes
        if excluded and not (first == key and second in stated[key].requires):
            return f"'{stated[first].name}' and '{stated[second].name}' exclude each other"
    return None


def _names(context: Context, chain: list[str]) -> str:
    names = [f"'{context.catalog.add_ons[key].name}'" for key in chain]
    return listed(names) or "itself"


def _tiers(context: Context, add_on: AddOn) -> str:
    return listed([f"'{context.tier_name(key)}'" for key in add_on.available_for]) or "every tier"
