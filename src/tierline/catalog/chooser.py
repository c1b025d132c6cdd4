"""From a buyer's answers to one tier, with reasons that cite promise ids.

Deterministic: the lowest sold tier on the ladder that meets every need; where none does, the one
that leaves the fewest unmet, lowest first, and the unmet needs are named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.catalog.chooser_needs import Met, meets
from tierline.catalog.lint.comparison import gained
from tierline.catalog.resolved import promise_id, resolve_tiers
from tierline.catalog.tier import Availability
from tierline.catalog.words import (
    NO_TARGET,
    milestone_name,
    price_in_words,
    severity_code,
    target_in_words,
    term_in_words,
)
from tierline.kernel.errors import Invalid, LimitReached, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.resolved import ResolvedTier

MAX_QUESTIONS = 6
"""A minute's worth."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One need, the answer that asked for it, and whether the tier meets it."""

    question: str
    answer: str
    need: str
    met: Met
    drove: bool = False
    """Whether the tier just below does not meet it."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What the next tier up adds."""

    promise_id: str
    words: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The recommendation."""

    tier: str
    tier_name: str
    price: str
    meets_all: bool
    lower_tier_name: str
    """The tier just below; empty for the lowest."""
    reasons: tuple[Reason, ...]
    not_included: tuple[Gain, ...]
    """What the tier excludes, with the alternative."""
    next_tier: str | None
    next_tier_name: str
    next_price: str
    next_adds: tuple[Gain, ...]


def check_questions(catalog: Catalog) -> None:
    """Raises NotFound without questions, LimitReached where there are more than six."""
    if not catalog.chooser:
        raise NotFound(
            f"The catalog {catalog.catalog} asks no questions. Add them under 'chooser'.",
            code="no_chooser",
        )
    if len(catalog.chooser) > MAX_QUESTIONS:
        raise LimitReached(
            f"The chooser asks {len(catalog.chooser)} questions; {MAX_QUESTIONS} are the most that "
            "a buyer answers. Drop those that change no recommendation.",
            code="too_many_questions",
        )


def choose(catalog: Catalog, answers: Mapping[str, str]) -> Choice:
    """The tier for these answers (question key -> answer key). Raises Invalid for an answer or a
    question that is missing or not known."""
    check_questions(catalog)
    _check_answers(catalog, answers)
    tiers = [t for t in resolve_tiers(catalog).values() if t.tier.availability is Availability.sold]
    if not tiers:
        raise NotFound("No tier of this catalog is sold.", code="nothing_sold")
    found = [_reasons(catalog, tier, answers) for tier in tiers]
    unmet = [sum(not reason.met.is_met for reason in reasons) for reasons in found]
    place = unmet.index(min(unmet))
    tier = tiers[place]
    above = tiers[place + 1] if place + 1 < len(tiers) else None
    return Choice(
        tier=tier.key,
        tier_name=tier.tier.name,
        price=_price(catalog, tier),
        meets_all=unmet[place] == 0,
        lower_tier_name=tiers[place - 1].tier.name if place else "",
        reasons=tuple(_with_drivers(found, place)),
        not_included=tuple(
            Gain(
                promise_id(catalog, tier.key, f"not.{key}"),
                f"{exclusion.text}. {exclusion.alternative}.",
            )
            for key, exclusion in tier.tier.exclusions.items()
        ),
        next_tier=above.key if above else None,
        next_tier_name=above.tier.name if above else "",
        next_price=_price(catalog, above) if above else "",
        next_adds=tuple(_adds(catalog, tier, above)) if above else (),
    )


def _check_answers(catalog: Catalog, answers: Mapping[str, str]) -> None:
    for key in answers:
        if key not in catalog.chooser:
            raise Invalid(
                f"There is no question '{key}'. There are: {', '.join(catalog.chooser)}.",
                code="no_such_question",
            )
    missing = [key for key in catalog.chooser if key not in answers]
    if missing:
        raise Invalid(
            f"Not answered: {', '.join(missing)}. Answer each question with --answer "
            f"{missing[0]}=... ({', '.join(catalog.chooser[missing[0]].answers)}).",
            code="not_answered",
        )
    for key, answer in answers.items():
        known = catalog.chooser[key].answers
        if answer not in known:
            raise Invalid(
                f"'{answer}' is no answer to '{key}'. There are: {', '.join(known)}.",
                code="no_such_answer",
            )


def _reasons(catalog: Catalog, tier: ResolvedTier, answers: Mapping[str, str]) -> list[Reason]:
    found = []
    for key, question in catalog.chooser.items():
        answer = question.answers[answers[key]]
        for need in answer.needs:
            words, met = meets(catalog, tier, need)
            found.append(Reason(question.ask, answer.text, words, met))
    return found


def _with_drivers(found: list[list[Reason]], place: int) -> list[Reason]:
    """Marks the needs that the tier just below does not meet.

    Needs are the same for every tier, so they are compared place by place.
    """
    chosen = found[place]
    if place == 0:
        return chosen
    below = found[place - 1]
    return [
        Reason(r.question, r.answer, r.need, r.met, r.met.is_met and not below[number].met.is_met)
        for number, r in enumerate(chosen)
    ]


def _adds(catalog: Catalog, tier: ResolvedTier, above: ResolvedTier) -> list[Gain]:
    """Terms of which the next tier gives more, and targets that it states or shortens."""
    now = {key: term.term for key, term in tier.terms.items()}
    then = {key: term.term for key, term in above.terms.items()}
    adds = []
    for key, target in above.targets.items():
        words = target_in_words(catalog, target)
        before = tier.targets.get(key)
        old = target_in_words(catalog, before) if before else NO_TARGET
        if target.statement.within is not None and words != old:
            code = severity_code(catalog, target.severity)
            name = f"{code} {milestone_name(target.milestone).lower()}"
            adds.append(
                Gain(target.promise_id, f"{name}: {words}, instead of {old[:1].lower()}{old[1:]}")
            )
    for feature, _, term in gained(now, then):
        known = catalog.features.get(feature)
        words = term_in_words(catalog, known, term)
        adds.append(
            Gain(above.terms[feature].promise_id, f"{known.name if known else feature}: {words}")
        )
    return adds


def _price(catalog: Catalog, tier: ResolvedTier) -> str:
    return price_in_words(tier.tier.price, catalog.currency)


def choice_values(choice: Choice) -> dict[str, object]:
    """The recommendation as plain values for JSON."""

    def gains(items: tuple[Gain, ...]) -> list[dict[str, str]]:
        return [{"promise_id": item.promise_id, "words": item.words} for item in items]

    return {
        "format": "tierline/choice/1",
        "tier": choice.tier,
        "tier_name": choice.tier_name,
        "price": choice.price,
        "meets_all": choice.meets_all,
        "reasons": [
            {
                "question": reason.question,
                "answer": reason.answer,
                "need": reason.need,
                "is_met": reason.met.is_met,
                "by": reason.met.words,
                "promise_id": reason.met.promise_id,
                "drove_the_choice": reason.drove,
            }
            for reason in choice.reasons
        ],
        "not_included": gains(choice.not_included),
        "next": None
        if choice.next_tier is None
        else {
            "tier": choice.next_tier,
            "tier_name": choice.next_tier_name,
            "price": choice.next_price,
            "adds": gains(choice.next_adds),
        },
    }
