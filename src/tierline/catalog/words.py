"""Everything a catalog says, in plain words: the one source of grid, contract annex and diff."""

from __future__ import annotations

from tierline.catalog.words_amount import (
    capitalised,
    counted,
    duration_in_words,
    joined,
    money_in_words,
    number_in_words,
    percent_in_words,
    plural,
)
from tierline.catalog.words_clock import (
    NO_TARGET,
    clock_rules_in_words,
    milestone_name,
    pause_in_words,
    severity_code,
    severity_name,
    target_in_words,
)
from tierline.catalog.words_hours import (
    Cover,
    cover_of,
    day_in_words,
    duration_on_hours,
    hours_in_words,
    hours_phrase,
)
from tierline.catalog.words_price import (
    billing_in_words,
    commitment_in_words,
    fence_in_words,
    headline_price,
    price_in_words,
    remedy_in_words,
)
from tierline.catalog.words_term import INCLUDED, NOT_INCLUDED, is_included, term_in_words
from tierline.catalog.words_triage import TriageRow, triage_rows

__all__ = [
    "INCLUDED",
    "NOT_INCLUDED",
    "NO_TARGET",
    "Cover",
    "TriageRow",
    "billing_in_words",
    "capitalised",
    "clock_rules_in_words",
    "commitment_in_words",
    "counted",
    "cover_of",
    "day_in_words",
    "duration_in_words",
    "duration_on_hours",
    "fence_in_words",
    "headline_price",
    "hours_in_words",
    "hours_phrase",
    "is_included",
    "joined",
    "milestone_name",
    "money_in_words",
    "number_in_words",
    "pause_in_words",
    "percent_in_words",
    "plural",
    "price_in_words",
    "remedy_in_words",
    "severity_code",
    "severity_name",
    "target_in_words",
    "term_in_words",
    "triage_rows",
]
