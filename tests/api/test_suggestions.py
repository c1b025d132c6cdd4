"""What a case is likely to be, over HTTP: asked of the solved cases that are alike."""

from __future__ import annotations

from typing import Any

from desk import opened
from served import Served

GUIDE = {
    "format": "tierline/playbooks/1",
    "topics": {
        "certificates": {"name": "Certificates", "words": ["stands"]},
        "disks": {"name": "Disks", "words": ["stands"]},
    },
    "scripts": [{"included": "We mend it."}],
}


def solved(client: Any, account: str, subject: str, topic: str, skill: str) -> int:
    case = opened(client, account, subject=subject)
    path = f"/v1/cases/{case['id']}"
    assert client.put(f"{path}/topic", json={"topic": topic}).status_code == 200
    assert client.put(f"{path}/skills", json={"skills": [skill]}).status_code == 200
    done = client.post(f"{path}/resolution", json={"how": "Renewed.", "why": "It had ended."})
    assert done.status_code == 201, done.text
    return int(case["number"])


def test_solved_cases_that_are_alike_say_topic_skill_and_level(served: Served, desk: str) -> None:
    client = served.operator
    client.put("/v1/playbooks", json=GUIDE).raise_for_status()
    expired = [
        solved(client, desk, f"Certificate of gateway {name} expired", "certificates", "tls")
        for name in ("north", "south", "west")
    ]
    for name in ("one", "two", "three"):
        solved(client, desk, f"Disk of camera {name} is full", "disks", "linux")
    asked = opened(client, desk, subject="Gateway east: its certificate expired")
    found = client.get(f"/v1/cases/{asked['id']}/suggestions").json()
    assert found["topic"]["value"] == "certificates"
    assert found["topic"]["confidence"] > 0.6
    assert set(found["topic"]["cases"]) == set(expired)
    assert [each["value"] for each in found["skills"]] == ["tls"]
    assert found["level"] is None, "nobody had them"
    guided = client.get(f"/v1/cases/{asked['id']}/playbook").json()
    assert (guided["topic"], guided["is_suggested"]) == ("certificates", True)
    assert guided["likely"]["cases"] == found["topic"]["cases"]
    unlike = opened(client, desk, subject="A wholly different matter", text="Words.")
    said = client.get(f"/v1/cases/{unlike['id']}/suggestions").json()
    assert said["topic"] is None
    outside = served.as_("customer_contact", account=desk)
    assert outside.get(f"/v1/cases/{asked['id']}/suggestions").status_code == 403
