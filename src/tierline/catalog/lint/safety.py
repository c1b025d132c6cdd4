"""The safety floor: what no tier, add-on or limit may gate (law 4 of the design)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from tierline.catalog.feature import Safety
from tierline.catalog.lint.comparison import LimitTerm, gives_nothing
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Observation
from tierline.catalog.lint.naming import listed
from tierline.catalog.lint.rules import family
from tierline.catalog.term import Channel, ChannelKind, LimitBehaviour

safety = family("The safety floor")

FLOOR_PREFIX = "safety-floor-"
"""Rules whose waiver must be in order: a bad one is itself an error."""

_IN_WORDS = {
    Safety.severity_1_intake: "Severity-1 intake",
    Safety.security_fixes: "Security fixes",
    Safety.accessibility: "Accessibility",
    Safety.data_export: "Data export",
    Safety.status_page: "The status page",
    Safety.single_sign_on: "Single sign-on",
    Safety.multi_factor: "Multi-factor sign-in",
    Safety.audit_log: "The audit log",
    Safety.data_processing_terms: "The data processing terms",
}
_WHY = {
    Safety.severity_1_intake: "A customer whose production stands still must reach us, whatever "
    "they pay.",
    Safety.security_fixes: "An unpatched customer is a risk to every other one, and to our name.",
    Safety.accessibility: "Disability is not a segment, and in many countries this is law.",
    Safety.data_export: "Data held back at the exit is a reason not to sign at the entrance.",
    Safety.status_page: "Everybody who is hit by an incident needs to know, or they open a case.",
    Safety.single_sign_on: "Who pays less must not be easier to break into.",
    Safety.multi_factor: "Who pays less must not be easier to break into.",
    Safety.audit_log: "After a break-in the log is the only witness; no customer can go without.",
    Safety.data_processing_terms: "Personal data is processed for every customer, so the terms are "
    "owed to every customer.",
}
_LOOKS_LIKE = {
    Safety.single_sign_on: r"sso|saml|single sign[ -]?(?:on|in)",
    Safety.multi_factor: r"mfa|2fa|(?:two|multi)[ -]?(?:factor|step)(?: auth\w*)?",
    Safety.audit_log: r"audit (?:logs?|trails?|logging)",
    Safety.security_fixes: r"security (?:fix\w*|patch\w*|updates?)",
    Safety.accessibility: r"accessib\w+|wcag",
    Safety.data_export: r"(?:data|account|bulk) exports?|export (?:of )?(?:your |all |the )?data",
    Safety.status_page: r"status pages?",
    Safety.severity_1_intake: r"sev(?:erity)?[ -]?1 (?:intake|cases?|reporting)",
    Safety.data_processing_terms: r"dpa|data processing (?:terms|agreement|addendum)",
}
_PATTERNS = {
    kind: re.compile(rf"\b(?:{text})\b", re.IGNORECASE) for kind, text in _LOOKS_LIKE.items()
}
_NO_INTAKE = (ChannelKind.documentation, ChannelKind.community)
_CASES = re.compile(
    r"\b(?:case|incident|support request|ticket)s?\b", re.IGNORECASE
)  # glossary: case


def floor_rule_id(kind: Safety) -> str:
    """`safety-floor-single-sign-on`."""
    return FLOOR_PREFIX + kind.value.replace("_", "-")


def _check_kind(kind: Safety, context: Context) -> Iterator[Observation]:
    for key, feature in context.catalog.features.items():
        if feature.safety is kind:
            yield from _gated(context, key, _IN_WORDS[kind])
    if kind is Safety.severity_1_intake:
        yield from _closed_intake(context)


def _register(kind: Safety) -> None:
    words = _IN_WORDS[kind]
    safety.error(
        floor_rule_id(kind),
        f"{words} is not in every tier that is sold, is sold as an add-on, or stops at a limit.",
        why=_WHY[kind],
        example=f"{words} is part of Enterprise only.",
    )(partial(_check_kind, kind))


for _kind in Safety:
    _register(_kind)


@safety.warning(
    "safety-floor-by-name",
    "Something that reads like part of the safety floor is kept from some customers.",
    why="The catalog does not mark it as safety; if it is, selling it is a risk to everybody.",
    example="`SAML login` is part of Enterprise only, and its feature has no `safety`.",
)
def safety_floor_by_name(context: Context) -> Iterator[Observation]:
    """Features without `safety` whose name or key reads like the floor, and that are gated."""
    for key, feature in context.catalog.features.items() if context.sold else ():
        kind = _looks_like(key, feature.name) if feature.safety is None else None
        if kind:
            words = f"“{feature.name}”, which reads like {_lower(_IN_WORDS[kind])},"
            yield from _gated(context, key, words)


@safety.warning(
    "safety-floor-not-stated",
    "The catalog does not say that the whole safety floor is in every plan.",
    why="What is not stated is not promised; buyers of every size ask for it first.",
    example="No feature is marked `safety: data_export`.",
)
def safety_floor_not_stated(context: Context) -> Iterator[Observation]:
    """Kinds of safety that no feature declares, in a catalog with sold tiers."""
    stated = {feature.safety for feature in context.catalog.features.values()}
    missing = [kind for kind in Safety if kind not in stated]
    if missing and context.sold:
        names = [_lower(_IN_WORDS[kind]) for kind in missing]
        yield Observation(
            ("every_plan",) if context.catalog.every_plan else ("features",),
            f"The catalog says nothing about {listed(names, most=len(names))}.",
            "Add a feature with 'safety:' for each, and list it under every_plan.",
            about=tuple(kind.value for kind in missing),
        )


def _gated(context: Context, key: str, words: str) -> Iterator[Observation]:
    """One observation for each way in which a feature is kept from some customers."""
    stated = context.feature_name(key)
    is_plain = words.endswith(",") or stated.casefold() in words.casefold()
    name = words if is_plain else f"{words} ('{stated}')"
    without = [tier for tier in context.sold.values() if key not in context.terms[tier.key]]
    if without and (len(without) < len(context.sold) or context.catalog.features[key].safety):
        lacking = listed([f"'{tier.tier.name}'" for tier in without])
        first = without[0].terms.get(key)
        yield Observation(
            context.term_path(first) if first else ("features", key),
            f"{name} is not in {lacking}, which {'is' if len(without) == 1 else 'are'} sold.",
            "List it under every_plan, or keep the draft back until two people have signed a "
            "waiver with an end.",
            context.promise(without[0].key, key),
            (key, *[tier.key for tier in without]),
        )
    for add_on_key, add_on in context.catalog.add_ons.items():
        term = add_on.terms.get(key)
        if (term is not None and not gives_nothing(term)) or key in add_on.extends:
            yield Observation(
                ("add_ons", add_on_key),
                f"{name} is sold as part of the add-on '{add_on.name}'.",
                "Take it out of the add-on and list it under every_plan.",
                context.promise(f"+{add_on_key}", key),
                (key, add_on_key),
            )
    for tier in context.sold.values():
        found = tier.terms.get(key)
        if found and isinstance(found.term, LimitTerm) and _stops(found.term):
            yield Observation(
                context.term_path(found),
                f"{name} stops at a limit in '{tier.tier.name}'.",
                "Let the limit warn; the floor is served beyond it.",
                found.promise_id,
                (key, tier.key),
            )


def _closed_intake(context: Context) -> Iterator[Observation]:
    """Tiers in which the worst severity has no way in, or cases stop at a number."""
    worst = next(iter(context.catalog.severities), None)
    for tier in context.sold.values():
        channels = [t.term for t in tier.terms.values() if isinstance(t.term, Channel)]
        open_ = [c for c in channels if _takes(c, worst)]
        if worst is not None and channels and not open_:
            yield Observation(
                ("tiers", tier.key, "terms"),
                f"'{tier.tier.name}' has no channel that takes "
                f"{context.severity_name(worst)} cases.",
                f"Open at least one channel to {worst}.",
                context.promise(tier.key),
                (tier.key, worst),
            )
        for key, found in tier.terms.items():
            if (
                isinstance(found.term, LimitTerm)
                and _stops(found.term)
                and _counts_cases(context, key, found.term)
            ):
                yield Observation(
                    context.term_path(found),
                    f"'{tier.tier.name}' takes no more cases once '{context.feature_name(key)}' "
                    "is used up, the worst ones included.",
                    "Let the limit warn or charge; a severity-1 case is always taken.",
                    found.promise_id,
                    (key, tier.key),
                )


def _takes(channel: Channel, severity: str | None) -> bool:
    if not channel.included or channel.channel in _NO_INTAKE:
        return False
    return not channel.severities or severity in channel.severities


def _stops(term: LimitTerm) -> bool:
    return term.at_limit is not None and term.at_limit.behaviour is LimitBehaviour.stop


def _counts_cases(context: Context, key: str, term: LimitTerm) -> bool:
    unit = getattr(term, "unit", None) or ""
    feature = context.catalog.features.get(key)
    return bool(
        _CASES.fullmatch(unit.strip()) or _CASES.fullmatch((feature.unit or "") if feature else "")
    )


def _looks_like(key: str, name: str) -> Safety | None:
    text = f"{_words(key)} / {name}"
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(text)), None)


def _words(key: str) -> str:
    """`auditLog_export` as `audit Log export`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key).replace("_", " ")


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]
