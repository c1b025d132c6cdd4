"""Who has a case, over HTTP."""

from __future__ import annotations

from desk import opened
from served import Served

from tierline.access.caller import operator
from tierline.access.role import Role


def test_a_skill_that_no_agent_has_is_kept_with_a_warning_that_names_those_that_are_known(
    served: Served, desk: str
) -> None:
    ask = served.operator
    access, roles = served.opened.access, frozenset({Role.agent})
    made, _ = access.invite("bo@vendor.example", roles, None, operator())
    bo = access.accept(made.secret, "Bo", None, "four boring words here").id
    agent = {"level": 1, "skills": ["dns", "vpn"]}
    assert ask.put(f"/v1/agents/{bo}", json=agent).status_code == 200
    path = f"/v1/cases/{opened(ask, desk, severity='S1')['id']}"
    said = ask.put(f"{path}/skills", json={"skills": ["Quantum  DNS"]}).json()
    assert said["warnings"] == ["No agent has the skill quantum dns. Known are: dns, vpn."]
    assert (said["user"], said["handoffs"]) == (bo, 0)
    assert said["missing"] == ["the skill quantum dns"]
    assert ask.get(f"{path}/assignment").json()["warnings"] == said["warnings"]
    assert ask.put(f"{path}/skills", json={"skills": ["dns"]}).json()["warnings"] == []
