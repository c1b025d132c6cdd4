"""Help with what the plan does not include, counted with its reasons."""

from __future__ import annotations

from datetime import timedelta

from desk import HOUR, MONDAY, opened
from moved_clock import Hands
from served import Served, problem

GUIDE = {
    "format": "tierline/playbooks/1",
    "topics": {"visit": {"name": "A visit", "words": ["visit"]}},
    "scripts": [
        {"included": "Help from afar.", "not_included": "A visit.", "say": "From afar, yes."}
    ],
}


def test_exceptions_stand_with_their_reasons_by_tier_account_and_topic(
    served: Served, desk: str, hands: Hands
) -> None:
    served.operator.put("/v1/playbooks", json=GUIDE).raise_for_status()
    path = f"/v1/cases/{opened(served.operator, desk, subject='A visit, soon')['id']}"
    for reason in ("The renewal is next month.", "=Again"):
        hands.now += HOUR
        made = served.operator.post(f"{path}/exceptions", json={"reason": reason})
        assert made.status_code == 201, made.text
        note = {"text": "Something else.", "is_public": False}
        hands.now += HOUR
        served.operator.post(f"{path}/messages", json=note).raise_for_status()
    opened(served.operator, desk)
    hands.now = MONDAY + timedelta(days=1)
    lead = served.as_("lead")
    found = lead.get("/v1/reports/beyond-plan").json()
    assert [each["reason"] for each in found["exceptions"]] == [
        "=Again",
        "The renewal is next month.",
    ]
    assert {each["topic"] for each in found["exceptions"]} == {"visit"}
    (tier,) = found["groups"]
    assert (tier["group"], tier["exceptions"], tier["cases"]) == ("priority", 2, 1)
    helped = tier["helped"]
    assert (helped["count"], helped["of"], helped["is_weak"], found["cases"]) == (1, 2, True, 2)
    (account,) = lead.get("/v1/reports/beyond-plan", params={"by": "account"}).json()["groups"]
    assert (account["group"], account["helped"]["of"]) == (desk, 2)
    (topic,) = lead.get("/v1/reports/beyond-plan", params={"by": "topic"}).json()["groups"]
    assert (topic["group"], topic["helped"]) == ("visit", None)
    early = lead.get("/v1/reports/beyond-plan", params={"as_of": "2025-03-03T09:30:00Z"}).json()
    assert len(early["exceptions"]) == 1
    unknown = problem(lead.get("/v1/reports/beyond-plan", params={"by": "weather"}))
    assert (unknown["code"], unknown["status"]) == ("unknown_dimension", 422)
    assert served.as_("agent").get("/v1/reports/beyond-plan").status_code == 403
