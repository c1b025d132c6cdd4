"""Exports of other desks for tests, as their vendors' pages describe them."""

from __future__ import annotations

import json
from typing import Any


def metric(case: int, name: str, kind: str, at: str, **stated: Any) -> dict[str, Any]:
    """A ticket metric event of Zendesk."""
    whole = {"id": 1, "ticket_id": case, "metric": name, "instance_id": 1, "type": kind}
    return {**whole, "time": f"2025-03-{at}:00Z", **stated}


def ticket(case: int, at: str, **stated: Any) -> dict[str, Any]:
    """A ticket of Zendesk."""
    whole = {
        "id": case,
        "url": f"https://acme.zendesk.com/api/v2/tickets/{case}.json",
        "created_at": f"2025-03-{at}:00Z",
        "updated_at": "2025-03-10T09:00:00Z",
        "status": "solved",
        "priority": "urgent",
        "subject": f"Line {case} stands",
        "description": "Nothing moves.",
        "organization_id": None,
        "requester_id": 7,
        "via": {"channel": "email"},
        "tags": ["line"],
    }
    return {**whole, **stated}


def zendesk(account: str | None = None) -> dict[str, Any]:
    """One case solved in nine hours, and one that waits for its requester."""
    sla = {"target": 60, "target_in_seconds": 3600, "business_hours": False, "policy": {"id": 1}}
    return {
        "tickets": [
            ticket(1, "03T08:00", organization_id=account),
            ticket(2, "04T08:00", organization_id=account, status="pending", priority="high"),
        ],
        "ticket_metric_events": [
            metric(1, "reply_time", "activate", "03T08:00"),
            metric(1, "reply_time", "apply_sla", "03T08:00", sla=sla),
            metric(1, "agent_work_time", "activate", "03T08:00"),
            metric(
                1,
                "agent_work_time",
                "apply_sla",
                "03T08:00",
                sla={**sla, "target_in_seconds": 7200},
            ),
            metric(1, "reply_time", "fulfill", "03T08:30"),
            metric(1, "agent_work_time", "breach", "03T10:00"),
            metric(1, "agent_work_time", "fulfill", "03T17:00"),
            metric(2, "agent_work_time", "activate", "04T08:00"),
            metric(2, "agent_work_time", "pause", "04T09:00"),
            metric(2, "requester_wait_time", "pause", "04T09:00"),
        ],
    }


def as_bytes(export: dict[str, Any]) -> bytes:
    """The export as it is sent."""
    return json.dumps(export).encode()
