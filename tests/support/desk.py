"""A desk for tests: an offer with clocks, cases raised in it, and their milestones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from served import Client
from small_offer import offer

from tierline.catalog.catalog import Catalog

MONDAY = datetime(2025, 3, 3, 8, tzinfo=UTC)  # 09:00 in Berlin, when the office opens
HOUR = timedelta(hours=1)
CLOCKS = {
    "pauses": {
        "waiting_on_customer": {
            "name": "Waiting for the customer",
            "stops": ["resolution"],
            "needs_question": True,
        },
        "waiting_on_vendor": {"name": "Waiting for a vendor", "stops": []},
    }
}


def desk_offer() -> Catalog:
    """The small offer of a later day, with a resolution target, warnings and reasons to wait."""
    tiers = {
        key: {
            "name": key.title(),
            "hours": "office",
            "targets": [
                {"severity": "S1", "milestone": "acknowledge", "within": within},
                {"severity": "S1", "milestone": "resolution", "within": "PT16H"},
                {"severity": "S2", "milestone": "acknowledge", "within": "PT8H"},
            ],
        }
        for key, within in (("standard", "PT4H"), ("priority", "PT1H"))
    }
    return offer(
        version="2025-02-01", tiers=tiers, add_ons={}, clock_rules=CLOCKS, warn_at_percent=[50, 75]
    )


def opened(client: Client, account: str | None, **stated: Any) -> dict[str, Any]:
    body = {"subject": "Line 3 stands", "text": "Nothing moves.", "account": account, **stated}
    made = client.post("/v1/cases", json=body)
    assert made.status_code == 201, made.text
    return dict(made.json())


def milestone(case: dict[str, Any], kind: str) -> dict[str, Any]:
    (found,) = [each for each in case["milestones"] if each["milestone"] == kind]
    return dict(found)
