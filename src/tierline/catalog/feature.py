"""Features: the rows of the grid, each filed under one axis."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import Field

from tierline.catalog.statement import Axis, Key, Number, Statement, Text


class Safety(StrEnum):
    """The floor that no tier, limit or payment state may gate (law 4 of the design)."""

    severity_1_intake = "severity_1_intake"
    security_fixes = "security_fixes"
    accessibility = "accessibility"
    data_export = "data_export"
    status_page = "status_page"
    single_sign_on = "single_sign_on"
    multi_factor = "multi_factor"
    audit_log = "audit_log"
    data_processing_terms = "data_processing_terms"


class EnforcedBy(StrEnum):
    """Where a promise is kept."""

    platform = "platform"
    workflow = "workflow"
    person = "person"
    nowhere = "nowhere"


class CounterUnknown(StrEnum):
    """What a check does while nobody can tell how much has been used."""

    serve = "serve"
    """Fail open: serve, and flag it."""
    refuse = "refuse"
    """Fail closed."""


class Feature(Statement):
    """A capability that may be entitled. Tiers give it a value; the feature says what it is."""

    name: Text
    axis: Axis
    description: str = Field(default="", max_length=4_000)
    unit: Text | None = None
    value: Number = Field(default=1, validate_default=True, ge=0, le=10)
    """What it is worth to a buyer, 0 to 10: 3 and above changes how they work."""
    value_by_segment: dict[Key, Number] = Field(default_factory=dict)
    safety: Safety | None = None
    enforced_by: EnforcedBy = EnforcedBy.platform
    group: Text | None = None
    """A heading of the grid."""
    requires: tuple[Key, ...] = ()
    """Limits or features without which this one cannot be used."""
    is_limit: bool = False
    """A usage limit: it bounds other features and is not chosen for itself."""
    bounds: tuple[Key, ...] = ()
    """The features that this limit bounds."""
    category: Text | None = None
    """How the price page (or its author) classes the feature, e.g. INTEGRATION."""
    category_detail: Text | None = None
    """The class below `category`, e.g. IDENTITY_PROVIDER."""
    default: bool | Number | str | None = None
    """What is given where a tier states nothing; an importer writes it out into every tier."""
    urls: tuple[Text, ...] = ()
    """Pages that describe the feature, or prove it."""
    counter_unknown: CounterUnknown = CounterUnknown.serve
    """What a check does while its counter is not known; the safety floor is served always."""


def is_web_address(url: str) -> bool:
    """Whether a browser opens it, wherever it is shown."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:  # a bracket that nothing closes
        return False
    is_one_word = not any(each.isspace() for each in url)
    return parts.scheme in ("https", "http") and bool(host) and is_one_word


class Waiver(Statement):
    """A written exception to a lint rule; it needs two names and ends on a day."""

    rule: Text
    promise: Text
    """The promise id (or tier, or feature key) that it excuses."""
    reason: Text
    approved_by: tuple[Text, ...] = Field(min_length=1)
    expires_on: Text
    """ISO date; from that day on the waiver does not apply."""


class Imported(Statement):
    """How the catalog came out of a file in another format."""

    format: Text
    """The format and its version, e.g. `pricing2yaml/2.1`."""
    version: Text | None = None
    """The version or period that the source gives, in its own words."""
    version_is_assumed: bool = False
    """The source is undated; the catalog's `version` is a stand-in."""
    inferred: bool = False
    """The source says that some of its values were inferred."""
    layout: Text | None = None
    """What the source says about where in it the tiers stand."""


class Source(Statement):
    """Where a fact of the catalog was read."""

    url: Text
    kind: Text | None = None
    gives: Text | None = None


class WorkedExample(Statement):
    """A price that someone worked out by hand; the linter works it out again."""

    tier: Key
    spend: Number
    fee: Number
    source: Text | None = None
    trusted: bool = True
    """False for a claim that is known to be wrong; it is kept as a fact and not checked."""
    note: Text | None = None
