"""What the page of public figures makes of them."""

from __future__ import annotations

import pytest

from tierline.web.performance import performance_values


@pytest.mark.parametrize(
    ("as_of", "is_newest"),
    [
        ("2026-01-05T15:00:00Z", True),
        ("2026-01-07T23:59:59Z", True),
        ("2026-01-08T00:00:00Z", False),
    ],
)
def test_no_later_months_are_led_to_before_one_of_them_is_told(as_of: str, is_newest: bool) -> None:
    document = {"until": "2025-11", "since": "2025-02", "as_of": as_of, "months": []}
    assert performance_values({**document, "company": "", "rules": []})["is_newest"] is is_newest
