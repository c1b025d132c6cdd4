"""How playbooks are used, over HTTP and from the command line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from desk import HOUR, MONDAY, opened
from moved_clock import Hands
from served import Served

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
GUIDE = {
    "format": "tierline/playbooks/1",
    "topics": {
        "outage": {"name": "Service is down", "words": ["stands"]},
        "billing": {"name": "Billing", "words": ["invoice"]},
    },
    "playbooks": [
        {
            "key": "outage",
            "name": "A line stands",
            "topics": ["outage"],
            "steps": [
                {"key": "confirm", "do": "Confirm it", "within": "PT30M"},
                {"key": "call", "do": "Call them"},
                {"key": "bill", "do": "Name the price", "tiers": ["standard"]},
            ],
        }
    ],
}


def worked(
    served: Served, account: str, hands: Hands, ticks: dict[str, timedelta], resolved: timedelta,
    **stated: Any,
) -> None:  # fmt: skip
    """A case that is raised now, with its ticks and its end so much later."""
    raised = hands.now
    path = f"/v1/cases/{opened(served.operator, account, **stated)['id']}"
    for step, after in ticks.items():
        hands.now = raised + after
        served.operator.put(f"{path}/playbook-steps/{step}").raise_for_status()
    hands.now = raised + resolved
    done = served.operator.post(f"{path}/resolution", json={"how": "Done.", "why": "So."})
    assert done.status_code == 201, done.text
    hands.now = raised


def test_ticks_stand_with_their_time_and_cases_beside_their_like_without(
    served: Served, desk: str, hands: Hands
) -> None:
    served.operator.put("/v1/playbooks", json=GUIDE).raise_for_status()
    for _ in range(8):
        worked(served, desk, hands, {"confirm": 10 * MINUTE, "call": HOUR}, 2 * HOUR, severity="S1")
        worked(served, desk, hands, {}, 4 * HOUR, severity="S1")
    worked(served, desk, hands, {"confirm": 2 * HOUR}, 3 * HOUR, severity="S2")
    worked(served, desk, hands, {}, HOUR, subject="Question about an invoice", text="Why?")
    hands.now = MONDAY + timedelta(days=2)
    lead = served.as_("lead")
    found = lead.get("/v1/reports/playbooks").json()
    (row,) = found["playbooks"]
    assert (row["used"]["count"], row["used"]["of"]) == (9, 17)
    confirm, call, bill = row["steps"]
    assert (confirm["ticked"]["count"], confirm["median_seconds"]) == (9, 600)
    assert (confirm["in_time"]["count"], confirm["in_time"]["of"]) == (8, 9)
    assert (call["ticked"]["count"], call["ticked"]["of"], call["in_time"]["of"]) == (8, 9, 0)
    assert bill["ticked"]["of"] == 0
    resolved = row["resolved"]
    assert (resolved["compared_with"], resolved["compared_without"]) == (8, 8)
    assert round(resolved["change"], 6) == -0.5
    assert (resolved["is_weak"], resolved["is_clear"]) == (False, True)
    modes = {each["topic"]: each["guided"]["of"] for each in found["failure_modes"]}
    assert modes == {"outage": 17, "billing": 1}
    assert found["without_playbook"] == ["billing"]
    assert served.as_("agent").get("/v1/reports/playbooks").status_code == 403


def test_a_step_that_falls_due_at_closing_is_late_once_it_is_ticked_on_the_next_morning(
    served: Served, desk: str, hands: Hands
) -> None:
    """As the page of the case says."""
    served.operator.put("/v1/playbooks", json=GUIDE).raise_for_status()
    hands.now = MONDAY + timedelta(hours=7, minutes=30)  # half an hour before closing
    worked(served, desk, hands, {"confirm": timedelta(hours=16, minutes=30)}, DAY, severity="S1")
    hands.now = MONDAY + 3 * DAY
    ((confirm, *_),) = [
        each["steps"] for each in served.operator.get("/v1/reports/playbooks").json()["playbooks"]
    ]
    assert (confirm["in_time"]["count"], confirm["in_time"]["of"]) == (0, 1)


def test_where_there_are_no_playbooks_there_is_nothing_to_say(
    served: Served, desk: str, hands: Hands
) -> None:
    opened(served.operator, desk)
    hands.now = MONDAY + DAY
    found = served.operator.get("/v1/reports/playbooks").json()
    assert (found["number"], found["playbooks"], found["cases"]) == (0, [], 1)
    assert [(each["topic"], each["guided"]["of"]) for each in found["failure_modes"]] == [("", 1)]
