from __future__ import annotations

from datetime import date, timedelta

import pytest
from people import NOW, People

from tierline.accounts.criticality import Part, profile_at
from tierline.actions.criticality import Finding, record_findings
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import to_micros


def test_what_was_found_is_read_back_with_its_evidence(people: People) -> None:
    findings = [
        Finding(Part.recovery_time, "240", "contract, annex 2", date(2025, 5, 1), "user_7"),
        Finding(Part.data_sensitivity, "High", "questionnaire of May"),
    ]
    recorded = people.do(record_findings, people.lattice, findings)
    read = people.read(lambda reads: reads.criticality.of_account(people.lattice))
    assert set(read) == set(recorded)
    assert [(each.reviewer, each.reviewed_on) for each in recorded] == [
        ("user_7", date(2025, 5, 1)),
        ("user_1", NOW.date()),
    ]


def test_a_new_finding_leaves_the_old_profile_as_it_was_known(people: People) -> None:
    people.do(record_findings, people.lattice, [Finding(Part.recovery_time, "240", "call")])
    later = NOW + timedelta(days=30)
    shorter = Finding(Part.recovery_time, "15", "letter", NOW.date())
    people.do(record_findings, people.lattice, [shorter], now=later)
    facts = people.read(lambda reads: reads.criticality.of_account(people.lattice))

    def minutes(known_at: int | None) -> int | None:
        found = profile_at(facts, people.lattice, on=later.date(), known_at=known_at)
        return found.parts[Part.recovery_time].minutes

    assert (minutes(to_micros(NOW)), minutes(None)) == (240, 15)


def test_every_wrong_finding_is_told_and_none_is_kept(people: People) -> None:
    findings = [
        Finding(Part.recovery_time, "4 hours", "call"),
        Finding(Part.recovery_point, "5", "call"),
        Finding(Part.data_sensitivity, "high", "", date(2025, 1, 1)),
        Finding(Part.switching_cost, "high", "call", date(2025, 6, 2)),
        Finding(Part.recovery_point, "5", "another call"),
    ]
    with pytest.raises(Invalid) as refused:
        people.do(record_findings, people.lattice, findings)
    assert [fault.path for fault in refused.value.faults] == [
        "findings[4].part",
        "findings[0].value",
        "findings[2].evidence",
        "findings[3].reviewed_on",
    ]
    assert people.read(lambda r: r.criticality.of_account(people.lattice)) == ()
