"""Who leads what, on both databases: versions, gaps, and what may stay in force."""

from __future__ import annotations

from typing import Any

import pytest
from people import NOW, START, People

from tierline.access.role import Role
from tierline.access.user import User
from tierline.actions.agents import AgentDetails, forget_agent, keep_agent
from tierline.actions.subject_leads import bring_back, change_leads, gaps_of
from tierline.kernel.errors import Conflict, Invalid
from tierline.kernel.ids import UserId
from tierline.store.store import Store

TIERS = ("standard", "priority", "enterprise")


@pytest.fixture
def people(store: Store) -> People:
    made = People(store)
    for name in ("ana", "bo"):
        user = User(
            id=UserId(f"user_{name}"),
            email=f"{name}@vendor.example",
            name=name.title(),
            roles=frozenset({Role.agent}),
            account=None,
            made_at=START,
        )
        made.do(lambda records, user=user: records.users.add(user, None))
        made.do(keep_agent, user.id, AgentDetails(skills=("dns",)))
    return made


def stated(lead: str | None = "ana@vendor.example", **more: Any) -> dict[str, Any]:
    cell = {"lead": lead, "deputy": "bo@vendor.example"}
    domain = {"key": "network", "name": "Network", "skills": ["dns"], **more}
    return {"domains": [{**domain, "tiers": dict.fromkeys(TIERS, cell)}]}


def leads_of(people: People) -> list[str | None]:
    leads = people.read(lambda reads: reads.subject_leads.newest()[1])
    return [each.of_tier("priority").lead for each in leads.domains]


def test_each_change_is_a_version_and_the_one_before_can_be_brought_back(people: People) -> None:
    assert people.do(change_leads, stated(), seen=0) == 1
    assert leads_of(people) == ["user_ana"]
    assert people.do(change_leads, stated(), seen=1) == 1
    assert people.do(change_leads, stated(None), seen=1) == 2
    with pytest.raises(Conflict, match="meanwhile"):
        people.do(change_leads, stated(), seen=1)
    with pytest.raises(Conflict, match="meanwhile"):
        people.do(bring_back, 1, seen=1)
    assert people.do(bring_back, 1, seen=2) == 3
    assert leads_of(people) == ["user_ana"]
    versions = people.read(lambda reads: reads.subject_leads.versions())
    assert [(each.number, each.by) for each in versions] == [
        (number, "user_1") for number in (3, 2, 1)
    ]


def test_where_somebody_is_missing_or_gone_it_is_a_gap(people: People) -> None:
    people.do(change_leads, stated(None), seen=0)
    gaps = people.read(gaps_of)
    assert {(each.domain, each.tier, each.missing) for each in gaps} == {
        ("network", tier, ("lead",)) for tier in TIERS
    }
    people.do(change_leads, stated(), seen=1)
    assert people.read(gaps_of) == []
    people.do(lambda records: records.users.disable("user_bo", at=NOW))
    assert {each.missing for each in people.read(gaps_of)} == {("deputy",)}


def test_nobody_unknown_leads_and_what_is_in_force_may_stay(people: People) -> None:
    with pytest.raises(Invalid) as refused:
        people.do(change_leads, stated("di@vendor.example"), seen=0)
    assert {fault.code for fault in refused.value.faults} == {"unknown_user"}
    people.do(change_leads, stated(), seen=0)
    for user in ("user_ana", "user_bo"):
        people.do(forget_agent, user)
    with pytest.raises(Invalid) as unknown:
        people.do(change_leads, stated(skills=["dns", "vpn"]), seen=1)
    assert [fault.code for fault in unknown.value.faults] == ["unknown_skill"]
    assert people.do(change_leads, stated(name="Networks"), seen=1) == 2
