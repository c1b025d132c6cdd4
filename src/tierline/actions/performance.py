"""Publishing how promises are kept: the team says that it is done, and from which month on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.occasion import Journal
from tierline.calendars.months import month_stated
from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound
from tierline.kernel.instants import format_instant
from tierline.scorecards.performance import Edition, Figure, has_changed

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

SUBJECT = "performance"
"""What its facts are about: nobody in particular."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The team's word on it: published from the month `since` on (`2025-01`), or no more (None).
    The last one holds."""

    number: int
    at: datetime
    by: str
    since: str | None


class ReadPerformance(Protocol):
    """What was published, to read."""

    def publication(self) -> Publication | None: ...
    def editions(self, months: Sequence[str]) -> tuple[Edition, ...]: ...


class Performance(ReadPerformance, Protocol):
    """And written."""

    def state(self, publication: Publication) -> None: ...
    def keep(self, edition: Edition) -> None: ...


class PerformanceBooks(Journal, Protocol):
    """What publishing needs."""

    @property
    def performance(self) -> Performance: ...


def publish_performance(books: PerformanceBooks, since: str, occasion: Occasion) -> Publication:
    """Have the months from `since` on published, each once it is over. Raises Invalid for what is
    no month, or is to come."""
    month = month_stated(since)
    if month is None or month > occasion.now.date():
        fault = Fault("no_month", "Write a month that has begun, as in 2025-12.", "since")
        raise Invalid("Nothing is published from then on.", [fault])
    return _state(books, since, "PerformancePublished", occasion)


def withdraw_performance(books: PerformanceBooks, occasion: Occasion) -> Publication:
    """Show it to nobody from now on. What was published stays kept. Raises NotFound."""
    published_since(books.performance)
    return _state(books, None, "PerformanceWithdrawn", occasion)


def published_since(performance: ReadPerformance) -> str:
    """From which month on it is published. Raises NotFound where it is not."""
    found = performance.publication()
    if found is None or found.since is None:
        raise NotFound("Figures of how promises are kept are not published here.")
    return found.since


def publish_month(
    books: PerformanceBooks, month: str, figures: Sequence[Figure], occasion: Occasion
) -> Edition | None:
    """Tell what a month came to; once it was told, only what is otherwise by now, as a correction
    beside it. None where nothing is. Raises Conflict where nothing is published from that month."""
    if month < published_since(books.performance):
        raise Conflict("This month is not published.")
    known = books.performance.editions([month])
    if known and not has_changed(known[-1].figures, figures):
        return None
    edition = Edition(month=month, number=len(known) + 1, at=occasion.now, figures=tuple(figures))
    books.performance.keep(edition)
    kind = "PerformanceMonthCorrected" if known else "PerformanceMonthPublished"
    body = {"month": month, "edition": edition.number, "digest": _digest(edition)}
    books.append([occasion.fact(kind, SUBJECT, body)])
    return edition


def _state(
    books: PerformanceBooks, since: str | None, kind: str, occasion: Occasion
) -> Publication:
    last = books.performance.publication()
    stated = Publication(
        number=last.number + 1 if last else 1, at=occasion.now, by=occasion.by, since=since
    )
    books.performance.state(stated)
    books.append([occasion.fact(kind, SUBJECT, {"since": since})])
    return stated


def _digest(edition: Edition) -> str:
    """By which an edition is known to be what was told."""
    figures = [asdict(each) for each in edition.figures]
    return digest_of({"month": edition.month, "at": format_instant(edition.at), "figures": figures})
