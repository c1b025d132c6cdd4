"""Domains in the team's own words: what a document may say, and to which of them a case belongs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tierline.catalog.document import parse_document
from tierline.kernel.errors import Invalid
from tierline.routing.subject_leads import Known, SubjectLeads, domains_of, parse_subject_leads

KNOWN = Known(frozenset({"standard"}), frozenset({"scan", "outage"}), frozenset({"dns", "vpn"}))


def parsed(*domains: dict[str, Any], known: Known | None = KNOWN) -> SubjectLeads:
    return parse_subject_leads(parse_document(json.dumps({"domains": domains}), "x"), known)


def faults(*domains: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        parsed(*domains)
    return [(fault.code, fault.path) for fault in refused.value.faults]


def test_what_a_case_needs_names_its_domain_before_what_it_is_about() -> None:
    leads = parsed(
        {"key": "security", "name": "Security", "topics": ["scan"]},
        {"key": "network", "name": "Network", "skills": ["dns", "vpn"], "topics": ["scan"]},
    )
    assert [each.key for each in domains_of(leads, "scan", ["vpn"])] == ["network", "security"]
    assert [each.key for each in domains_of(leads, "scan", [])] == ["security", "network"]
    assert domains_of(leads, "", ["x"]) == ()


def test_every_fault_is_told_at_its_place() -> None:
    cell = {
        "lead": "ana",
        "deputy": "ana",
        "hours": {"time_zone": "x", "week": {"mon": "09:00-17:00"}},
    }
    found = faults(
        {"key": "a", "name": "A", "topics": ["none"], "tiers": {"gold": cell}},
        {"key": "a", "name": "B", "skills": ["none"]},
    )
    assert found == [
        ("unknown_topic", "domains[0].topics[0]"),
        ("unknown_tier", "domains[0].tiers.gold"),
        ("one_person", "domains[0].tiers.gold.deputy"),
        ("unknown_zone", "domains[0].tiers.gold.hours.time_zone"),
        ("named_twice", "domains[1].key"),
        ("unknown_skill", "domains[1].skills[0]"),
    ]


def test_a_place_is_red_until_it_has_both() -> None:
    (domain,) = parsed({"key": "a", "name": "A", "tiers": {"standard": {"lead": "ana"}}}).domains
    assert domain.of_tier("standard").is_red
    assert domain.of_tier("priority").is_red
