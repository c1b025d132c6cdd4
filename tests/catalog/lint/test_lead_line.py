"""`This plan <verb> <outcome> for <who>`."""

from __future__ import annotations

import pytest

from tierline.catalog.lint.lead_line import lead_line_fault


@pytest.mark.parametrize(
    "line",
    [
        "This plan accelerates onboarding for regulated teams",
        "This plan keeps single-site teams inspecting",
        "This plan shortens line-stops for growing plants",
        "This plan protects regulated, round-the-clock production",
        "This plan quietly keeps small shops open.",
        "This tier halves downtime for factories",
    ],
)
def test_a_line_with_verb_outcome_and_people_passes(line: str) -> None:
    assert lead_line_fault(line) is None


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Unlimited everything", "begin"),
        ("This plan", "no verb"),
        ("This plan for regulated teams", "no verb"),
        ("This plan unlimited seats and storage", "no verb"),
        ("This plan business-class support for banks", "no verb"),
        ("This plan is great for teams", "no verb"),
        ("This plan accelerates", "no outcome"),
        ("This plan accelerates for regulated teams", "no outcome"),
        ("This plan accelerates onboarding", "for whom"),
        ("This plan accelerates onboarding for", "for whom"),
    ],
)
def test_a_line_without_one_of_them_says_which(line: str, fault: str) -> None:
    assert fault in (lead_line_fault(line) or "")
