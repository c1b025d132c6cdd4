"""What every rule is given: the catalog, its resolved tiers, its lines, and a day to judge on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from tierline.catalog.catalog import Catalog
from tierline.catalog.document import Document
from tierline.catalog.lint.comparison import given
from tierline.catalog.lint.finding import PathParts
from tierline.catalog.lint.waits import Waits
from tierline.catalog.price import Remedy
from tierline.catalog.resolved import ResolvedTarget, ResolvedTerm, ResolvedTier, resolve_tiers
from tierline.catalog.term import FreeText, Included, Term
from tierline.catalog.tier import AddOn, Availability


@dataclass(frozen=True)
class Context:
    """A catalog on a day. `document` is None where it did not come from a file."""

    catalog: Catalog
    as_of: date
    document: Document | None = None
    rule_ids: frozenset[str] = frozenset()
    """Ids of the rule pack; only the rules about waivers ask."""
    used_waivers: frozenset[int] = frozenset()
    """Places of the waivers that excused a finding of the other rules."""

    @cached_property
    def tiers(self) -> dict[str, ResolvedTier]:
        """All tiers, resolved, lowest first."""
        return resolve_tiers(self.catalog)

    @cached_property
    def sold(self) -> dict[str, ResolvedTier]:
        """The tiers that can be bought today, lowest first: the ladder."""
        return {
            key: tier
            for key, tier in self.tiers.items()
            if tier.tier.availability is Availability.sold
        }

    @cached_property
    def steps(self) -> list[tuple[ResolvedTier, ResolvedTier]]:
        """Each sold tier with the next one up."""
        ladder = list(self.sold.values())
        return list(pairwise(ladder))

    @cached_property
    def waits(self) -> Waits:
        """How long customers wait under the targets, computed once for all rules that ask."""
        timed = tuple(target for tier in self.tiers.values() for target in tier.targets.values())
        return Waits(self.catalog, timed)

    @cached_property
    def terms(self) -> dict[str, dict[str, Term]]:
        """By tier and feature, what each tier gives; terms that give nothing are left out.

        A limit that is only on or off (`for public projects only`) becomes words, because nobody
        can say of which of the two there is more.
        """
        return {
            key: given({k: self._comparable(k, found.term) for k, found in tier.terms.items()})
            for key, tier in self.tiers.items()
        }

    def _comparable(self, key: str, term: Term) -> Term:
        feature = self.catalog.features.get(key)
        if feature is not None and feature.is_limit and isinstance(term, Included):
            return FreeText(kind="text", text=f"limited: {term.included}")
        return term

    def tiers_for(self, add_on: AddOn) -> list[ResolvedTier]:
        """The sold tiers that an add-on is sold with; all where it names none."""
        named = add_on.available_for
        return [tier for tier in self.sold.values() if not named or tier.key in named]

    def add_ons_for(self, tier: str) -> dict[str, AddOn]:
        """The add-ons that may be bought with a tier."""
        return {
            key: add_on
            for key, add_on in self.catalog.add_ons.items()
            if not add_on.available_for or tier in add_on.available_for
        }

    def chain(self, tier: str) -> list[str]:
        """The tier and those that it includes, nearest first; a cycle ends it."""
        chain = [tier]
        while (base := self.catalog.tiers[chain[-1]].includes) and base not in chain:
            if base not in self.catalog.tiers:
                break
            chain.append(base)
        return chain

    def remedies_of(self, tier: str) -> dict[str, Remedy]:
        """Remedies of a tier and of those that it includes."""
        found: dict[str, Remedy] = {}
        for key in reversed(self.chain(tier)):
            found.update(self.catalog.tiers[key].remedies)
        return found

    def tier_name(self, key: str) -> str:
        """A tier's name for people; the key where there is no such tier."""
        tier = self.catalog.tiers.get(key)
        return tier.name if tier else key

    def feature_name(self, key: str) -> str:
        """A feature's name for people; the key where it is not listed."""
        feature = self.catalog.features.get(key)
        return feature.name if feature else key

    def severity_name(self, key: str) -> str:
        """`S1 (Critical)`, or the key alone where the name adds nothing."""
        severity = self.catalog.severities.get(key)
        return f"{key} ({severity.name})" if severity and severity.name != key else key

    def target_path(self, target: ResolvedTarget) -> PathParts:
        """Where a resolved target is written, which may be in a tier that this one includes."""
        for key in self.chain(target.tier):
            for place, row in enumerate(self.catalog.tiers[key].targets):
                if row is target.statement:
                    return ("tiers", key, "targets", place)
        return ("tiers", target.tier)

    def term_path(self, term: ResolvedTerm) -> PathParts:
        """Where a resolved term is written: its tier, one that it includes, or `every_plan`."""
        if term.feature in self.catalog.tiers[term.stated_in].terms:
            return ("tiers", term.stated_in, "terms", term.feature)
        if term.feature in self.catalog.every_plan:
            return ("every_plan", self.catalog.every_plan.index(term.feature))
        return ("tiers", term.tier)

    def promise(self, holder: str, what: str = "") -> str:
        """The promise id of something that a tier or (`+key`) an add-on holds."""
        return "/".join(part for part in (self.catalog.catalog, holder, what) if part)

    def all_tiers(self) -> Iterator[ResolvedTier]:
        """Every tier, also those that are no longer sold."""
        yield from self.tiers.values()

    def place_of(self, path: PathParts) -> tuple[int | None, int | None]:
        """Line and column of the deepest known part of a path."""
        if self.document is None:
            return None, None
        known = path
        while known and known not in self.document.lines:
            known = known[:-1]
        return self.document.lines.get(known, (1, 1))
