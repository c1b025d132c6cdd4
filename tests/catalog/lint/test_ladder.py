"""Never worse one tier up, measured in what a customer waits and not in the number written."""

from __future__ import annotations

from decimal import Decimal

EXOSCALE = """
severities: {P4: {name: Low}}
business_hours:
  always: {always_open: true}
  office: {time_zone: Europe/Zurich, week: {mon-fri: "09:00-17:00"}}
tiers:
  pro:
    name: Pro
    targets: [{severity: P4, milestone: first_response, within: PT24H, hours: always}]
  enterprise:
    name: Enterprise
    targets: [{severity: P4, milestone: first_response, within: P1D, hours: office}]
"""


def test_one_business_day_is_worse_than_24_hours_over_a_weekend(lint_shop) -> None:
    report = lint_shop(EXOSCALE)
    [found] = [finding for finding in report.findings if finding.rule == "higher-tier-slower"]
    assert found.subject == "shop/enterprise/P4.first_response"
    assert found.line == 16
    waits = {amount.name: amount.value for amount in found.amounts}
    assert waits["longest wait below"] == Decimal(24)
    assert waits["longest wait"] == Decimal(73), "72, and on one weekend clocks go back"


def test_24_hours_at_any_time_above_one_business_day_are_not_worse(lint_shop) -> None:
    swapped = EXOSCALE.replace("PT24H, hours: always", "P9D, hours: nowhere")
    swapped = swapped.replace("P1D, hours: office", "PT24H, hours: always")
    swapped = swapped.replace("P9D, hours: nowhere", "P1D, hours: office")
    report = lint_shop(swapped)
    assert "higher-tier-slower" not in {finding.rule for finding in report.findings}


def test_a_loss_is_found_through_what_a_tier_includes(lint_shop) -> None:
    report = lint_shop(
        "features: {chat: {name: Chat, axis: outcome, value: 5}}\n"
        "tiers:\n"
        "  one: {name: One, terms: {chat: {kind: channel, channel: chat}}}\n"
        "  two: {name: Two, includes: one}\n"
        "  three: {name: Three}\n"
    )
    lost = [f.subject for f in report.findings if f.rule == "higher-tier-loses-channel"]
    assert lost == ["shop/three/chat"]


def test_a_fee_that_falls_at_every_step_is_no_loss(lint_shop) -> None:
    report = lint_shop(
        "features: {fee: {name: Fee, axis: outcome, value: 5}}\n"
        "tiers:\n"
        "  one: {name: One, terms: {fee: {kind: quantity, limit: 2}}}\n"
        "  two: {name: Two, terms: {fee: {kind: quantity, limit: 1}}}\n"
        "  three: {name: Three, terms: {fee: {kind: quantity, limit: 0.5}}}\n"
    )
    assert "higher-tier-limit-lower" not in {finding.rule for finding in report.findings}


def test_tiers_out_of_order_are_one_finding_and_not_fifty(lint_shop) -> None:
    features = "".join(f"  f{n}: {{name: F{n}, axis: outcome, value: 5}}\n" for n in range(50))
    terms = "".join(f"      f{n}: {{kind: included}}\n" for n in range(50))
    report = lint_shop(
        f"features:\n{features}  g: {{name: G, axis: outcome}}\ntiers:\n"
        f"  big:\n    name: Big\n    price: {{model: flat, amount: 90}}\n    terms:\n{terms}"
        "  small:\n    name: Small\n    price: {model: flat, amount: 9}\n"
        "    terms: {g: {kind: included}}\n"
    )
    rules = [finding.rule for finding in report.findings]
    assert rules.count("ladder-not-by-price") == 1
    assert "higher-tier-loses-feature" not in rules
