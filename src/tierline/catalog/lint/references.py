"""Names of the catalog that lead nowhere: each kind of name has its own rule."""

from __future__ import annotations

from collections.abc import Iterator

from tierline.catalog.feature import is_web_address
from tierline.catalog.lint.comparison import LimitTerm
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Observation, PathParts
from tierline.catalog.lint.names_used import hours_named, needs_of, severities_named
from tierline.catalog.lint.naming import choose_from, listed
from tierline.catalog.lint.rules import family
from tierline.catalog.resolved import ANY
from tierline.catalog.term import Term

references = family("Names that lead nowhere")


@references.error(
    "feature-unknown",
    "A tier promises a feature that the catalog does not list.",
    why="Nobody can say what was promised: no name, no axis, no value, nothing that enforces it.",
    example="Tier Pro gives `priority_queue`, and `features` has no `priority_queue`.",
)
def feature_unknown(context: Context) -> Iterator[Observation]:
    """Terms of tiers, other than limits, whose key is no feature."""
    for path, holder, key, term in _tier_terms(context):
        if key not in context.catalog.features and not isinstance(term, LimitTerm):
            yield _unknown_feature(context, path, holder, key, "promises the feature")


@references.error(
    "limit-unknown",
    "A tier sets a limit that the catalog does not list.",
    why="A limit without a definition cannot be metered, so it is neither kept nor billed.",
    example="Tier Pro limits `exports` to 100 a month, and `features` has no `exports`.",
)
def limit_unknown(context: Context) -> Iterator[Observation]:
    """Limits of tiers whose key is no feature."""
    for path, holder, key, term in _tier_terms(context):
        if key not in context.catalog.features and isinstance(term, LimitTerm):
            yield _unknown_feature(context, path, holder, key, "sets the limit")


@references.error(
    "feature-requires-unknown",
    "A feature depends on a limit or feature that the catalog does not list.",
    why="Whether a customer can use the feature cannot be decided.",
    example="`exports` requires `export_rows`, which is not listed.",
)
def feature_requires_unknown(context: Context) -> Iterator[Observation]:
    """Entries of `requires` that are no feature."""
    for key, feature in context.catalog.features.items():
        for place, needed in enumerate(feature.requires):
            if needed not in context.catalog.features:
                yield Observation(
                    ("features", key, "requires", place),
                    f"'{feature.name}' needs '{needed}', and the catalog lists nothing of that "
                    "name.",
                    choose_from(needed, context.catalog.features),
                    about=(key,),
                )


@references.error(
    "every-plan-unknown",
    "The list of what every plan includes names something that the catalog does not list.",
    why="The safety floor would promise a thing that does not exist.",
    example="`every_plan` lists `single_sign`, and the feature is called `single_sign_on`.",
)
def every_plan_unknown(context: Context) -> Iterator[Observation]:
    """Entries of `every_plan` that are no feature."""
    for place, key in enumerate(context.catalog.every_plan):
        if key not in context.catalog.features:
            yield Observation(
                ("every_plan", place),
                f"Every plan is said to include '{key}', and the catalog lists no such feature.",
                choose_from(key, context.catalog.features),
                about=(key,),
            )


@references.error(
    "inclusion-link-leads-nowhere",
    "A page that proves what every plan includes has an address that no browser opens.",
    why="The grid leaves it out; who buys asks for it, and somebody sends it by hand.",
    example="`urls: [trust.acme.example]` of single sign-on, without `https://`.",
)
def inclusion_link_leads_nowhere(context: Context) -> Iterator[Observation]:
    """Addresses (`urls`) of features of `every_plan` that are not of the web."""
    for key in context.catalog.every_plan:
        feature = context.catalog.features.get(key)
        for place, url in enumerate(feature.urls if feature else ()):
            if not is_web_address(url):
                yield Observation(
                    ("features", key, "urls", place),
                    f"'{url}', which is to show more of '{key}', is no address of the web.",
                    "Write it whole: https://trust.example.com/report",
                    about=(key,),
                )


@references.error(
    "question-feature-unknown",
    "The chooser asks for a feature that the catalog does not list.",
    why="The answer would never lead to a tier.",
    example="An answer needs `sandbox`, and the feature is called `sandboxes`.",
)
def question_feature_unknown(context: Context) -> Iterator[Observation]:
    """Needs of answers whose feature is not listed."""
    for path, need in needs_of(context.catalog):
        if need.feature and need.feature not in context.catalog.features:
            yield Observation(
                (*path, "feature"),
                f"An answer of the chooser needs '{need.feature}', and the catalog lists no such "
                "feature.",
                choose_from(need.feature, context.catalog.features),
                about=(need.feature,),
            )


