"""Where changed targets stand on a plot by month."""

from __future__ import annotations

from datetime import UTC, datetime

from tierline.accounts.target_changes import TargetChange
from tierline.kernel.instants import to_micros
from tierline.web.target_marks import changes_in_words, marks_of

NAMES = {"gold": "Gold"}
MONTHS = {
    "months": ["2025-01", "2025-02", "2025-03"],
    "tiers": ["gold", "basic"],
    "series": [{"values": [90.0, 80.0, None]}, {"values": [70.0, 70.0, 70.0]}],
}


def changed(tier: str, month: int, day: int, *, is_other: bool = True) -> TargetChange:
    at = to_micros(datetime(2025, month, day, tzinfo=UTC))
    return TargetChange(at=at, tier=tier, catalog="acme", version="2025-01-15", is_other=is_other)


def test_one_day_is_one_mark_on_the_line_of_each_tier_between_its_points() -> None:
    changes = [changed("gold", 1, 17), changed("basic", 1, 17), changed("gold", 3, 9)]
    first, last = marks_of(changes, MONTHS, NAMES)
    assert first["text"] == "New targets from 17 Jan 2025: Gold, basic"
    assert round(first["place"], 3) == round(16 / 31, 3)
    assert [(one, round(value, 1)) for one, value in first["on"]] == [(0, 84.8), (1, 70.0)]
    assert (last["place"], last["on"]) == (2, [])


def test_a_version_with_the_same_targets_is_told_in_words_alone() -> None:
    changes = [changed("gold", 1, 17, is_other=False), changed("else", 2, 1), changed("gold", 4, 1)]
    assert marks_of(changes, MONTHS, NAMES) == []
    assert marks_of(changes, None, NAMES) == []
    assert changes_in_words(changes, NAMES)[0] == ("Gold", "acme 2025-01-15", "2025-01-17", False)
