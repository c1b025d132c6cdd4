"""The documentation says what the registry says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierline.catalog.lint.documentation import with_rules
from tierline.catalog.lint.rule_pack import all_rules
from tierline.catalog.lint.rules import Rule

DOCUMENT = Path(__file__).parents[3] / "docs" / "lint-rules.md"


def test_the_document_and_the_registry_are_equal() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert text == with_rules(text), (
        "run: python -m tierline.catalog.lint.documentation docs/lint-rules.md"
    )


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_a_rule_explains_itself_in_one_sentence(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert rule.summary[:-1].count(". ") == 0
    assert len(rule.summary) <= 120
    assert rule.why
    assert rule.example
