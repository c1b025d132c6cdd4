"""A report in the form that code hosts read."""

from __future__ import annotations

import json

from tierline.catalog.lint.sarif import sarif_of

CHANGES = (("limit: 50, unit", "limit: 900, unit"), ("  - sso\n", ""))
WAIVER = (
    "\nchooser:\n",
    """
waivers:
  - rule: safety-floor-single-sign-on
    promise: sso
    reason: Release 5.2
    approved_by: [Ana Ruiz, Ben Okafor]
    expires_on: 2026-01-01

chooser:
""",
)


def test_each_finding_is_a_result_with_rule_place_and_promise(lint_sample) -> None:
    report = lint_sample(*CHANGES)
    log = json.loads(json.dumps(sarif_of(report, version="1.2.3")))
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(report.findings)
    for result, finding in zip(run["results"], report.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        [location] = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] == finding.line
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "shop.yaml"
        assert location["logicalLocations"][0]["fullyQualifiedName"] in (
            finding.subject,
            finding.path,
        )


def test_a_waived_finding_is_a_suppressed_result(lint_sample) -> None:
    log = sarif_of(lint_sample(*CHANGES, WAIVER), version="1.2.3")
    results = json.loads(json.dumps(log))["runs"][0]["results"]
    [waived] = [result for result in results if "suppressions" in result]
    assert waived["ruleId"] == "safety-floor-single-sign-on"
    assert "Ana Ruiz, Ben Okafor" in waived["suppressions"][0]["justification"]
