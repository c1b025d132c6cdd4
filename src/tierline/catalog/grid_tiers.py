"""The columns of the grid: what is told once for a tier or an add-on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.canonical import plain_statement
from tierline.catalog.grid_document import (
    AddOnWords,
    ExclusionWords,
    Fact,
    GivenWords,
    HeadlineWords,
    PriceWords,
    RemedyWords,
    ScopeWords,
    TierColumn,
)
from tierline.catalog.json_plain import json_plain
from tierline.catalog.resolved import ANY, promise_id
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.term import Channel, Uptime
from tierline.catalog.tier import SupportBasis
from tierline.catalog.words import (
    NO_TARGET,
    capitalised,
    commitment_in_words,
    duration_on_hours,
    fence_in_words,
    headline_price,
    hours_phrase,
    is_included,
    milestone_name,
    number_in_words,
    percent_in_words,
    plural,
    price_in_words,
    remedy_in_words,
    severity_code,
    severity_name,
    target_in_words,
    term_in_words,
)
from tierline.languages.language import ENGLISH, message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.price import Price
    from tierline.catalog.resolved import ResolvedTarget, ResolvedTerm, ResolvedTier
    from tierline.catalog.tier import EligibilityRule, Scope
    from tierline.languages.language import Language

_KEY_MILESTONES = (
    (MilestoneKind.acknowledge, MilestoneKind.first_response),
    (MilestoneKind.restore, MilestoneKind.resolution),
)
_SUPPORT = {
    SupportBasis.none: message("Cases are not answered"),
    SupportBasis.best_effort: message("Cases are answered on best effort"),
    SupportBasis.agreed: message("Cases are answered as agreed"),
}
_OUTCOMES = {
    "eligible": message("May be bought"),
    "not_eligible": message("May not be bought"),
    "must_upgrade": message("A higher plan is needed"),
}
_DELIVERY = {
    "none": message("none"),
    "remote": message("remote"),
    "on_site": message("on site"),
    "remote_and_on_site": message("remote and on site"),
}


def tier_column(
    catalog: Catalog, resolved: ResolvedTier, language: Language = ENGLISH
) -> TierColumn:
    """Everything that stands in a tier's card and in its own section."""
    tier, key = resolved.tier, resolved.key
    return TierColumn(
        key=key,
        name=tier.name,
        availability=tier.availability.value,
        lead_line=tier.lead_line,
        job_to_be_done=tier.job_to_be_done,
        price=_price(tier.price, catalog.currency, language),
        commitments=tuple(commitment_in_words(c, language) for c in tier.commitments),
        headlines=_headlines(resolved),
        key_facts=tuple(_key_facts(catalog, resolved, language)),
        exclusions=tuple(
            ExclusionWords(
                promise_id=promise_id(catalog, key, f"not.{name}"),
                text=exclusion.text,
                alternative=exclusion.alternative,
                offer=exclusion.offer,
            )
            for name, exclusion in tier.exclusions.items()
        ),
        remedies=_remedies(catalog, resolved, language),
        scope=tuple(_scope(catalog, scope, language) for scope in tier.scope),
        coverage=tuple(_coverage(catalog, resolved, language)),
        who_may_hold_it=(
            *(fence_in_words(fence, language) for fence in tier.fences.values()),
            *(_eligibility(rule, language) for rule in tier.eligibility),
        ),
        escalation=tuple(
            Fact(
                label=language.phrase("Every severity")
                if severity == ANY
                else severity_name(catalog, severity),
                words=catalog.escalation[tree].name if tree in catalog.escalation else tree,
            )
            for severity, tree in tier.escalation.items()
        ),
        note=tier.note or "",
    )


def _coverage(catalog: Catalog, resolved: ResolvedTier, language: Language) -> Iterable[str]:
    """On what basis cases are answered, and in which hours somebody works on them."""
    if resolved.tier.support is not None:
        yield language.phrase(_SUPPORT[resolved.tier.support])
    for coverage in resolved.tier.coverage:
        hours = hours_phrase(catalog, coverage.hours, language)
        if coverage.severities:
            words = language.phrase(
                "Somebody works on %(severities)s cases %(hours)s",
                severities=language.joined(coverage.severities),
                hours=hours,
            )
        else:
            words = language.phrase("Somebody works on cases %(hours)s", hours=hours)
        yield words + (f" (“{coverage.label}”)" if coverage.label else "")


