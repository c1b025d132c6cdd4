"""What is fixed about Halyard's year: tiers, targets, hours, people, releases and names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tierline.calendars.business_hours import ALWAYS_OPEN, WEEKDAYS, BusinessHours, Window, week_of
from tierline.calendars.calendar import Calendar

SEED = 7
FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2025, 12, 31)
COMPLETE_UNTIL = datetime(2026, 1, 5, 9, tzinfo=UTC)
RELEASES = (date(2025, 5, 20), date(2025, 10, 14))
HOUR = 3600

_US_HOLIDAYS = (
    (1, 1), (1, 20), (2, 17), (5, 26), (6, 19), (7, 4),
    (9, 1), (10, 13), (11, 11), (11, 27), (12, 25),
)  # fmt: skip


def _weekly(zone: str, opens: int, closes: int, holidays: tuple[date, ...] = ()) -> Calendar:
    windows = (Window(opens * HOUR, closes * HOUR),)
    days = dict.fromkeys(WEEKDAYS[:5], windows)
    return Calendar(BusinessHours(time_zone=zone, week=week_of(days), holidays=holidays))


OFFICE = _weekly(
    "America/Chicago",
    9,
    17,
    (*(date(2025, month, day) for month, day in _US_HOLIDAYS), date(2026, 1, 1)),
)
WEEKDAY_HOURS = _weekly("UTC", 0, 24)
ALWAYS = Calendar(ALWAYS_OPEN)


@dataclass(frozen=True)
class TierStory:
    """How many customers and cases a tier has, what it is promised and how well that goes."""

    name: str
    accounts: int
    cases: int
    hours: Calendar
    severity_percent: tuple[int, int, int, int]
    acknowledge: tuple[int, int, int, int]
    """Seconds on the tier's hours, S1 to S4."""
    resolution: tuple[int, int, int, int]
    """S3 and S4 have no target; this is what is usual."""
    restore: int
    update_every: int
    acknowledge_misses: int
    """Of 1,000."""
    resolution_misses: int


_DAY, _OFFICE_DAY = 24 * HOUR, 8 * HOUR
TIERS = (
    TierStory(
        "Standard", 116, 2780, OFFICE, (3, 14, 48, 35),
        (4 * HOUR, _OFFICE_DAY, _OFFICE_DAY, 2 * _OFFICE_DAY),
        (5 * _OFFICE_DAY, 5 * _OFFICE_DAY, 6 * _OFFICE_DAY, 4 * _OFFICE_DAY),
        2 * _OFFICE_DAY, _OFFICE_DAY, 30, 45,
    ),
    TierStory(
        "Priority", 59, 3588, WEEKDAY_HOURS, (5, 20, 47, 28),
        (HOUR, 2 * HOUR, 8 * HOUR, _DAY),
        (2 * _DAY, 2 * _DAY, 5 * _DAY, 4 * _DAY),
        8 * HOUR, 4 * HOUR, 35, 55,
    ),
    TierStory(
        "Enterprise", 23, 3110, ALWAYS, (8, 26, 44, 22),
        (900, 1800, 4 * HOUR, 8 * HOUR),
        (_DAY, _DAY, 4 * _DAY, 3 * _DAY),
        4 * HOUR, HOUR, 45, 60,
    ),
)  # fmt: skip
TIER_NAMES = tuple(tier.name for tier in TIERS)

REGIONS = ("Americas", "Europe", "Asia Pacific")
BUSIEST_HOUR = {"Americas": 16, "Europe": 9, "Asia Pacific": 3}
"""Hour of the day (UTC) around which a region writes."""

CATEGORIES = (
    ("Edge box", 18), ("Camera", 15), ("Model quality", 14), ("Integration", 12), ("Sign-in", 9),
    ("Security", 9), ("API", 8), ("Certificate expiry", 6), ("Edge sync", 5), ("Billing", 4),
)  # fmt: skip
QUEUE_OF = {
    "Edge box": "Hardware",
    "Camera": "Hardware",
    "Model quality": "Model governance",
    "Integration": "Platform",
    "Sign-in": "Security",
    "Security": "Security",
    "API": "Platform",
    "Certificate expiry": "Security",
    "Edge sync": "Platform",
    "Billing": "Service desk",
}
SPECIALISTS = "Specialists"
AGENTS = {
    "Service desk": tuple(range(1, 7)),
    "Platform": tuple(range(5, 13)),
    "Hardware": tuple(range(9, 15)),
    "Model governance": tuple(range(13, 18)),
    "Security": (7, 16, 17, 18),
    SPECIALISTS: tuple(range(18, 23)),
}
QUIET_PAUSER = 7
"""The agent who sets cases waiting shortly before they would be late."""
HONEST_PAUSER = 8
"""The agent who waits as often, and asks each time."""
CHANNELS = {
    "Standard": (("Portal", 55), ("Email", 45)),
    "Priority": (("Portal", 42), ("Email", 33), ("Chat", 25)),
    "Enterprise": (("Portal", 30), ("Email", 22), ("Chat", 28), ("Phone", 20)),
}

NAMED_ACCOUNTS = {
    "Standard": (
        "Brightwell Foods", "Casterline Motors", "Gulfport Medical", "Evergreen Labs",
        "Holloway Steel", "Juniper Clinics", "Tamarack Foods", "Riverside Ceramics",
    ),
    "Priority": (
        "Delmarva Logistics", "Lattice Retail", "Monarch Textiles", "Orchard Bank",
        "Pinecrest Robotics", "Inland Paper", "Quill Analytics", "Ostrava Glass", "Nova Grid",
    ),
    "Enterprise": (
        "Farrow Energy", "Sable Pharma", "Union Forge", "Riverbend University", "Kestrel Aerospace",
        "Quarry Metals", "Pemberton Rail",
    ),
}  # fmt: skip
FIRST_WORDS = (
    "Alder", "Amberline", "Bracken", "Calder", "Cinderford", "Copperfield", "Dunmore",
    "Eastmere", "Elkhorn", "Fairwater", "Fennimore", "Glenrock", "Granby", "Harrowgate",
    "Hawksbury", "Ironbridge", "Kingsley", "Larkspur", "Longmeadow", "Marlowe", "Millbrook",
    "Northcote", "Oakhurst", "Penrose", "Redmarsh", "Rookwood", "Saltmarsh", "Silverton",
    "Stonebridge", "Thornbury", "Upland", "Wexcombe",
)  # fmt: skip
SECOND_WORDS = ("Foods", "Plastics", "Castings", "Optics", "Packaging", "Instruments", "Textiles")
MORE_SECOND_WORDS = ("Motors", "Bearings", "Ceramics", "Pumps")
"""Trades of a large company."""
