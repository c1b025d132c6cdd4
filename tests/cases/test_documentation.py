"""docs/cases.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from tierline.actions.case_facts import FACTS
from tierline.api import (
    acknowledgement,
    case_accounts,
    case_audits,
    case_channels,
    case_coverage,
    case_imports,
    cases,
    late_waits,
)
from tierline.cases.standing import CaseState

MODULES = (
    acknowledgement,
    case_accounts,
    case_audits,
    case_channels,
    case_coverage,
    case_imports,
    cases,
    late_waits,
)
PAGE = (Path(__file__).parents[2] / "docs/cases.md").read_text("utf-8")


def test_it_names_every_state_and_every_fact() -> None:
    first = [row.split("|")[1] for row in PAGE.splitlines() if row.startswith("| `")]
    named = set(re.findall(r"`(\w+)`", " ".join(first)))
    beside = {
        "MilestoneWarned",
        "MilestoneBreached",
        "MilestoneCorrected",
        "CaseMailGivenUp",
        "CaseOutOfPlan",
        "CaseTextMasked",
        "AttachmentSecretFound",
        "CaseImported",
        "CaseChatEnded",
        "CaseIdentificationOverdue",
        "CaseCalledCritical",
        "ContactRefused",
    }
    assert named == {state.value for state in CaseState} | set(FACTS.values()) | beside


def test_it_names_every_route() -> None:
    routes = {
        route.path  # type: ignore[attr-defined]  # of an API
        for module in MODULES
        for route in module.router.routes
    }
    assert set(re.findall(r"/v1/case\S*", PAGE)) == routes