def _price(price: Price | None, currency: str, language: Language) -> PriceWords:
    large, small = headline_price(price, currency, language)
    return PriceWords(
        large=large,
        small=small,
        words=capitalised(price_in_words(price, currency, language)),
        statement=json_plain(plain_statement(price)) if price else None,
    )


def _headlines(resolved: ResolvedTier) -> tuple[HeadlineWords, ...]:
    promises: list[ResolvedTarget | ResolvedTerm] = [
        *resolved.targets.values(),
        *resolved.terms.values(),
    ]
    return tuple(
        HeadlineWords(
            name=headline.name,
            axis=headline.axis,
            proved_by=tuple(p.promise_id for p in promises if p.headline == key),
        )
        for key, headline in resolved.tier.headlines.items()
    )


def _key_facts(catalog: Catalog, resolved: ResolvedTier, language: Language) -> Iterable[Fact]:
    """The few figures that a card compares: the worst severity's clocks, channels, uptime."""
    none, worst = language.phrase("None stated"), next(iter(catalog.severities), None)
    for kinds in _KEY_MILESTONES:
        kind = next((k for k in kinds if _anyone_states(catalog, worst, k)), None)
        if worst is not None and kind is not None:
            target = resolved.targets.get((worst, kind.value))
            name = language.within(milestone_name(kind, language))
            words = target_in_words(catalog, target, language) if target else language.phrase(
                NO_TARGET)  # fmt: skip
            yield Fact(label=f"{severity_code(catalog, worst)}: {name}", words=capitalised(words))
    terms = resolved.terms.items()
    channels = [_named(catalog, key) for key, term in terms if isinstance(term.term, Channel)
                and is_included(term.term)]  # fmt: skip
    label = language.phrase("Channels")
    if channels:
        yield Fact(label=label, words=_shortened(channels, language))
    elif _anyone_has(catalog, Channel):
        yield Fact(label=label, words=none)
    if _anyone_has(catalog, Uptime):
        uptimes = [term.term for _, term in terms if isinstance(term.term, Uptime)]
        percent = uptimes[0].percent if uptimes else None
        words = percent_in_words(percent, language) if percent is not None else none
        yield Fact(label=language.phrase("Uptime"), words=words)


def _shortened(names: list[str], language: Language, most: int = 4) -> str:
    if len(names) <= most:
        return language.joined(names)
    return language.phrase(
        "%(names)s and %(number)s more",
        names=", ".join(names[: most - 1]),
        number=len(names) - most + 1,
    )


def _anyone_states(catalog: Catalog, severity: str | None, kind: MilestoneKind) -> bool:
    return any(
        row.milestone is kind and row.severity in (severity, ANY) and row.within is not None
        for tier in catalog.tiers.values()
        for row in tier.targets
    )


def _anyone_has(catalog: Catalog, kind: type) -> bool:
    return any(isinstance(t, kind) for tier in catalog.tiers.values() for t in tier.terms.values())


def _named(catalog: Catalog, feature: str) -> str:
    known = catalog.features.get(feature)
    return known.name if known else feature


def _remedies(
    catalog: Catalog, resolved: ResolvedTier, language: Language
) -> tuple[RemedyWords, ...]:
    return tuple(
        RemedyWords(
            promise_id=promise_id(catalog, resolved.key, f"remedy.{key}"),
            name=remedy.name,
            words=remedy_in_words(remedy, language),
            for_promises=tuple(
                target.promise_id
                for target in resolved.targets.values()
                if target.statement.remedy == key
            ),
        )
        for key, remedy in resolved.tier.remedies.items()
    )


