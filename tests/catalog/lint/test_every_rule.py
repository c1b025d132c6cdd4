"""The sample is clean, and for every rule there is a small change that it names."""

from __future__ import annotations

import pytest

from tierline.catalog.lint.rule_pack import all_rules

Change = tuple[str, str]

STANDARD_TERMS = "      uptime: {kind: uptime, headline: uptime, percent: 99.5}\n"
PORTAL = "      portal: {kind: channel, headline: answers, channel: portal}\n"
S1_ACKNOWLEDGE = "- {severity: S1, milestone: acknowledge, within: PT4H}"
ENTERPRISE_S1 = "within: PT15M, commitment: true, remedy: late_answer}"
CONTACTS = "      named_contacts: {kind: seats, headline: answers, limit: 2,"
FENCE = "{kind: named_contacts, text: Two people may open cases, limit: 2, rotation_limit_per_quarter: 1}"  # noqa: E501 - one line of the sample
ADD_ONS = "\nadd_ons:\n"
PACK = "  hours_pack: {name: Pack of 20 engineering hours,"
SANDBOX_COST = "at_limit: {behaviour: overage, overage_amount: 250, cap_percent_of_fee: 50}"
GRACE = "limit: 50, unit: request, per: second, at_limit: {behaviour: grace, grace: P1D}"
WAIVER = (
    "\nchooser:\n",
    "\nwaivers:\n  - {{rule: {rule}, promise: {promise}, reason: Until release 5.2, "
    "approved_by: [{names}], expires_on: {ends}}}\n\nchooser:\n",
)
STANDARD_FLAT = "price: {model: flat, amount: 490, per: month}"
TWO = "Ana Ruiz, Ben Okafor"


def add_on(text: str) -> Change:
    return ADD_ONS, f"{ADD_ONS}  extra: {{name: Extra, {text}}}\n"


def standard_term(text: str) -> Change:
    return STANDARD_TERMS, f"{STANDARD_TERMS}      {text}\n"


def feature(text: str) -> Change:
    return "\nfeatures:\n", f"\nfeatures:\n  {text}\n"


def waiver(rule: str, *, names: str = TWO, ends: str = "2025-12-31") -> Change:
    promise = "halyard/standard/phone"
    return WAIVER[0], WAIVER[1].format(rule=rule, promise=promise, names=names, ends=ends)


def gated(key: str) -> Change:
    return f"  - {key}\n", ""


FLAT_ADD_ON = "price: {model: flat, amount: 10}"
SECOND_ADD_ON = "  other: {name: Other, price: {model: flat, amount: 5}"

