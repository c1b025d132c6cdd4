"""Time to value over HTTP: by tier, and the customers that it is made of."""

from __future__ import annotations

from served import Served


def test_the_report_opens_the_customers_that_it_is_made_of(served: Served) -> None:
    meter = {"event_type": "report.made", "aggregation": "time_to_value"}
    served.operator.put("/v1/meters/first_report", json=meter).raise_for_status()
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "test",
        "type": "report.made",
        "subject": served.pine,
        "time": "2025-01-03T12:00:00Z",
    }
    kind = {"Content-Type": "application/cloudevents+json"}
    served.operator.post("/v1/usage-events", json=event, headers=kind).raise_for_status()
    path = "/v1/reports/time-to-value/first_report"
    report = served.operator.get(path, params={"at": "2025-02-01T00:00:00Z"}).json()
    assert (report["version"], report["since"]) == (1, None)
    numbers = {"customers": 1, "not_started": 0}
    assert report["tiers"] == [
        {"tier": "priority", "reached": 1, "waiting": 0, "median_seconds": "216000", **numbers},
        {"tier": "standard", "reached": 0, "waiting": 1, "median_seconds": None, **numbers},
    ]
    first = served.operator.get(f"{path}/customers", params={"limit": 1}).json()
    rest = served.operator.get(f"{path}/customers", params={"after": first["next"]}).json()
    rows = {each["account"]: each["progress"] for each in first["items"] + rest["items"]}
    assert rows == {served.pine: "reached", served.oak: "waiting"}
    assert served.operator.get("/v1/reports/time-to-value/hours").status_code == 404