@references.error(
    "hours-unknown",
    "Business hours are named that the catalog does not state.",
    why="A target on hours that nobody defined has no due time.",
    example="A target counts on `weekends`, and `business_hours` has no `weekends`.",
)
def hours_unknown(context: Context) -> Iterator[Observation]:
    """Every place that names hours."""
    for path, key in hours_named(context.catalog):
        if key not in context.catalog.business_hours:
            yield Observation(
                path,
                f"The hours '{key}' are not stated, so nothing can be timed on them.",
                choose_from(key, context.catalog.business_hours),
                about=_holder(path),
            )


@references.error(
    "severity-unknown",
    "A severity is named that the catalog does not define.",
    why="No case is ever triaged to it, so the promise beside it is empty.",
    example="A target is written for `S5`, and the severities end at `S4`.",
)
def severity_unknown(context: Context) -> Iterator[Observation]:
    """Every place that names a severity; `any` stands for all."""
    for path, key in severities_named(context.catalog):
        if key != ANY and key not in context.catalog.severities:
            yield Observation(
                path,
                f"Severity '{key}' is not defined, so no case will ever have it.",
                choose_from(key, context.catalog.severities),
                about=_holder(path),
            )


@references.error(
    "tier-unknown",
    "A tier is named that the catalog does not have.",
    why="What hangs on it (inherited terms, a worked price) is silently lost.",
    example="Tier Pro includes `basic`, and the tier is called `base`.",
)
def tier_unknown(context: Context) -> Iterator[Observation]:
    """`includes` of tiers and the tiers of worked examples."""
    named: list[tuple[PathParts, str]] = [
        (("tiers", key, "includes"), tier.includes)
        for key, tier in context.catalog.tiers.items()
        if tier.includes
    ]
    for place, example in enumerate(context.catalog.worked_examples):
        named.append((("worked_examples", place, "tier"), example.tier))
    for path, key in named:
        if key not in context.catalog.tiers:
            yield Observation(
                path,
                f"There is no tier '{key}'.",
                choose_from(key, context.catalog.tiers),
                about=_holder(path),
            )


@references.error(
    "tier-includes-itself",
    "Tiers include one another in a circle.",
    why="Nobody can say which of them gives the terms to the others.",
    example="Pro includes Team and Team includes Pro.",
)
def tier_includes_itself(context: Context) -> Iterator[Observation]:
    """Each tier whose chain of inclusions comes back to it."""
    tiers = context.catalog.tiers
    for key in tiers:
        chain = context.chain(key)
        if tiers[chain[-1]].includes == key:
            yield Observation(
                ("tiers", key, "includes"),
                f"{listed([context.tier_name(k) for k in chain])} include one another in a circle.",
                "Let the lowest of them include none.",
                context.promise(key),
                (key,),
            )


@references.warning(
    "value-for-unknown-segment",
    "A feature is valued for a segment that no tier is made for.",
    why="The value is never used, so the step between tiers is scored without it.",
    example="`value_by_segment: {regulatd: 9}`, and the tiers serve `regulated`.",
)
def value_for_unknown_segment(context: Context) -> Iterator[Observation]:
    """Segments of values that no tier serves."""
    segments = [tier.segment for tier in context.catalog.tiers.values() if tier.segment]
    for key, feature in context.catalog.features.items():
        for segment in feature.value_by_segment:
            if segment not in segments:
                yield Observation(
                    ("features", key, "value_by_segment", segment),
                    f"'{feature.name}' has a value for the segment '{segment}', which no tier "
                    "serves.",
                    choose_from(segment, segments),
                    about=(key,),
                )


def _tier_terms(context: Context) -> Iterator[tuple[PathParts, str, str, Term]]:
    for key, tier in context.catalog.tiers.items():
        for feature, term in tier.terms.items():
            yield ("tiers", key, "terms", feature), key, feature, term


def _unknown_feature(
    context: Context, path: PathParts, holder: str, key: str, does: str
) -> Observation:
    return Observation(
        path,
        f"'{context.tier_name(holder)}' {does} '{key}', which the catalog does not list.",
        choose_from(key, context.catalog.features),
        context.promise(holder, key),
        (holder, key),
    )


def _holder(path: PathParts) -> tuple[str, ...]:
    return (str(path[1]),) if len(path) > 1 and isinstance(path[1], str) else ()
