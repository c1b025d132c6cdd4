"""The machine's clock, moved by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tierline.kernel import clock


class Hands:
    """The hands of a clock. It stands still where nobody moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def move(self, by: timedelta) -> None:
        self.now += by


def moved_by_hand(monkeypatch: pytest.MonkeyPatch, now: datetime | None = None) -> Hands:
    """From now on the product reads this clock."""
    made = Hands(clock.now() if now is None else now)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made
