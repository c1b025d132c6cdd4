"""Balances over HTTP: the numbers of every check, and the days that they are made of."""

from __future__ import annotations

from served import Served, problem

METER = {"event_type": "work.done", "aggregation": "sum", "value": "hours", "feature": "hours"}


def test_a_balance_opens_the_days_that_it_is_made_of(served: Served) -> None:
    served.operator.put("/v1/meters/hours", json=METER).raise_for_status()
    for number, hours in ((2, 1.5), (3, 2), (3, 0.25)):
        event = {
            "specversion": "1.0",
            "id": f"{number}-{hours}",
            "source": "test",
            "type": "work.done",
            "subject": served.pine,
            "time": f"2025-03-0{number}T09:00:00Z",
            "data": {"hours": hours},
        }
        kind = {"Content-Type": "application/cloudevents+json"}
        served.operator.post("/v1/usage-events", json=event, headers=kind).raise_for_status()
    at = {"at": "2025-03-09T12:00:00Z"}
    path = f"/v1/accounts/{served.pine}/balances"
    found = served.operator.get(path, params=at).json()["balances"]
    hours_left = next(each for each in found if each["feature"] == "hours")
    assert (hours_left["used"], hours_left["included"], hours_left["remaining"]) == (
        "3.75",
        "10",
        "6.25",
    )
    assert (hours_left["start"], hours_left["end"]) == (
        "2025-03-01T00:00:00Z",
        "2025-04-01T00:00:00Z",
    )
    assert hours_left["forecast"]["outlook"] == "runs_out"
    assert (hours_left["forecast"]["days"], hours_left["forecast"]["a_day"]) == (7, "0.321429")
    opened = served.operator.get(f"{path}/hours", params=at).json()
    assert opened["balance"] == hours_left
    assert (opened["metered"], opened["reserved"]) == ("3.75", "0")
    assert opened["days"] == [
        {"day": "2025-03-02", "used": "1.5", "remaining": "8.5"},
        {"day": "2025-03-03", "used": "2.25", "remaining": "6.25"},
    ]


def test_what_is_no_balance_is_not_found(served: Served) -> None:
    for feature in ("reports", "nothing"):
        answer = served.operator.get(f"/v1/accounts/{served.pine}/balances/{feature}")
        assert problem(answer)["code"] == "not_found"
    assert served.operator.get("/v1/accounts/nobody/balances").status_code == 404
