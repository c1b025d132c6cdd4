"""The hours of the small world that the tests of this folder share."""

from __future__ import annotations

import importlib.util
import sys
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

from tierline.calendars.business_hours import WEEKDAYS, BusinessHours, week_of
from tierline.calendars.calendar import Calendar
from tierline.calendars.reading import parse_windows


def _office(zone: str = "UTC", windows: str = "09:00-17:00", **stated: object) -> BusinessHours:
    week = week_of(dict.fromkeys(WEEKDAYS[:5], parse_windows(windows)))
    return BusinessHours(zone, week, **stated)  # type: ignore[arg-type]  # the tests state fields by name


@pytest.fixture
def office():
    """`office(zone, windows, **fields)`: hours from Monday to Friday."""
    return _office


@pytest.fixture
def calendar():
    """`calendar(zone, windows, **fields)`: the same, compiled."""

    def compiled(*args: str, **stated: object) -> Calendar:
        return Calendar(_office(*args, **stated))

    return compiled


@pytest.fixture
def at():
    """`at("2024-01-15T09:00Z")`: an instant."""
    return datetime.fromisoformat


@pytest.fixture(scope="session")
def oracle() -> ModuleType:
    """The oracle of `benchmarks/calendar_oracle.py`, which CI and the long run share."""
    path = Path(__file__).parents[2] / "benchmarks" / "calendar_oracle.py"
    spec = importlib.util.spec_from_file_location("calendar_oracle", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
