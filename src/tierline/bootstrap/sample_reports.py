"""The health reports of the sample company's year: drawn up when each period ended, as a worker
does, of what was known then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from tierline.actions.health_reports import READER, keep_report, watch_reports
from tierline.actions.occasion import Occasion
from tierline.bootstrap.health_reports import drawn_up
from tierline.bootstrap.letters import WORKER
from tierline.care.schedule import report_periods
from tierline.kernel.instants import from_micros, to_micros
from tierline.sample.story import COMPLETE_UNTIL, FIRST_DAY
from tierline.sample.telling import seeded

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.bootstrap.health_reports import Drawn
    from tierline.care.schedule import ReportPeriod
    from tierline.store.records import Records

Progress = Callable[[str, int, int], None]
_YEAR = datetime.combine(FIRST_DAY, time(0), UTC)
_AWAKE = timedelta(minutes=45)
"""So long after a period the use of its last day has come in, and its report is drawn up."""


def tell_reports(application: Application, seed: int, progress: Progress) -> None:
    """Draw up every report that fell due in the year, month by month, after all that happened in it
    is told. No mail goes out: it would have been read long ago."""
    randomness = seeded(seed, "reports")
    contracts = application.read(lambda reads: reads.contracts.all())
    periods = sorted(
        (
            period
            for held in contracts.values()
            for contract in held
            for period in report_periods(contract, to_micros(_YEAR), to_micros(COMPLETE_UNTIL))
        ),
        key=lambda each: (each.end, each.account, each.contract),
    )

    def occasion(at: datetime) -> Occasion:
        return Occasion(now=at, by=WORKER, randomness=randomness)

    done = 0
    for _, ended in groupby(periods, key=_month):
        drawn = [(each, drawn_up(application, each, _made_at(each))) for each in ended]
        application.change(partial(_keep, drawn=drawn, occasion=occasion))
        done += len(drawn)
        progress("reports", done, len(periods))


def watch_from_here(records: Records, occasion: Occasion) -> None:
    """Wait for the next report of each account. The story is sealed by now, and nobody reads it
    again: that would take rows from a worker who draws reports up already."""
    for account, held in records.contracts.all().items():
        watch_reports(records, account, held, occasion)
    seen = records.outbox.position(READER)
    records.outbox.move(READER, seen=seen, to=records.outbox.head())


def _keep(records: Records, drawn: list[Drawn], occasion: Callable[[datetime], Occasion]) -> None:
    for period, report in drawn:
        keep_report(records, period, report, occasion(_made_at(period)))


def _made_at(period: ReportPeriod) -> datetime:
    return from_micros(period.end) + _AWAKE


def _month(period: ReportPeriod) -> tuple[int, int]:
    ended = from_micros(period.end)
    return ended.year, ended.month
