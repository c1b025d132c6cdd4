"""The catalogs that Halyard published: the plan of before, its first grid, the grid in force, and
an autumn version that promises two things more.

The first grid and the autumn version are the grid in force with some lines changed, so that a line
of the shipped file is edited in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tierline.catalog.document import parse_document
from tierline.catalog.load import load_catalog, parse_catalog
from tierline.sample.files import SampleFiles

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog

GRID, LEGACY = "halyard", "gold_care"
GOLD_CARE = Path(__file__).parent / "gold-care-2022-03-01.yaml"
IN_FORCE = date(2025, 7, 1)
FIRST_GRID, AUTUMN = date(2024, 1, 1), date(2025, 10, 1)
_FIRST = (
    ("version: 2025-07-01", "version: 2024-01-01"),
    ("limit: 200, unit: request", "limit: 150, unit: request"),
    ("limit: 600, unit: request", "limit: 500, unit: request"),
    ("seats, headline: answers, limit: 10", "seats, headline: answers, limit: 8"),
)
_MORE = (
    ("version: 2025-07-01", "version: 2025-10-01"),
    (
        "  uptime: {name: Uptime,",
        """\
  review_report: {name: Quarterly report, axis: outcome, value: 2, enforced_by: EMPTY}
  second_engineer: {name: Second engineer, axis: outcome, value: 2, enforced_by: EMPTY}
  uptime: {name: Uptime,""",
    ),
    (
        "      architecture_review: {kind: deliverable, headline: care,",
        """\
      review_report: {kind: included, headline: care}
      second_engineer: {kind: included, headline: care}
      architecture_review: {kind: deliverable, headline: care,""",
    ),
)
_AHEAD = timedelta(14)
"""A version is published before it is sold."""
UNENFORCED = ("review_report", "second_engineer")


@dataclass(frozen=True, slots=True)
class Published:
    """A catalog and when it was published."""

    catalog: Catalog
    at: datetime


def published_catalogs(*, has_unenforced: bool) -> tuple[Published, ...]:
    """In the order of their publication. Without plants somebody keeps the two promises more."""
    text = SampleFiles().catalog.read_text("utf-8")
    kept = "nowhere" if has_unenforced else "person"
    more = tuple((old, new.replace("EMPTY", kept)) for old, new in _MORE)
    catalogs = (
        load_catalog(GOLD_CARE),
        _edited(text, _FIRST),
        load_catalog(SampleFiles().catalog),
        _edited(text, more),
    )
    return tuple(Published(each, _noon(each.version) - _AHEAD) for each in catalogs)


def version_on(day: date) -> date:
    """The version of the grid that is sold on a day."""
    return max(version for version in (FIRST_GRID, IN_FORCE, AUTUMN) if version <= day)


def _edited(text: str, edits: tuple[tuple[str, str], ...]) -> Catalog:
    for old, new in edits:
        if text.count(old) != 1:
            raise AssertionError(f"the catalog states {old!r} {text.count(old)} times")
        text = text.replace(old, new)
    return parse_catalog(parse_document(text, "halyard"))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
