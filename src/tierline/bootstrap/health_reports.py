"""Health reports: drawn up from records, rules and counters, kept, and written to people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tierline.access.letter import LetterKind, Words
from tierline.access.permission import Permission
from tierline.actions.health_reports import (
    FACTS,
    READER,
    KeptReport,
    due_periods,
    keep_report,
    next_end,
    oldest_end,
    readers_of,
    watch_reports,
)
from tierline.actions.letters import NewLetter, write_letter
from tierline.actions.reader_languages import language_for
from tierline.bootstrap.letters import letter_box
from tierline.bootstrap.new_facts import follow_facts
from tierline.kernel.errors import NotFound
from tierline.queries.balances import balances_of
from tierline.queries.health_reports import health_report
from tierline.queries.usage_recent import RecentUse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tierline.access.caller import Caller
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.care.schedule import ReportPeriod
    from tierline.languages.language import Language
    from tierline.scorecards.health_report import HealthReport
    from tierline.store.records import Reads, Records

_NO_FORECAST = RecentUse(metered={})
"""The period is over: nothing of it is foretold."""
_TOLD_BY_DATES = ("deliverable",)
WORTH_SENDING_FOR = timedelta(days=14)
"""So long after the end of its period people are written to about a report; then it is found on
their pages, and the next one is near."""
Drawn = tuple["ReportPeriod", "HealthReport"]


def seen_report(
    reads: Reads | Records, report: str, caller: Caller
) -> tuple[KeptReport, HealthReport]:
    """A report and what it says, for who may read contracts of its account. Raises Forbidden, and
    NotFound where the caller does not see the account: it is told like one that is not there."""
    kept, found = reads.health_reports.get(report)
    if not caller.sees(kept.account):
        raise NotFound(f"There is no health report '{report}'.")
    caller.require(Permission.read_contracts, kept.account)
    return kept, found


def drawn_up(application: Application, period: ReportPeriod, now: datetime) -> HealthReport:
    """What is reported of a period, as it is known now. Balances are those of its last instant, as
    a check counts them."""
    at = period.end - 1
    span = application.rulebook.span_of(period.account, at)
    ask = application.answers.ask
    balances = balances_of(span, ask, at, _NO_FORECAST, without=_TOLD_BY_DATES)
    return application.read(lambda reads: health_report(reads, period, balances, now))


def due_reports(
    application: Application, account: str, occasion: Occasion
) -> tuple[list[Drawn], datetime | None]:
    """The reports of an account that are due now, drawn up, and when the next one is."""

    def work(reads: Reads) -> tuple[list[ReportPeriod], datetime | None]:
        contracts = reads.contracts.of_account(account)
        ids = [each.id for each in contracts]
        known = reads.health_reports.ends_of(ids, oldest_end(occasion.now))
        due = due_periods(contracts, known, occasion.now)
        return due, next_end(contracts, occasion.now)

    periods, next_at = application.read(work)
    return [(each, drawn_up(application, each, occasion.now)) for each in periods], next_at


def keep_reports(
    application: Application, records: Records, drawn: Sequence[Drawn], occasion: Occasion
) -> list[KeptReport]:
    """Keep reports as they were drawn up, and write to the account's people that they are there.
    One that somebody else has kept meanwhile is passed over."""
    kept = []
    for period, report in drawn:
        found = keep_report(records, period, report, occasion)
        if found is None:
            continue
        kept.append(found)
        if occasion.now >= found.end + WORTH_SENDING_FOR:
            continue
        contacts = records.contacts.of_account(period.account)
        for address in readers_of(contacts, occasion.now):
            _write_to(application, records, address, (found, report), occasion)
    return kept


def wait_for_reports(application: Application, occasion: Occasion) -> None:
    """Look at every new fact: after a contract has changed its next report is waited for."""

    def follow(changed: list[str]) -> None:
        application.change(lambda records: watch_all(records, changed))

    def watch_all(records: Records, changed: list[str]) -> None:
        held = records.contracts.of_accounts(changed)
        for account in changed:
            watch_reports(records, account, held.get(account, ()), occasion)

    follow_facts(application, READER, FACTS, follow)


def _write_to(
    application: Application,
    records: Records,
    address: str,
    made: tuple[KeptReport, HealthReport],
    occasion: Occasion,
) -> None:
    kept, report = made
    language = language_for(records, address, kept.account, occasion)
    letter = NewLetter(
        kind=LetterKind.health_report,
        to=address,
        words=Words(
            before=_sentence(report, language),
            link=f"{application.access.address}/health-reports/{kept.id}",
            after=language.phrase(
                "Whoever signs in for the account reads it there, and takes it along as PDF."
            ),
        ),
        digest="",
        until=kept.end + WORTH_SENDING_FOR,
        subject=language.phrase(
            "Health report of %(account)s, %(start)s to %(end)s",
            account=report.account_name,
            **_days(report, language),
        ),
    )
    write_letter(records, letter, letter_box(), occasion)


def _sentence(report: HealthReport, language: Language) -> str:
    """`24 of 25 promises were kept from 1 January 2025 to 31 January 2025.`"""
    decided, days = report.met + report.missed, _days(report, language)
    if not decided:
        return language.phrase("No promise came to its end from %(start)s to %(end)s.", **days)
    return language.phrase(
        "%(met)s of %(decided)s promises were kept from %(start)s to %(end)s.",
        met=language.number(report.met),
        decided=language.number(decided),
        **days,
    )


def _days(report: HealthReport, language: Language) -> dict[str, str]:
    """The first and the last day, as its reader writes them."""
    days = {"start": report.first_on, "end": report.last_on}
    return {name: language.day(date.fromisoformat(day)) for name, day in days.items()}
