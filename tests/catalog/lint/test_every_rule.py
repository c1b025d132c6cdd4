"""The sample is clean, and for every rule there is a small change of it that the rule names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from tierline.catalog.lint.report import lint_file
from tierline.catalog.lint.rule_pack import all_rules

CHANGES: dict[str, list[dict[str, str]]] = yaml.safe_load(
    (Path(__file__).parent / "changes.yaml").read_text("utf-8")
)


def test_the_catalog_of_these_tests_is_clean(lint_sample) -> None:
    assert lint_sample().findings == ()


def test_the_sample_that_ships_is_clean(sample_path: Path) -> None:
    assert lint_file(sample_path, as_of=date(2025, 7, 1)).findings == ()


@pytest.mark.parametrize("rule", [rule for rule, changes in CHANGES.items() if changes])
def test_a_small_change_of_the_sample_is_named(rule: str, lint_sample) -> None:
    report = lint_sample(*[(change["replace"], change["by"]) for change in CHANGES[rule]])
    found = [finding for finding in report.findings if finding.rule == rule]
    assert found, sorted({finding.rule for finding in report.findings})
    assert all(f.line is not None and f.message and f.instead for f in found)


def test_features_without_values_are_a_note_and_no_step_is_judged(lint_shop) -> None:
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
