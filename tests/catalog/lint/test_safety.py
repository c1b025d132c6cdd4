"""Nothing of the safety floor is for sale, unless two people sign for it until a day."""

from __future__ import annotations

from datetime import date

import pytest

from tierline.catalog.lint.finding import Level
from tierline.catalog.lint.report import Report

GATED = (
    ("  - sso\n", ""),
    ("  - audit_log\n", ""),
    (
        "      shared_channel: {kind",
        """      sso: {kind: included, headline: risk}
      audit_log: {kind: included, headline: risk}
      shared_channel: {kind""",
    ),
)
WAIVERS = """
waivers:
  - {{rule: safety-floor-single-sign-on, promise: {promise}, reason: Until release 5.2, approved_by: [{names}], expires_on: {ends}}}

chooser:
"""  # noqa: E501 - as a catalog would write it


def waived(
    *, names: str = "Ana Ruiz, Ben Okafor", ends: str = "2025-10-14", promise: str = "sso"
) -> tuple[str, str]:
    return "\nchooser:\n", WAIVERS.format(names=names, ends=ends, promise=promise)


def errors(report: Report) -> list[str]:
    return [finding.rule for finding in report.findings if finding.level is Level.error]


def test_a_draft_that_gates_sign_on_and_audit_log_is_blocked_by_two_rules(lint_sample) -> None:
    report = lint_sample(*GATED)
    assert errors(report) == ["safety-floor-single-sign-on", "safety-floor-audit-log"]
    assert report.is_blocked()


@pytest.mark.parametrize("promise", ["sso", "standard", "halyard/standard/sso"])
def test_two_names_and_an_end_excuse_one_of_them(lint_sample, promise: str) -> None:
    report = lint_sample(*GATED, waived(promise=promise))
    assert errors(report) == ["safety-floor-audit-log"]
    assert [entry.finding.rule for entry in report.waived] == ["safety-floor-single-sign-on"]


def test_on_its_last_day_a_waiver_no_longer_applies(lint_sample) -> None:
    before = lint_sample(*GATED, waived(), as_of=date(2025, 10, 13))
    after = lint_sample(*GATED, waived(), as_of=date(2025, 10, 14))
    assert "safety-floor-single-sign-on" not in errors(before)
    assert {"safety-floor-single-sign-on", "waiver-expired"} <= set(errors(after))


@pytest.mark.parametrize("names", ["Ana Ruiz", "Ana Ruiz, ana  ruiz"])
def test_one_person_under_two_spellings_is_an_error(lint_sample, names: str) -> None:
    report = lint_sample(*GATED, waived(names=names))
    assert {"safety-floor-single-sign-on", "waiver-needs-two-names"} <= set(errors(report))


def test_a_waiver_for_something_else_excuses_nothing(lint_sample) -> None:
    report = lint_sample(*GATED, waived(promise="enterprise"))
    assert "safety-floor-single-sign-on" in errors(report)
    assert "waiver-unused" in {finding.rule for finding in report.findings}


def test_what_reads_like_the_floor_is_a_warning_where_nothing_is_declared(lint_shop) -> None:
    report = lint_shop(
        "features: {f1: {name: SAML login, axis: outcome}, f2: {name: Ssoap, axis: outcome}}\n"
        "tiers:\n"
        "  one: {name: One}\n"
        "  two: {name: Two, terms: {f1: {kind: included}, f2: {kind: included}}}\n"
    )
    found = [finding for finding in report.findings if finding.rule == "safety-floor-by-name"]
    assert [finding.level for finding in found] == [Level.warning]
    assert "SAML login" in found[0].message


def test_a_limit_that_refuses_further_cases_closes_severity_1_intake(lint_shop) -> None:
    report = lint_shop(
        "severities: {S1: {name: Critical}}\n"
        "features: {cases: {name: Cases, axis: outcome, unit: case}}\n"
        "tiers: {one: {name: One, terms: {cases: {kind: quantity, limit: 5, per: month, "
        "at_limit: {behaviour: stop}}}}}\n"
    )
    assert "safety-floor-severity-1-intake" in errors(report)
