"""Edits of playbooks: suggested on a case, decided once with a reason."""

from __future__ import annotations

from desk import HOUR, opened
from moved_clock import Hands
from served import Served, problem

GUIDE = {
    "format": "tierline/playbooks/1",
    "topics": {"outage": {"name": "Service is down", "words": ["stands"]}},
    "playbooks": [
        {"key": "outage", "name": "A line stands", "topics": ["outage"],
         "steps": [{"key": "confirm", "do": "Confirm it", "within": "PT30M"}]}
    ],
}  # fmt: skip


def test_a_suggestion_waits_and_is_decided_once_with_a_reason(
    served: Served, desk: str, hands: Hands
) -> None:
    served.operator.put("/v1/playbooks", json=GUIDE).raise_for_status()
    agent, lead = served.as_("agent"), served.as_("lead")
    case = opened(served.operator, desk)["id"]
    path = f"/v1/cases/{case}/playbook-edits"
    agent.put(f"/v1/cases/{case}/playbook-steps/confirm").raise_for_status()
    unknown = agent.post(path, json={"step": "fly", "words": "Higher."})
    assert unknown.status_code == 404
    made = agent.post(path, json={"step": "confirm", "words": "Name the page to look at."})
    assert made.status_code == 201, made.text
    suggested = made.json()
    assert [suggested[each] for each in ("playbook", "step", "words", "place", "decision")] == [
        "outage", "confirm", "Name the page to look at.", 1, None,
    ]  # fmt: skip
    hands.now += HOUR
    other = agent.post(path, json={"step": "confirm", "words": "An hour is enough."}).json()
    body = {"is_accepted": True, "reason": "Three of us looked for it."}
    decision = f"{path}/{suggested['place']}/decision"
    assert agent.put(decision, json=body).status_code == 403
    hands.now += HOUR
    decided = lead.put(decision, json=body).json()["decision"]
    assert (decided["is_accepted"], decided["reason"]) == (True, "Three of us looked for it.")
    again = lead.put(decision, json=body)
    assert (again.status_code, problem(again)["code"]) == (409, "edit_decided")
    assert lead.put(f"{path}/0/decision", json=body).status_code == 404  # a tick
    found = agent.get("/v1/playbook-edits").json()["items"]
    assert [each["place"] for each in found] == [other["place"], suggested["place"]]
    facts = served.operator.get("/v1/facts", params={"subject": desk, "limit": 200}).json()["items"]
    kinds = [each["kind"] for each in facts]
    assert kinds.count("PlaybookEditSuggested") == 2
    assert kinds.count("PlaybookEditAccepted") == 1
    assert not any("Name the page" in str(each["body"]) for each in facts)


def test_what_was_written_is_found_where_the_clock_was_set_back(
    served: Served, desk: str, hands: Hands
) -> None:
    served.operator.put("/v1/playbooks", json=GUIDE).raise_for_status()
    agent, case = served.as_("agent"), opened(served.operator, desk)["id"]
    hands.now -= HOUR
    path = f"/v1/cases/{case}/playbook-edits"
    made = agent.post(path, json={"step": "confirm", "words": "Name the page."})
    assert (made.status_code, made.json()["words"]) == (201, "Name the page.")