def _scope(catalog: Catalog, scope: Scope, language: Language) -> ScopeWords:
    phrase = language.phrase
    if scope.coverage == "none":
        coverage = phrase("None")
    else:
        coverage = hours_phrase(catalog, scope.coverage, language)
    delivery = phrase(_DELIVERY[scope.delivery])
    facts = [
        Fact(label=phrase("Engineering"), words=capitalised(scope.engineering)),
        Fact(label=phrase("Monitoring"), words=capitalised(scope.monitoring)),
        Fact(label=phrase("Delivery"), words=capitalised(delivery)),
        Fact(label=phrase("Covered"), words=capitalised(coverage)),
    ]
    if scope.includes:
        facts.append(
            Fact(label=phrase("Includes"), words=capitalised(language.joined(scope.includes)))
        )
    return ScopeWords(asset=capitalised(scope.asset), facts=tuple(facts))


def _eligibility(rule: EligibilityRule, language: Language) -> str:
    """`A higher plan is needed where regulated is yes: Regulated production needs ...`."""
    fact = rule.fact.replace("_", " ")
    conditions = []
    if rule.at_least is not None:
        least = number_in_words(rule.at_least, language)
        conditions.append(language.phrase("%(fact)s is at least %(least)s", fact=fact, least=least))
    if rule.at_most is not None:
        most = number_in_words(rule.at_most, language)
        conditions.append(language.phrase("%(fact)s is at most %(most)s", fact=fact, most=most))
    if rule.one_of:
        values = language.chosen(rule.one_of)
        conditions.append(language.phrase("%(fact)s is %(values)s", fact=fact, values=values))
    words = language.phrase(_OUTCOMES[rule.outcome])
    if conditions:
        words += language.phrase(" where %(conditions)s", conditions=language.joined(conditions))
    return f"{words}: {rule.reason}"


def add_on_words(catalog: Catalog, key: str) -> AddOnWords:
    """An add-on with what it gives and to whom."""
    add_on = catalog.add_ons[key]
    conditions = [f"Needs {_sold_name(catalog, other)}" for other in add_on.requires]
    conditions += [f"Not together with {_sold_name(catalog, other)}" for other in add_on.excludes]
    return AddOnWords(
        key=key,
        name=add_on.name,
        price=_price(add_on.price, catalog.currency, ENGLISH),
        available_for=tuple(
            catalog.tiers[tier].name if tier in catalog.tiers else tier
            for tier in (add_on.available_for or catalog.tiers)
        ),
        gives=tuple(_gives(catalog, key)),
        conditions=tuple(conditions),
        note=add_on.note or "",
    )


def _gives(catalog: Catalog, key: str) -> Iterable[GivenWords]:
    add_on = catalog.add_ons[key]

    def given(what: str, words: str) -> GivenWords:
        return GivenWords(promise_id=promise_id(catalog, f"+{key}", what), words=words)

    for name, term in add_on.terms.items():
        feature = catalog.features.get(name)
        words = term_in_words(catalog, feature, term)
        yield given(name, f"{_named(catalog, name)}: {words}")
    for name, more in add_on.extends.items():
        feature = catalog.features.get(name)
        unit = feature.unit if feature else None
        amount = f"{number_in_words(more)} more {plural(unit) if more != 1 else unit}" if (
            unit) else f"{number_in_words(more)} more"  # fmt: skip
        yield given(name, f"{_named(catalog, name)}: {amount}")
    for row in add_on.targets:
        hours = row.hours or add_on.hours
        within = duration_on_hours(catalog, row.within, hours) if row.within else NO_TARGET
        name = f"{severity_code(catalog, row.severity)} {milestone_name(row.milestone).lower()}"
        yield given(f"{row.severity}.{row.milestone.value}", f"{name}: {within}")
    if add_on.hours:
        yield given("hours", f"Targets count {hours_phrase(catalog, add_on.hours)}")


def _sold_name(catalog: Catalog, key: str) -> str:
    """The name of an add-on, tier or feature."""
    named = catalog.add_ons.get(key) or catalog.tiers.get(key) or catalog.features.get(key)
    return named.name if named else key
