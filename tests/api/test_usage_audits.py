"""Usage is counted anew, and meters that are defined later count what came before."""

from __future__ import annotations

from decimal import Decimal

from served import Served

from tierline.store.usage import usage_total_table

METER = {"event_type": "report.made", "aggregation": "sum", "value": "hours", "feature": "hours"}


def send(served: Served, number: int, hours: float) -> None:
    event = {
        "specversion": "1.0",
        "id": str(number),
        "source": "test",
        "type": "report.made",
        "subject": served.pine,
        "time": f"2025-03-0{number}T09:00:00Z",
        "data": {"hours": hours},
    }
    kind = {"Content-Type": "application/cloudevents+json"}
    served.operator.post("/v1/usage-events", json=event, headers=kind).raise_for_status()


def used(served: Served) -> str:
    asked = {
        "account": served.pine,
        "feature": "hours",
        "quantity": 0,
        "at": "2025-03-20T00:00:00Z",
    }
    return str(served.operator.post("/v1/checks", json=asked).json()["used"])


def test_a_meter_that_is_defined_later_counts_what_came_before(served: Served) -> None:
    send(served, 1, 2.5)
    assert served.operator.put("/v1/meters/hours", json=METER).json()["version"] == 1
    assert used(served) == "2.5"
    send(served, 2, 1)
    counted = {**METER, "version": 2, "aggregation": "count", "value": None}
    served.operator.put("/v1/meters/hours", json=counted).raise_for_status()
    assert used(served) == "2"
    found = served.operator.post("/v1/usage-audits", json={}).json()
    assert (found["checked"], found["different"], found["next"]) == (2, 0, None)


def test_a_repair_is_told_in_the_journal_and_answers_follow(served: Served) -> None:
    served.operator.put("/v1/meters/hours", json=METER).raise_for_status()
    send(served, 1, 2.5)
    assert used(served) == "2.5"
    wrong = usage_total_table.update().values(quantity=Decimal(9))
    served.opened.change(lambda records: records.unit.execute(wrong))
    found = served.operator.post("/v1/usage-audits", json={}).json()
    assert found["differences"] == [
        {
            "account": served.pine,
            "meter": "hours",
            "at": "2025-03-01T09:00:00Z",
            "stored": "9 of 1 event",
            "recomputed": "2.5 of 1 event",
        }
    ]
    repaired = served.operator.post("/v1/usage-audits", json={"repair": True}).json()
    assert (repaired["different"], repaired["is_repaired"]) == (1, True)
    assert served.operator.post("/v1/usage-audits", json={}).json()["different"] == 0
    facts = served.operator.get("/v1/facts", params={"subject": served.pine}).json()["items"]
    (told,) = [fact for fact in facts if fact["kind"] == "UsageRepaired"]
    assert told["body"] == {"by": "operator", "differences": 1}
    assert used(served) == "2.5"


def test_a_contract_that_is_signed_after_the_use_shows_and_is_repaired(served: Served) -> None:
    served.operator.put("/v1/meters/hours", json=METER).raise_for_status()
    late = served.operator.post("/v1/accounts", json={"name": "Late"}).json()["id"]
    order = {"account": late, "catalog": "acme", "tier": "priority"}
    first = {**order, "start": "2025-01-01T10:00:00Z", "end": "2025-02-01T10:00:00Z"}
    served.operator.post("/v1/contracts", json=first).raise_for_status()
    event = {
        "specversion": "1.0",
        "id": "e",
        "source": "test",
        "type": "report.made",
        "subject": late,
        "time": "2025-03-01T10:20:00Z",
        "data": {"hours": 1},
    }
    kind = {"Content-Type": "application/cloudevents+json"}
    served.operator.post("/v1/usage-events", json=event, headers=kind).raise_for_status()
    second = {**order, "start": "2025-02-01T10:17:00Z"}
    served.operator.post("/v1/contracts", json=second).raise_for_status()
    found = served.operator.post("/v1/usage-audits", json={"repair": True}).json()
    instants = [(each["at"], each["recomputed"]) for each in found["differences"]]
    assert instants == [
        ("2025-03-01T10:00:00Z", None),
        ("2025-03-01T10:17:00Z", "1 of 1 event"),
    ]