CHANGES: dict[str, tuple[Change, ...]] = {
    "feature-unknown": (standard_term("night_watch: {kind: included, headline: room}"),),
    "limit-unknown": (standard_term("exports: {kind: quantity, headline: room, limit: 9}"),),
    "feature-requires-unknown": (feature("a: {name: A, axis: outcome, requires: [b]}"),),
    "every-plan-unknown": (("  - sso\n", "  - sso\n  - no_such\n"),),
    "question-feature-unknown": (("feature: sandboxes, at_least: 1", "feature: sandbox"),),
    "hours-unknown": (("    hours: weekdays\n    headlines", "    hours: weekday\n    headlines"),),
    "severity-unknown": (("{severity: S4, milestone: acknowledge, within: P2D}",
                          "{severity: S5, milestone: acknowledge, within: P2D}"),),
    "tier-unknown": (("worked_examples:\n  - {tier: enterprise", "worked_examples:\n  - {tier: ent"),),
    "tier-includes-itself": (("    segment: single_site\n", "    includes: priority\n"),
                             ("    segment: growing_plant\n", "    includes: standard\n")),
    "exclusion-offer-unknown": (("offer: hours_pack}", "offer: hour_pack}"),),
    "escalation-tree-unknown": (("escalation: {any: office_tree}", "escalation: {any: office}"),),
    "remedy-unknown": (("commitment: true, remedy: late_answer", "commitment: true, remedy: late"),),
    "headline-unknown": (("headline: room, limit: 50", "headline: rooms, limit: 50"),),
    "answered-by-unknown": ((S1_ACKNOWLEDGE, S1_ACKNOWLEDGE[:-1] + ", answered_by: pods}"),),
    "fence-meter-unknown": ((FENCE, FENCE[:-1] + ", meter: people}"),),
    "value-for-unknown-segment": (("unit: request, value: 4}",
                                   "unit: request, value: 4, value_by_segment: {banks: 9}}"),),
    "headline-count": (("      answers: {name: An answer in working hours, axis: support_experience}\n"
                        "      room: {name: Room for one line, axis: performance_limit}\n",
                        "      answers: {name: An answer in working hours}\n"),),
    "lead-line": (("This plan keeps single-site teams inspecting", "Support for single sites"),),
    "job-to-be-done-missing": (("    job_to_be_done: When a camera stops at our one plant, get it "
                                "inspecting again in working hours\n", ""),),
    "headline-unproved": (("      uptime: {name: A platform",
                           "      calm: {name: Calm}\n      uptime: {name: A platform"),),
    "term-without-headline": (("portal: {kind: channel, headline: answers,", "portal: {kind: channel,"),),
    "copy-punishes": (("text: Two people may open cases", "text: Abuse of contacts is penalised"),),
    "tier-named-like-severity": (("    name: Priority\n", "    name: Priority 1\n"),),
    "exclusions-missing": (("    exclusions:\n      model_training: {text: Training of custom models, "
                            "alternative: Buy engineering hours for it, offer: hours_pack}\n", ""),),
    "exclusion-without-offer": ((", offer: hours_pack}", "}"),),
    "exclusion-offer-not-for-tier": (("offer: hours_pack}", "offer: named_engineer}"),),
    "exclusion-contradicts-term": (("      custom_integration: {text", "      portal: {text"),),
    "higher-tier-slower": (("within: PT1H, commitment", "within: P5D, commitment"),),
    "higher-tier-slower-at-times": (("{severity: S1, milestone: restore, within: PT4H, commit",
                                     "{severity: S1, milestone: restore, within: PT9H, commit"),),
    "higher-tier-loses-target": (("      - {severity: S1, milestone: restore, within: PT8H}\n", ""),),
    "higher-tier-loses-commitment": ((ENTERPRISE_S1, "within: PT15M}"),),
    "higher-tier-pays-less": (
        ("percent_of_fee: 5, fee_base: month, cap_percent: 25",
         "percent_of_fee: 4, fee_base: month, cap_percent: 25"),),
    "higher-tier-covers-less": (("    hours: always\n    headlines", "    hours: office\n    headlines"),),
    "higher-tier-limit-lower": (("limit: 600, unit: request", "limit: 100, unit: request"),),
    "higher-tier-loses-channel": (
        ("      email: {kind: channel, headline: answers, channel: email}\n      chat",
         "      chat"),),
    "higher-tier-loses-feature": (("percent: 99.95}", "percent: 99.8}"),),
    "no-real-step": (feature("badge: {name: Badge, axis: outcome, value: 2}"),
                     ("\n  priority:\n", "\n  plus:\n    name: Plus\n    includes: standard\n"
                      "    price: {model: flat, amount: 590}\n"
                      "    terms: {badge: {kind: included}}\n\n  priority:\n")),
    "values-not-stated": (),
    "ladder-not-by-price": ((STANDARD_FLAT, "price: {model: quoted}"),),
    "same-tier-twice": (("\n  priority:\n", "\n  plus:\n    name: Plus\n    includes: standard\n"
                         "    price: {model: flat, amount: 490}\n\n  priority:\n"),),
    "same-terms-different-price": (("\n  priority:\n", "\n  plus:\n    name: Plus\n    includes: "
                                    "standard\n    price: {model: flat, amount: 590}\n\n  priority:\n"),),
    "tier-contained-in-cheaper": (
        ("\n  priority:\n", "\n  plus:\n    name: Plus\n    includes: standard\n    price: {model: flat, "
         "amount: 590}\n    terms: {email: {kind: channel, channel: email, included: false}}\n\n"
         "  priority:\n"),),
    "lower-tier-less-for-more": (
        ("\n  priority:\n", "\n  plus:\n    name: Plus\n    includes: standard\n    price: {model: flat, "
         "amount: 400}\n    terms: {chat: {kind: channel, channel: chat}}\n\n  priority:\n"),),
    "severity-without-target": (("      - {severity: S4, milestone: acknowledge, within: P2D}\n", ""),),
    "update-after-resolution": (("{severity: S1, milestone: periodic_update, within: PT4H}",
                                 "{severity: S1, milestone: periodic_update, within: P3D}"),),
    "milestones-out-of-order": (("milestone: restore, within: PT8H", "milestone: restore, within: PT30M"),),
    "worse-severity-slower": (("{severity: S2, milestone: acknowledge, within: PT2H}",
                               "{severity: S2, milestone: acknowledge, within: PT30M}"),),
    "target-without-hours": (("    hours: office\n    headlines", "    headlines"),),
    "target-of-no-length": ((S1_ACKNOWLEDGE, S1_ACKNOWLEDGE.replace("PT4H", "PT0S")),),
    "hours-never-open": (('week: {mon-fri: "00:00-24:00"}',
                          'overrides: {"2031-01-01": "09:00-17:00"}\n    business_day: P1D'),),
    "matrix-incomplete": (("medium: {high: S2, medium: S3, low: S4}", "medium: {high: S2, low: S4}"),),
    "clock-rules-drop-pauses": (("    segment: single_site\n",
                                 "    segment: single_site\n    clock_rules: {retarget: from_change}\n"),),
    "pause-stops-nothing": (("Waiting on vendor, stops: [resolution]", "Waiting on vendor, stops: []"),),
    "escalation-missing": (("    escalation: {any: office_tree}\n", ""),),
    "escalation-hour-uncovered": (("escalation: {any: round_the_clock}", "escalation: {any: office_tree}"),),
    "escalation-level-never-reached": (("role: Duty manager, kind: hierarchical, after_percent: 90",
                                        "role: Duty manager, kind: hierarchical"),),
    "escalation-out-of-order": (("kind: hierarchical, after_percent: 90", "after_percent: 60"),),
    "limit-without-behaviour": (
        (f"api_rate: {{kind: rate, headline: room, {GRACE}}}",
         "api_rate: {kind: rate, headline: room, limit: 50, unit: request, per: second}"),),
    "overage-without-price": ((SANDBOX_COST, "at_limit: {behaviour: overage}"),),
    "overage-without-cap": ((SANDBOX_COST, "at_limit: {behaviour: overage, overage_amount: 250}"),),
    "cap-without-amount": (("overage_amount: 180, cap_percent_of_fee: 50", "overage_amount: 180"),),
    "grace-without-length": ((GRACE, GRACE.replace(", grace: P1D", "")),),
    "included-but-limit-zero": (
        feature("rows: {name: Rows, axis: performance_limit}"),
        feature("exports: {name: Exports, axis: outcome, requires: [rows]}"),
        standard_term("exports: {kind: included, headline: room}"),
        standard_term("rows: {kind: quantity, headline: room, limit: 0}"),
    ),
    "included-but-needs-add-on": (
        feature("rows: {name: Rows, axis: performance_limit}"),
        feature("exports: {name: Exports, axis: outcome, requires: [rows]}"),
        standard_term("exports: {kind: included, headline: room}"),
        standard_term("rows: {kind: quantity, headline: room, limit: 0}"),
        add_on(f"{FLAT_ADD_ON}, extends: {{rows: 10}}"),
    ),
    "more-use-costs-less": (("{percent: 7, up_to: 500000}", "{percent: 7, up_to: 100000}"),),
    "brackets-out-of-order": (("{percent: 7, up_to: 500000}", "{percent: 7, up_to: 100000}"),),
    "brackets-end": (("{percent: 5}]", "{percent: 5, up_to: 1000000}]"),),
    "larger-buyer-pays-more-per-unit": (("{percent: 5}]", "{percent: 9}]"),),
    "longer-commitment-saves-less": (
        ("[{years: 1, discount_percent: 8, uplift_cap: CPI + 2, true_up: true}]",
         "[{years: 1, discount_percent: 8}, {years: 3, discount_percent: 5}]"),),
    "price-missing": ((f"    {STANDARD_FLAT}\n", ""),),
    "worked-example-differs": (("spend: 30000, fee: 2400", "spend: 30000, fee: 2500"),),
    "worked-example-not-computable": ((STANDARD_FLAT, "price: {model: quoted}"),
                                      ("{tier: priority, spend: 30000", "{tier: standard, spend: 30000")),
    "commitment-without-remedy": (("commitment: true, remedy: late_answer", "commitment: true"),),
    "remedy-without-commitment": (("commitment: true, remedy: late_answer", "remedy: late_answer"),),
    "remedy-unused": (("commitment: true, remedy: late_answer", "commitment: true"),),
    "remedy-without-cap": (("cap_percent: 15, cap_per: month", "cap_per: month"),),
    "credit-bands-overlap": (
        ("percent: 99.95}", "percent: 99.95, credits: [{below: 99.95, at_or_above: 99, percent_of_fee:"
         " 10}, {below: 99.5, at_or_above: 95, percent_of_fee: 25}]}"),),
    "worse-uptime-returns-less": (
        ("percent: 99.95}", "percent: 99.95, credits: [{below: 99.95, at_or_above: 99, percent_of_fee:"
         " 10}, {below: 99, at_or_above: 95, percent_of_fee: 5}]}"),),
    "promise-without-cadence": (("health_check: {kind: deliverable, headline: care, what: Health check, "
                                 "times: 1, per: quarter}", "health_check: {kind: included, headline: care}"),),
    "cadence-in-free-text": (("service_credits: {kind: included, headline: risk}",
                              "service_credits: {kind: text, headline: risk, text: Paid quarterly}"),),
    "deliverable-never": (("what: Health check, times: 1, per: quarter", "what: Health check, times: 0, "
                           "per: quarter"),),
    "enforced-nowhere": (("name: Chat, axis: support_experience,",
                          "name: Chat, axis: support_experience, enforced_by: nowhere,"),),
    "uptime-without-number": (("headline: uptime, percent: 99.5}", "headline: uptime}"),),
    "scope-undefined": (("      - {asset: hardware, engineering: Return and repair, monitoring: none, "
                         "delivery: remote, coverage: office, includes: [return and repair]}\n", ""),),
    "add-on-unknown-feature": (add_on(f"{FLAT_ADD_ON}, terms: {{watch: {{kind: included}}}}"),),
    "add-on-unknown-limit": (add_on(f"{FLAT_ADD_ON}, extends: {{exports: 5}}"),),
    "add-on-for-unknown-tier": (("available_for: [priority], hours", "available_for: [prio], hours"),),
    "add-on-requires-unknown": (("extends: {sandboxes: 1}", "requires: [base], extends: {sandboxes: 1}"),),
    "add-on-excludes-unknown": (("extends: {sandboxes: 1}", "excludes: [base], extends: {sandboxes: 1}"),),
    "add-on-requires-what-excludes-it": (
        ("extends: {sandboxes: 1}", "requires: [review], excludes: [review], extends: {sandboxes: 1}"),),
    "add-on-circular-requirement": (
        ("extends: {sandboxes: 1}", "requires: [review], extends: {sandboxes: 1}"),
        ("amount: 3000, per: once}", "amount: 3000, per: once}, requires: [sandbox]")),
    "add-on-needs-two-tiers": (
        add_on(f"{FLAT_ADD_ON}, available_for: [standard], requires: [review], extends: {{sandboxes: 1}}"),),
    "add-on-identical": (
        add_on("price: {model: flat, amount: 250}, available_for: [priority, enterprise], "
               "extends: {sandboxes: 1}"),),
    "add-on-less-for-more": (
        add_on("price: {model: flat, amount: 300}, available_for: [priority], extends: {sandboxes: 1}"),),
    "add-on-same-as-tier": (
        ("\n  priority:\n", "\n  bare:\n    name: Bare\n    price: {model: flat, amount: 500}\n    terms:\n"
         + "".join(f"      {key}: {{kind: included, included: false}}\n" for key in (
             "security_fixes", "sso", "mfa", "audit_log", "accessibility", "data_export",
             "status_page", "severity_1_intake", "processing_terms"))
         + "      chat: {kind: channel, channel: chat}\n\n  priority:\n"),
        add_on(f"{FLAT_ADD_ON}, available_for: [bare], terms: {{chat: {{kind: channel, channel: chat}}}}"),
    ),
    "add-on-gives-nothing-new": (
        add_on(f"{FLAT_ADD_ON}, terms: {{email: {{kind: channel, channel: email}}}}"),),
    "add-on-without-terms": (add_on(FLAT_ADD_ON),),
    "add-on-bloat": tuple(
        (ADD_ONS, f"{ADD_ONS}  x{n}: {{name: X{n}, {FLAT_ADD_ON}, extends: {{sandboxes: {n + 2}}}}}\n")
        for n in range(6)
    ),
    "fence-self-declared": ((FENCE, "{kind: self_declared, text: One site only}"),),
    "fence-without-source": ((FENCE, "{kind: measured_usage, text: Up to 50 requests a second}"),),
    "fence-contacts-rotate": ((", rotation_limit_per_quarter: 1}", "}"),),
    "fence-contradicts-term": ((CONTACTS, CONTACTS.replace("limit: 2", "limit: 3")),),
    "safety-floor-severity-1-intake": (
        (PORTAL, PORTAL.replace("channel: portal", "channel: portal, severities: [S3]")),
        ("      email: {kind: channel, headline: answers, channel: email}\n      named", "      named")),
    "safety-floor-security-fixes": (gated("security_fixes"),),
    "safety-floor-accessibility": (gated("accessibility"),),
    "safety-floor-data-export": (gated("data_export"),),
    "safety-floor-status-page": (gated("status_page"),),
    "safety-floor-single-sign-on": (gated("sso"),),
    "safety-floor-multi-factor": (
        add_on(f"{FLAT_ADD_ON}, available_for: [priority], terms: {{mfa: {{kind: included}}}}"),),
    "safety-floor-audit-log": (
        standard_term("audit_log: {kind: quantity, headline: room, limit: 9, at_limit: {behaviour: stop}}"),),
    "safety-floor-data-processing-terms": (gated("processing_terms"),),
    "safety-floor-by-name": (
        (", safety: single_sign_on}", "}"), gated("sso"),
        ("      shared_channel: {kind", "      sso: {kind: included, headline: risk}\n"
         "      shared_channel: {kind")),
    "safety-floor-not-stated": ((", safety: data_export}", "}"),),
    "chooser-too-long": (("\nchooser:\n", "\nchooser:\n" + "".join(
        f"  q{n}: {{ask: Why?, answers: {{a: {{text: A}}, b: {{text: B}}}}}}\n" for n in range(2))),),
    "answer-leads-nowhere": (("feature: sandboxes, at_least: 3", "feature: sandboxes, at_least: 9"),),
    "waiver-needs-two-names": (waiver("exclusion-without-offer", names="Ana Ruiz, ana  ruiz"),),
    "waiver-expired": (waiver("exclusion-without-offer", ends="2025-07-01"),),
    "waiver-without-end": (waiver("exclusion-without-offer", ends="some day"),),
    "waiver-rule-unknown": (waiver("exclusions"),),
    "waiver-unused": (waiver("exclusion-without-offer"),),
}  # fmt: skip


def test_the_sample_is_clean(lint_sample) -> None:
    assert lint_sample().findings == ()


@pytest.mark.parametrize("rule", [rule for rule, changes in CHANGES.items() if changes])
def test_a_small_change_of_the_sample_is_named(rule: str, lint_sample) -> None:
    report = lint_sample(*CHANGES[rule])
    found = [finding for finding in report.findings if finding.rule == rule]
    assert found, sorted({finding.rule for finding in report.findings})
    assert all(f.line is not None and f.message and f.instead for f in found)


def test_features_without_values_are_a_note(lint_shop) -> None:
    report = lint_shop(
        "features: {a: {name: A, axis: outcome}, b: {name: B, axis: outcome}}\n"
        "tiers: {one: {name: One, terms: {a: {kind: included}}}, "
        "two: {name: Two, terms: {a: {kind: included}, b: {kind: included}}}}\n"
    )
    rules = [finding.rule for finding in report.findings]
    assert "values-not-stated" in rules
    assert "no-real-step" not in rules


def test_every_rule_has_a_change_that_it_names() -> None:
    assert set(CHANGES) == set(all_rules())
