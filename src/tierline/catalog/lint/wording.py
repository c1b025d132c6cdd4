"""Words that mislead: limits told as punishment, tiers named like severities."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierline.catalog.lint.comparison import LimitTerm
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Observation, PathParts
from tierline.catalog.lint.rules import family

wording = family("Words")

_PUNISHING = re.compile(
    r"\b(?:penal(?:ty|ties|i[sz]ed?|i[sz]es)|punish\w*|abus(?:e|es|ed|ers?|ive)|violat\w+|"
    r"offend(?:er|ers|ing)|forfeit\w*|misuse\w*|cut(?:ting)? (?:you )?off|kick(?:ed)? out|"
    r"fined|banned|blacklist\w*|freeload\w*|revok\w+|strictly (?:prohibited|forbidden)|"
    r"will be (?:blocked|denied|terminated|suspended|charged extra)|we reserve the right|"
    r"failure to (?:comply|upgrade|pay)|not (?:allowed|permitted|entitled|eligible)|"
    r"you (?:may|must|can) ?not|no excuse\w*)\b",
    re.IGNORECASE,
)
_LIKE_SEVERITY = re.compile(
    r"(?:s|p|sev|severity|prio|priority|level|l)[\s._-]?\d|critical|major|minor|urgent|blocker|"
    r"high|medium|low|(?:high|low|medium|top|urgent) (?:priority|severity)",
    re.IGNORECASE,
)


@wording.error(
    "copy-punishes",
    "A text about a limit, fence or exclusion speaks to the customer as to an offender.",
    why="A limit is the edge of what was bought; a customer who is scolded for reaching it leaves "
    "instead of buying more.",
    example="`Abuse of the API will be penalised` instead of `Beyond 200 requests a second we "
    "serve what we can and tell you`.",
)
def copy_punishes(context: Context) -> Iterator[Observation]:
    """Punishing words where a limit, a fence, an exclusion or an eligibility is put in words."""
    for path, holder, text in _limiting_texts(context):
        found = _PUNISHING.search(text)
        if found:
            yield Observation(
                path,
                f"'{context.tier_name(holder)}' puts a limit as a punishment: “{found[0]}”.",
                "Say what is included, what happens beyond it, and what to take instead.",
                context.promise(holder),
                (holder,),
            )


@wording.warning(
    "tier-named-like-severity",
    "A tier has the name of a severity.",
    why="`A critical case of a Critical customer` will be read wrongly in every report and "
    "contract.",
    example="A tier `S1`, `Critical` or `Priority 1`.",
)
def tier_named_like_severity(context: Context) -> Iterator[Observation]:
    """Tier names equal to a severity of the catalog, or of the usual form of one."""
    severities = {key.casefold() for key in context.catalog.severities}
    severities |= {stated.name.casefold() for stated in context.catalog.severities.values()}
    for key, tier in context.catalog.tiers.items():
        name = tier.name.strip()
        if name.casefold() in severities or _LIKE_SEVERITY.fullmatch(name):
            yield Observation(
                ("tiers", key, "name"),
                f"The tier '{name}' is named like a severity.",
                "Name it after the customer or the outcome, e.g. Business or Enterprise.",
                context.promise(key),
                (key,),
            )


def _limiting_texts(context: Context) -> Iterator[tuple[PathParts, str, str]]:
    for key, tier in context.catalog.tiers.items():
        base: PathParts = ("tiers", key)
        yield (*base, "lead_line"), key, tier.lead_line
        for name, headline in tier.headlines.items():
            yield (*base, "headlines", name, "name"), key, headline.name
        for name, fence in tier.fences.items():
            yield (*base, "fences", name, "text"), key, fence.text
        for name, exclusion in tier.exclusions.items():
            yield (*base, "exclusions", name, "text"), key, exclusion.text
            yield (*base, "exclusions", name, "alternative"), key, exclusion.alternative
        for place, rule in enumerate(tier.eligibility):
            yield (*base, "eligibility", place, "reason"), key, rule.reason
        for feature, term in tier.terms.items():
            if isinstance(term, LimitTerm) and term.note:
                yield (*base, "terms", feature, "note"), key, term.note
