"""A report as SARIF 2.1.0, which code hosts show beside the changed lines."""

from __future__ import annotations

from pathlib import PurePath
from typing import TypeAlias
from urllib.parse import quote

from tierline.catalog.lint.finding import Finding
from tierline.catalog.lint.report import Report, Waived
from tierline.catalog.lint.rules import Rule

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value] | None"


def sarif_of(report: Report, *, version: str) -> dict[str, Value]:
    """One run of the tool `tierline` in its `version`; excused findings carry their waiver."""
    places = {rule_id: place for place, rule_id in enumerate(report.rules)}
    results: list[Value] = [_result(finding, places, None) for finding in report.findings]
    results += [_result(waived.finding, places, waived) for waived in report.waived]
    driver: Value = {
        "name": "tierline catalog lint",
        "version": version,
        "rules": [_rule(rule) for rule in report.rules.values()],
        "properties": {"rulePack": report.rule_pack},
    }
    run: Value = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> Value:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary} {rule.why}"},
        "help": {"text": f"{rule.why} Example: {rule.example}"},
        "defaultConfiguration": {"level": rule.level.value},
        "properties": {"family": rule.family},
    }


def _result(finding: Finding, places: dict[str, int], waived: Waived | None) -> Value:
    result: dict[str, Value] = {
        "ruleId": finding.rule,
        "ruleIndex": places[finding.rule],
        "level": finding.level.value,
        "message": {"text": f"{finding.message} {finding.instead}"},
        "locations": [_location(finding)],
        "partialFingerprints": {"promise/v1": f"{finding.rule}:{finding.subject or finding.path}"},
    }
    if waived is not None:
        waiver = waived.waiver
        signed = ", ".join(waiver.approved_by)
        justification = f"{waiver.reason} (approved by {signed}, until {waiver.expires_on})"
        result["suppressions"] = [{"kind": "inSource", "justification": justification}]
    return result


def _location(finding: Finding) -> Value:
    logical: Value = {
        "name": finding.path.rsplit(".", 1)[-1] or "catalog",
        "fullyQualifiedName": finding.subject or finding.path,
    }
    location: dict[str, Value] = {"logicalLocations": [logical]}
    if finding.source:
        physical: dict[str, Value] = {"artifactLocation": {"uri": _uri(finding.source)}}
        if finding.line is not None:
            physical["region"] = {"startLine": finding.line, "startColumn": finding.column or 1}
        location["physicalLocation"] = physical
    return location


def _uri(source: str) -> str:
    """A path as a reference relative to where the command ran, or a file address."""
    path = PurePath(source)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
