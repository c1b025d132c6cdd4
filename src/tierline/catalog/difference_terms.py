"""Changes of terms: what a tier gives of each feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.difference_change import Change, Direction, Kind, direction_of, order
from tierline.catalog.lint.comparison import Relation, combined, compare_terms, gives_nothing
from tierline.catalog.resolved import promise_id
from tierline.catalog.term import LimitBehaviour, QuantityTerm, Rate, Seats, ServiceUnits
from tierline.catalog.words import NOT_INCLUDED, term_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.resolved import ResolvedTier
    from tierline.catalog.term import AtLimit, Term

_KINDNESS = {
    LimitBehaviour.warn: 2,
    LimitBehaviour.grace: 1,
    LimitBehaviour.stop: 0,
}
"""Behaviours that cost nothing, from the kindest; those that charge are not ordered with them."""


def term_changes(
    old: Catalog, new: Catalog, before: ResolvedTier, after: ResolvedTier
) -> Iterator[Change]:
    """Terms of one tier, in the order of the new version."""
    for feature in [*after.terms, *(key for key in before.terms if key not in after.terms)]:
        pair = before.terms.get(feature), after.terms.get(feature)
        terms = pair[0].term if pair[0] else None, pair[1].term if pair[1] else None
        relation = term_relation(*terms)
        headlines = tuple(part.headline if part else None for part in pair)
        if relation is None and headlines[0] == headlines[1]:
            continue
        words = (
            words_of(old, feature, terms[0]),
            words_of(new, feature, terms[1]),
        )
        yield Change(
            direction=direction_of(relation) if relation else Direction.changed,
            kind=kind_of(terms[0], terms[1]),
            holder=after.key,
            holder_name=after.tier.name,
            what=feature_name(new, old, feature),
            promise_id=promise_id(new, after.key, feature),
            old=words[0],
            new=words[1],
            note=f"proves the headline {headlines[1] or 'none'}, before {headlines[0] or 'none'}"
            if words[0] == words[1] and headlines[0] != headlines[1]
            else "",
        )


def term_relation(old: Term | None, new: Term | None) -> Relation | None:
    """What the new term gives against the old one; None where both say the same."""
    if _said(old) == _said(new):
        return None
    parts = [compare_terms(new, old)]
    if not gives_nothing(old) and not gives_nothing(new):
        parts.append(_beyond(_at_limit(new), _at_limit(old)))
        parts.append(order(getattr(new, "rollover", False), getattr(old, "rollover", False)))
    return combined(parts)


def words_of(catalog: Catalog, feature: str, term: Term | None) -> str:
    """The words of a term, or that there is none."""
    if term is None:
        return NOT_INCLUDED
    return term_in_words(catalog, catalog.features.get(feature), term)


def kind_of(old: object, new: object) -> Kind:
    """Added, removed or changed."""
    if old is None:
        return Kind.added
    return Kind.removed if new is None else Kind.changed


def feature_name(new: Catalog, old: Catalog, feature: str) -> str:
    """The feature's present name, else its last one."""
    known = new.features.get(feature) or old.features.get(feature)
    return known.name if known else feature


def _said(term: Term | None) -> Term | None:
    """The term without its headline, which is no part of what it gives."""
    return term.model_copy(update={"headline": None}) if term else None


def _at_limit(term: Term | None) -> AtLimit | None:
    return term.at_limit if isinstance(term, QuantityTerm | Rate | Seats | ServiceUnits) else None


def _beyond(new: AtLimit | None, old: AtLimit | None) -> Relation:
    """What happens at the limit: cheaper, capped lower, or kinder is better."""
    if new == old:
        return Relation.equal
    if new is None or old is None:
        return Relation.unclear
    if new.behaviour is not old.behaviour:
        if new.behaviour not in _KINDNESS or old.behaviour not in _KINDNESS:
            return Relation.unclear
        return order(_KINDNESS[new.behaviour], _KINDNESS[old.behaviour])
    return combined(
        (
            order(new.overage_amount or 0, old.overage_amount or 0, more_is_better=False),
            _lower(new.cap_amount, old.cap_amount),
            _lower(new.cap_percent_of_fee, old.cap_percent_of_fee),
            order(
                new.grace.elapsed_seconds() if new.grace else 0,
                old.grace.elapsed_seconds() if old.grace else 0,
            ),
        )
    )


def _lower(new: object, old: object) -> Relation:
    """A lower cap on what is charged is better, and none is worst."""
    if new is None or old is None:
        return order(new is None, old is None, more_is_better=False)
    return order(new, old, more_is_better=False)
