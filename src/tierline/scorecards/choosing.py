"""From a catalog version and a question to a choice pack: the same question, the same pack."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tierline.catalog.canonical import catalog_digest
from tierline.catalog.grid_rows import target_rows, term_rows
from tierline.catalog.grid_tiers import tier_column
from tierline.catalog.resolved import resolve_tier
from tierline.catalog.tier import Availability
from tierline.catalog.words import (
    billing_in_words,
    capitalised,
    commitment_in_words,
    is_included,
    price_in_words,
    term_in_words,
)
from tierline.catalog.words_amount import counted, each, money_in_words
from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.sentences import sentence
from tierline.languages.language import ENGLISH, Language, message
from tierline.milestones.receipt import signed
from tierline.scorecards.choice_pack import (
    ChoicePack,
    Kept,
    PackAddOn,
    PackLine,
    PackOption,
    PackTotal,
    StatedQuantity,
)
from tierline.scorecards.term_cost import COMMITMENT, PLAN, LineState, measures_of, term_costs

if TYPE_CHECKING:
    from datetime import date

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.resolved import ResolvedTier
    from tierline.kernel.signing import SigningKey
    from tierline.scorecards.term_cost import CostLine, Measure, TermCost

MOST_OPTIONS = 3
_LEAST_OPTIONS = 2
_MOST = Decimal(10) ** 12
_NUMBER = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,4})?")
_WHY = {
    LineState.on_request: message("On request"),
    LineState.not_stated: message("Depends on your quantity"),
    LineState.not_included: message("Not included"),
}
_LACKING = {
    LineState.on_request: message("%(amount)s, and on request: %(what)s"),
    LineState.not_included: message("%(amount)s, without %(what)s"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackQuestion:
    """What is compared, for which quantities, on which day, and in what language."""

    tiers: tuple[str, ...]
    on: date
    quantities: Mapping[str, str] = field(default_factory=dict)
    """By the keys of measures, as they were typed."""
    language: Language = ENGLISH
    account: str | None = None
    account_name: str = ""

    @property
    def whole(self) -> Hashable:
        """All of it: two that are equal in this have the same pack."""
        quantities = tuple(sorted(self.quantities.items()))
        whose = self.account, self.account_name
        return (self.tiers, self.on, quantities, self.language.tag, *whose)


def first_choices(tiers: Sequence[str], held: str | None = None) -> tuple[str, ...]:
    """The tiers that are compared where nobody names any: around the one that is held, else the
    lowest."""
    place = tiers.index(held) if held in tiers else 0
    start = max(0, min(place - 1, len(tiers) - MOST_OPTIONS))
    return tuple(tiers[start : start + MOST_OPTIONS])


def tier_faults(asked: Sequence[str], offered: Iterable[str]) -> list[Fault]:
    """What is wrong with them, unless they are two or three of those that are offered."""
    known = list(offered)
    faults = [
        Fault(
            "no_such_tier",
            sentence(
                "There is no plan '%(tier)s' to compare. There are: %(known)s.",
                tier=tier,
                known=", ".join(known),
            ),
            "tier",
        )
        for tier in asked
        if tier not in known
    ]
    return faults + count_faults(asked)


def count_faults(asked: Sequence[str]) -> list[Fault]:
    """What is wrong with how many they are."""
    if _LEAST_OPTIONS <= len(asked) <= MOST_OPTIONS and len(set(asked)) == len(asked):
        return []
    words = message("Compare two or three different plans.")
    return [Fault("number_of_tiers", words, "tier")]


def number_faults(quantities: Mapping[str, str]) -> list[Fault]:
    """Those that are no numbers."""
    words = sentence("Write a number from 0 to 1,000,000,000,000, with 4 decimals at most.")
    return [
        Fault("bad_quantity", words, key)
        for key, typed in quantities.items()
        if _number(typed) is None
    ]


def choice_pack(
    catalog: Catalog, question: PackQuestion, kept: Mapping[str, Kept] | None = None
) -> ChoicePack:
    """The pack; `kept` is what the public was told of each tier. Raises Invalid with every
    quantity that is none, or that nothing of these tiers goes by."""
    language = question.language
    tiers = {key: resolve_tier(catalog, key) for key in question.tiers}
    measures = measures_of(catalog, tiers)
    stated = _stated(question.quantities, measures)
    names = {key: tier.tier.name for key, tier in tiers.items()}
    return ChoicePack(
        language=language.tag,
        company=catalog.company,
        product=catalog.product or "",
        account=question.account,
        account_name=question.account_name,
        on=question.on.isoformat(),
        catalog=catalog.catalog,
        version=catalog.version.isoformat(),
        digest=catalog_digest(catalog),
        currency=catalog.currency,
        quantities=tuple(
            StatedQuantity(
                key=measure.key,
                name=measure.name,
                quantity=f"{quantity.normalize():f}",
                words=quantity_in_words(measure, quantity, catalog.currency, language),
            )
            for measure, quantity in stated.items()
        ),
        options=tuple(
            PackOption(
                column=tier_column(catalog, tier, language),
                totals=tuple(
                    _total(catalog, tier, cost, stated, language)
                    for cost in term_costs(catalog, tier, stated)
                ),
                not_given=tuple(_not_given(catalog, tier)),
                kept=(kept or {}).get(key),
            )
            for key, tier in tiers.items()
        ),
        targets=target_rows(catalog, tiers, language),
        terms=term_rows(catalog, tiers, language),
        add_ons=tuple(
            PackAddOn(
                key=key,
                name=add_on.name,
                price=capitalised(price_in_words(add_on.price, catalog.currency, language)),
                tiers=sold_with,
            )
            for key, add_on in catalog.add_ons.items()
            if add_on.availability is Availability.sold
            and (sold_with := tuple(t for t in names if t in (add_on.available_for or names)))
        ),
        billing=billing_in_words(catalog.billing, language),
    )


def signed_pack(pack: ChoicePack, key: SigningKey) -> dict[str, Any]:
    """The pack with its digest, and a signature over both."""
    body = pack.model_dump(mode="json")
    return signed({**body, "pack_digest": digest_of(body)}, key)


def quantity_in_words(
    measure: Measure, quantity: Decimal, currency: str, language: Language
) -> str:
    """`40 hours a month`; of spend an amount of money."""
    if measure.unit:
        words = counted(quantity, measure.unit, language)
    else:
        words = money_in_words(quantity, currency, language)
    return f"{words} {each(measure.per, language)}" if measure.per else words


def _stated(
    quantities: Mapping[str, str], measures: Mapping[str, Measure]
) -> dict[Measure, Decimal]:
    found, faults = {}, number_faults(quantities)
    for key, typed in quantities.items():
        if key not in measures:
            words = sentence(
                "Nothing goes by '%(key)s' here. State one of: %(known)s.",
                key=key,
                known=", ".join(measures) or "–",
            )
            faults.append(Fault("no_such_quantity", words, key))
        elif (quantity := _number(typed)) is not None:
            found[measures[key]] = quantity
    if faults:
        raise Invalid(message("This cannot be compared."), faults)
    return {each: found[each] for each in measures.values() if each in found}


def _number(typed: str) -> Decimal | None:
    """One spelling, so that a number has one pack: no sign, no exponent, no other digits."""
    if _NUMBER.fullmatch(typed.strip()) is None:
        return None
    number = Decimal(typed.strip())
    return number if number <= _MOST else None


def _total(
    catalog: Catalog,
    tier: ResolvedTier,
    cost: TermCost,
    stated: Mapping[Measure, Decimal],
    language: Language,
) -> PackTotal:
    said = _Said(catalog, tier, {each.key: each for each in stated}, language)
    total, known = cost.total, cost.known
    words = said.money(known.amount())
    if total is None:
        words = said.lacking(cost, words)
    return PackTotal(
        months=cost.months,
        lines=tuple(said.line(line) for line in cost.lines),
        total_minor=None if total is None else total.minor,
        known_minor=known.minor,
        total=words,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a total."""

    catalog: Catalog
    tier: ResolvedTier
    measures: Mapping[str, Measure]
    language: Language

    def money(self, amount: Decimal) -> str:
        words = money_in_words(abs(amount), self.catalog.currency, self.language)
        return f"−{words}" if amount < 0 else words

    def lacking(self, cost: TermCost, known: str) -> str:
        """A total of which parts have no amount: what those are, never a guess."""
        without = {each.key: each.state for each in cost.lines if each.amount is None}
        if PLAN in without:
            return self.language.phrase(_WHY[without[PLAN]])
        words = known
        for state, said in _LACKING.items():
            names = [self.measures[key].name for key, why in without.items() if why is state]
            if names:
                words = self.language.phrase(said, amount=words, what=self.language.joined(names))
        return words

    def line(self, line: CostLine) -> PackLine:
        amount = None if line.amount is None else line.amount.amount()
        return PackLine(
            key=line.key,
            name=self._name(line),
            state=line.state.value,
            amount_minor=None if line.amount is None else line.amount.minor,
            amount=self.language.phrase(_WHY[line.state]) if amount is None else self.money(amount),
            how=self._how(line),
        )

    def _name(self, line: CostLine) -> str:
        match line.key:
            case _ if line.key == PLAN:
                return self.language.phrase("Plan %(name)s", name=self.tier.tier.name)
            case _ if line.key == COMMITMENT:
                return self.language.phrase("Less for the commitment")
            case _:
                return self.measures[line.key].name

    def _how(self, line: CostLine) -> str:
        if line.commitment is not None:
            return commitment_in_words(line.commitment, self.language)
        if line.key == PLAN:
            words = self._paid(line)
            return words or capitalised(
                price_in_words(self.tier.tier.price, self.catalog.currency, self.language)
            )
        term = self.tier.terms.get(line.key)
        feature = self.catalog.features.get(line.key)
        given = term_in_words(self.catalog, feature, term.term, self.language) if term else ""
        if line.beyond is None:
            return given
        beyond = counted(line.beyond, self.measures[line.key].unit, self.language)
        words = self.language.phrase("%(units)s beyond: %(given)s", units=beyond, given=given)
        paid = self._paid(line)
        return f"{words}; {paid}" if paid else words

    def _paid(self, line: CostLine) -> str:
        """`$2,400 a month, 12 times`."""
        if line.each is None:
            return ""
        money = self.money(line.each)
        if line.per is None:
            return self.language.phrase("%(amount)s once", amount=money)
        return self.language.phrase_of(
            "%(amount)s %(each)s, %(number)s time",
            "%(amount)s %(each)s, %(number)s times",
            line.times,
            amount=money,
            each=each(line.per, self.language),
        )


def _not_given(catalog: Catalog, tier: ResolvedTier) -> Iterable[str]:
    """Features that another tier or an add-on of the version gives, and this one does not."""
    tiers, add_ons = catalog.tiers.values(), catalog.add_ons.values()
    sold = [each for each in tiers if each.availability is Availability.sold]
    anywhere = {key for one in sold for key in one.terms}
    anywhere |= {key for add_on in add_ons for key in (*add_on.terms, *add_on.extends)}
    for key, feature in catalog.features.items():
        given = tier.terms.get(key)
        if key in anywhere and (given is None or not is_included(given.term)):
            yield feature.name
