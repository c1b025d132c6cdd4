"""Changes of a tier beside its targets and terms: price, exclusions, remedies, fences, clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tierline.catalog.difference_change import Change, Direction, Kind, direction_of
from tierline.catalog.difference_price import price_change
from tierline.catalog.difference_remedies import remedy_relation
from tierline.catalog.difference_terms import kind_of
from tierline.catalog.lint.comparison import Relation
from tierline.catalog.resolved import promise_id
from tierline.catalog.words import (
    clock_rules_in_words,
    fence_in_words,
    remedy_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.clock_rules import ClockRules
    from tierline.catalog.resolved import ResolvedTier
    from tierline.catalog.tier import Exclusion

Stated = TypeVar("Stated")


def tier_changes(
    old: Catalog, new: Catalog, before: ResolvedTier, after: ResolvedTier
) -> Iterator[Change]:
    """What changed about one tier."""
    was, is_ = before.tier, after.tier
    if was.name != is_.name:
        yield Change(
            Direction.changed, Kind.renamed, after.key, is_.name, "Name of the tier",
            f"{new.catalog}/{after.key}", was.name, is_.name, "the promise ids stay",
        )  # fmt: skip
    price = price_change((old, new), (was.price, is_.price), holder=after.key, name=is_.name)
    if price is not None:
        yield price
    yield from _keyed(
        (new, after), (was.exclusions, is_.exclusions), "Not included", _exclusion_words,
        lambda first, second: Relation.equal if first and second else
        Relation.less if second else Relation.more,
        "not",
    )  # fmt: skip
    yield from _keyed(
        (new, after), (was.remedies, is_.remedies), "Remedy",
        lambda remedy: f"{remedy.name}: {remedy_in_words(remedy)}", remedy_relation, "remedy",
    )  # fmt: skip
    yield from _keyed(
        (new, after), (was.fences, is_.fences), "Fence", fence_in_words,
        lambda first, second: Relation.unclear if first and second else
        Relation.less if second else Relation.more,
        "fence",
    )  # fmt: skip
    yield from _clock_rules(new, before, after)


def _keyed(
    to: tuple[Catalog, ResolvedTier],
    stated: tuple[Mapping[str, Stated], Mapping[str, Stated]],
    what: str,
    words: Callable[[Stated], str],
    relation: Callable[[Stated | None, Stated | None], Relation],
    prefix: str,
) -> Iterator[Change]:
    """Statements by key, each added, removed or changed."""
    before, after = stated
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        yield Change(
            direction=direction_of(relation(old, new)),
            kind=kind_of(old, new),
            holder=to[1].key,
            holder_name=to[1].tier.name,
            what=what,
            promise_id=promise_id(to[0], to[1].key, f"{prefix}.{key}"),
            old=words(old) if old is not None else None,
            new=words(new) if new is not None else None,
        )


def _exclusion_words(exclusion: Exclusion) -> str:
    return f"{exclusion.text} (instead: {exclusion.alternative})"


def _clock_rules(new: Catalog, before: ResolvedTier, after: ResolvedTier) -> Iterator[Change]:
    """Sentences that are no longer so, and those that are new."""
    old, now = before.clock_rules, after.clock_rules
    if old == now:
        return
    said, says = clock_rules_in_words(old), clock_rules_in_words(now)
    yield Change(
        direction=direction_of(_pause_relation(old, now)),
        kind=Kind.changed,
        holder=after.key,
        holder_name=after.tier.name,
        what="How clocks behave",
        promise_id=promise_id(new, after.key, "clock_rules"),
        old=" ".join(words for words in said if words not in says) or "(as before)",
        new=" ".join(words for words in says if words not in said) or "(as before)",
    )


def _pause_relation(old: ClockRules, new: ClockRules) -> Relation:
    """More that stops a clock is worse; any other rule that changed cannot be ordered."""
    if old.model_copy(update={"pauses": new.pauses}) != new:
        return Relation.unclear
    before, after = _stops(old), _stops(new)
    if after < before:
        return Relation.more
    return Relation.less if before < after else Relation.unclear


def _stops(rules: ClockRules) -> set[tuple[str, str, bool]]:
    """Which reason stops which clock; one that needs no question stops it more often."""
    return {
        (reason, kind.value, asked)
        for reason, pause in rules.pauses.items()
        for kind in pause.stops
        for asked in ((True,) if pause.needs_question else (True, False))
    }
