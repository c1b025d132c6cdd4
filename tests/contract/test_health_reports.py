"""Health reports on both databases: kept once for a contract and period, and listed by period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from people import NOW, People

from tierline.accounts.contact import ContactRole
from tierline.actions.health_reports import KeptReport, keep_report, readers_of
from tierline.care.schedule import ReportPeriod
from tierline.kernel.instants import to_micros
from tierline.queries.health_reports import asked_period, health_report, list_reports

APRIL = datetime(2025, 4, 1, tzinfo=UTC)
MONTH = timedelta(days=30)


def period(people: People, start: datetime) -> ReportPeriod:
    return people.read(lambda reads: asked_period(reads, people.lattice, start, start + MONTH, NOW))


def kept(people: People, about: ReportPeriod) -> KeptReport | None:
    report = people.read(lambda reads: health_report(reads, about, (), NOW))
    return people.do(keep_report, about, report)


def test_of_a_contract_and_period_one_report_is_kept_for_ever(people: People) -> None:
    april = period(people, APRIL)
    made = kept(people, april)
    assert made is not None
    assert (made.start, made.end) == (APRIL, APRIL + MONTH)
    assert kept(people, april) is None
    later = kept(people, period(people, APRIL + timedelta(days=1)))
    assert later is not None
    read, report = people.read(lambda reads: reads.health_reports.get(made.id))
    assert read == made
    assert (report.account, report.cases_opened, report.percent) == (people.lattice, 0, None)
    known = people.read(
        lambda reads: reads.health_reports.ends_of([made.contract], to_micros(later.end))
    )
    assert known == {(made.contract, to_micros(later.start), to_micros(later.end))}


def test_they_are_listed_by_period_page_by_page(people: People) -> None:
    made = [kept(people, period(people, APRIL + timedelta(days=day))) for day in (0, 2, 1)]
    ends = sorted((each.end for each in made if each), reverse=True)
    found, after = [], None
    for _ in range(3):
        page = people.read(
            lambda reads, after=after: list_reports(
                reads.snapshot, people.lattice, after=after, limit=1
            )
        )
        found += page.items
        after = page.next
    assert [each.end for each in found] == ends
    assert after is None


def test_it_is_written_to_executives_and_admins_and_else_to_named_contacts(people: People) -> None:
    people.contact("Ada", email="ada@lattice.example")
    people.contact("Bo", email=None, roles=[ContactRole.executive])

    def told() -> list[str]:
        contacts = people.read(lambda reads: reads.contacts.of_account(people.lattice))
        return readers_of(contacts, NOW + timedelta(hours=1))

    assert told() == ["ada@lattice.example"]
    people.contact("Cy", email="cy@lattice.example", roles=[ContactRole.executive])
    assert told() == ["cy@lattice.example"]
