"""What real price pages look like and is not wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from tierline.catalog.document import read_document
from tierline.catalog.lint.report import Report, lint_catalog
from tierline.connectors.support_plan import import_support_plan


def rules_of(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_a_limit_that_is_only_a_switch_makes_no_tier_worse(lint_shop) -> None:
    report = lint_shop(
        "features: {public: {name: Public only, axis: outcome, value: 5, is_limit: true}}\n"
        "tiers:\n"
        "  free: {name: Free, price: {model: flat, amount: 0}, terms: {public: {kind: included}}}\n"
        "  paid: {name: Paid, price: {model: flat, amount: 5}, "
        "terms: {public: {kind: included, included: false}}}\n"
    )
    flagged = {"higher-tier-loses-feature", "tier-contained-in-cheaper", "no-real-step"}
    assert not flagged & rules_of(report)


def test_more_of_an_add_on_that_must_be_bought_first_is_no_worse_one(lint_shop) -> None:
    report = lint_shop(
        "features: {sms: {name: SMS, axis: outcome}, pack: {name: Pack, axis: outcome}}\n"
        "add_ons:\n"
        "  first: {name: First, price: {model: flat, amount: 1}, "
        "terms: {sms: {kind: included}}, extends: {pack: 10}}\n"
        "  further: {name: Further, price: {model: flat, amount: 1}, requires: [first], "
        "extends: {pack: 10}}\n"
    )
    assert "add-on-less-for-more" not in rules_of(report)


def test_words_are_not_taken_as_included(lint_shop) -> None:
    report = lint_shop(
        "features:\n"
        "  calls: {name: Calls, axis: outcome}\n"
        "  api: {name: API, axis: outcome, requires: [calls]}\n"
        "tiers: {one: {name: One, terms: {api: {kind: value, value: none stated}, "
        "calls: {kind: quantity, limit: 0}}}}\n"
    )
    assert "included-but-limit-zero" not in rules_of(report)


def test_of_several_limits_one_above_zero_is_enough_to_use_a_feature(lint_shop) -> None:
    report = lint_shop(
        "features:\n"
        "  free: {name: Free seats, axis: outcome}\n"
        "  paid: {name: Paid seats, axis: outcome}\n"
        "  share: {name: Sharing, axis: outcome, requires: [free, paid]}\n"
        "tiers: {one: {name: One, terms: {share: {kind: included}, "
        "free: {kind: quantity, limit: 0}, paid: {kind: quantity, limit: 5}}}}\n"
    )
    assert "included-but-limit-zero" not in rules_of(report)


def test_a_real_plan_whose_top_tier_is_slower_over_a_weekend(
    shared: Callable[[str], Path],
) -> None:
    document = read_document(shared("data/vendor-support-plans/exoscale.yaml"))
    report = lint_catalog(import_support_plan(document).catalog, as_of=date(2025, 7, 1))
    slower = [f.subject.split("/", 1)[1] for f in report.findings if f.rule == "higher-tier-slower"]
    assert "enterprise/P4.first_response" in slower
