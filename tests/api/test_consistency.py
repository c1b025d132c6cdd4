"""Whether customers of one tier are served alike, over HTTP."""

from __future__ import annotations

from datetime import timedelta

from desk import HOUR, MONDAY, opened
from moved_clock import Hands
from served import Served

from tierline.scorecards.consistency import SEED


def test_a_tier_is_told_with_its_parts_and_customers(
    served: Served, desk: str, hands: Hands
) -> None:
    client = served.operator
    for number in range(9):
        case = opened(client, desk, severity="S1")
        hands.now = MONDAY + timedelta(days=number // 3) + (1 + number % 3) * HOUR
        done = client.post(f"/v1/cases/{case['id']}/resolution", json={"how": "So.", "why": "It."})
        assert done.status_code == 201, done.text
    hands.now = MONDAY + timedelta(20)
    lead = served.as_("lead")
    (tier,) = lead.get("/v1/reports/consistency").json()["items"]
    assert (tier["tier"], tier["cases"], tier["accounts"]) == ("priority", 9, 1)
    assert [each["by"] for each in tier["parts"]] == ["agent", "region", "channel", "customer"]
    assert all(abs(each["share"]) < 1e-9 for each in tier["parts"])
    assert abs(tier["rest"] - 1) < 1e-9
    (customer,) = tier["customers"]
    assert (customer["account"], customer["name"], customer["cases"]) == (desk, "Elm", 9)
    assert abs(customer["difference"]) < 1e-9
    assert (customer["is_outlier"], tier["seed"]) == (False, SEED)
    assert tier["over_served"] == tier["under_served"] == []
    early = {"until": "2025-03-01T00:00:00Z"}
    assert lead.get("/v1/reports/consistency", params=early).json()["items"] == []
    assert served.as_("agent").get("/v1/reports/consistency").status_code == 403
