"""First contact and customer effort, over HTTP, on the page and as a file."""

from __future__ import annotations

from datetime import timedelta

from desk import HOUR, MONDAY, opened
from moved_clock import Hands
from served import Served

DAY = timedelta(days=1)
GUIDE = {
    "format": "tierline/playbooks/1",
    "topics": {
        "outage": {"name": "Service is down", "words": ["stands"]},
        "billing": {"name": "Billing", "words": ["invoice"]},
    },
}


def test_contacts_returns_and_reopened_cases_make_the_figures_of_a_channel(
    served: Served, desk: str, hands: Hands
) -> None:
    client = served.operator
    client.put("/v1/playbooks", json=GUIDE).raise_for_status()
    customer = served.as_("customer_contact", account=desk)
    subjects = "Question about an invoice", "Line 1 stands", "Line 2 stands"
    once, twice, back = (opened(client, desk, subject=words) for words in subjects)
    hands.now += HOUR
    said = customer.post(f"/v1/cases/{twice['id']}/messages", json={"text": "Any news?"})
    assert said.status_code == 201, said.text
    hands.now = MONDAY + DAY
    for case in (once, twice, back):
        done = client.post(f"/v1/cases/{case['id']}/resolution", json={"how": "So.", "why": "It."})
        assert done.status_code == 201, done.text
    hands.now = MONDAY + 3 * DAY
    opened(client, desk, subject="Line 2 stands again")
    hands.now = MONDAY + 20 * DAY
    lead = served.as_("lead")
    answer = lead.get("/v1/reports/customer-effort", params={"by": ["channel", "tier"]})
    (row,) = answer.json()["items"]
    assert row["group"] == {"channel": once["channel"], "tier": "priority"}
    first = row["first_contact"]
    assert (first["count"], first["of"], row["cases"]) == (1, 3, 3)
    assert (row["contacts"], row["days"]) == (1 / 3, 1.0)
    parts = ("contacts", "handoffs", "reopens", "days", "survey")
    assert row["index"] == sum(row[each] for each in parts)
    assert (row["is_weak"], row["minutes"], row["is_best"]) == (True, None, False)
    early = {"as_of": "2025-03-05T00:00:00Z"}
    (early_row,) = lead.get("/v1/reports/customer-effort", params=early).json()["items"]
    assert early_row["first_contact"]["of"] == 0
    assert lead.get("/v1/reports/customer-effort", params={"by": "weather"}).status_code == 422
    assert served.as_("agent").get("/v1/reports/customer-effort").status_code == 403
