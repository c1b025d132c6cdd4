"""Twenty pricings, each with one named defect: the linter names it, whatever things are called."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tierline.catalog.document import parse_document, read_document
from tierline.catalog.lint.finding import Level
from tierline.catalog.lint.report import lint_catalog
from tierline.connectors.pricing2yaml import import_pricing

DEFECTS = {
    "add-ons/addon-circular-dependency": "add-on-circular-requirement",
    "add-ons/addon-depends-nonexistent-addon": "add-on-requires-unknown",
    "add-ons/addon-excludes-nonexistent-addon": "add-on-excludes-unknown",
    "add-ons/addon-identical": "add-on-identical",
    "add-ons/addon-invalid-dependency": "add-on-requires-what-excludes-it",
    "add-ons/addon-is-not-available": "add-on-for-unknown-tier",
    "add-ons/addon-need-multiple-plans": "add-on-needs-two-tiers",
    "add-ons/addon-offers-less-high-price": "add-on-less-for-more",
    "add-ons/addon-overriding-nonexistent-feature": "add-on-unknown-feature",
    "add-ons/addon-overriding-nonexistent-usagelimit": "add-on-unknown-limit",
    "add-ons/addon-same-as-plan": "add-on-same-as-tier",
    "plans/plan-contained-in-another": "tier-contained-in-cheaper",
    "plans/plan-low-tier-offer-less-high-price": "lower-tier-less-for-more",
    "plans/plan-overriding-nonexistent-feature": "feature-unknown",
    "plans/plan-overriding-nonexistent-usagelimit": "limit-unknown",
    "plans/plan-same-features-different-prices": "same-terms-different-price",
    "plans/plan-same-features-different-prices-2": "same-terms-different-price",
    "plans/plan-same-features-same-prices": "same-tier-twice",
    "plans/plan-with-zero-limit-but-addon": "included-but-needs-add-on",
    "plans/plan-with-zero-limit-but-feature-included": "included-but-limit-zero",
}
ALSO = {"plans/plan-contained-in-another": {"higher-tier-limit-lower"}}
"""The limit that makes the higher plan worse is named as well."""

NOT_IN_THE_FORMAT = {
    "exclusions-missing", "headline-count", "lead-line", "limit-without-behaviour",
}  # fmt: skip
"""Errors on every pricing of this format, which has no place for what they ask for."""

WORDS = {
    "saasName", "syntaxVersion", "version", "createdAt", "currency", "variables", "features",
    "usageLimits", "plans", "addOns", "description", "valueType", "defaultValue", "type", "unit",
    "price", "value", "linkedFeatures", "availableFor", "dependsOn", "excludes",
    "usageLimitsExtensions", "BOOLEAN", "NUMERIC", "TEXT", "DOMAIN", "INFORMATION", "NON_RENEWABLE",
    "RENEWABLE", "EUR", "USD", "true", "false", "null", "user", "month",
}  # fmt: skip
"""The words of the format; every other word of a file is somebody's name for something."""


def errors_of(path: Path, text: str | None = None) -> set[str]:
    document = read_document(path) if text is None else parse_document(text, "renamed.yml")
    report = lint_catalog(import_pricing(document).catalog, as_of=date(2025, 7, 1))
    return {finding.rule for finding in report.findings if finding.level is Level.error}


def renamed(text: str, seed: int) -> str:
    """The same pricing with every name of its own replaced by a random one."""
    source = random.Random(seed)  # noqa: S311 - names, not secrets
    names: dict[str, str] = {}

    def rename(match: re.Match[str]) -> str:
        word = match[0]
        if word in WORDS:
            return word
        letters = "".join(source.choices("bcdfghjklmnpqrstvwz", k=9))
        return names.setdefault(word, f"{letters}{len(names)}")

    head, _, body = text.partition("\nsyntaxVersion")
    assert head.startswith("saasName")
    return f"saasName: {source.random()}\nsyntaxVersion" + re.sub(
        r"(?<![\w'.-])[A-Za-z]\w*", rename, body
    )


@pytest.mark.parametrize(("folder", "rule"), DEFECTS.items())
def test_a_planted_defect_is_named_and_nothing_else_is(
    folder: str, rule: str, shared: Callable[[str], Path]
) -> None:
    path = shared(f"data/saas-pricing-isa/defective-pricings/{folder}/bad.yml")
    assert errors_of(path) - NOT_IN_THE_FORMAT == {rule} | ALSO.get(folder, set())


@pytest.mark.parametrize("folder", DEFECTS)
@pytest.mark.parametrize("seed", range(3))
def test_a_planted_defect_is_named_under_any_names(
    folder: str, seed: int, shared: Callable[[str], Path]
) -> None:
    path = shared(f"data/saas-pricing-isa/defective-pricings/{folder}/bad.yml")
    text = path.read_text("utf-8")
    other = renamed(text, seed)
    assert "eature1" in text
    assert "eature" not in re.sub("|".join(WORDS), "", other)
    assert errors_of(path, other) == errors_of(path)


def test_the_twenty_defects_are_all_there(shared: Callable[[str], Path]) -> None:
    root = shared("data/saas-pricing-isa/defective-pricings")
    found = {path.parent.relative_to(root).as_posix() for path in root.glob("*/*/bad.yml")}
    assert found == set(DEFECTS)
