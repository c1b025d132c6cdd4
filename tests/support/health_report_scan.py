"""Health reports of the sample company beside what else is known: whose words stand in one, and
what the portal says of the same."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from served import Client

from tierline.care.schedule import ReportPeriod, report_periods
from tierline.kernel.instants import to_micros
from tierline.scorecards.health_report import HealthReport
from tierline.store.accounts import account_table
from tierline.store.cases import case_table
from tierline.store.contacts import contact_table
from tierline.store.contracts import contract_table
from tierline.store.health_reports import health_report_table
from tierline.store.records import Reads
from tierline.store.unit_of_work import Snapshot

_ID = re.compile(r"(?:account|case|contact|contract|user)_[0-9a-z]{26}")


def entitled(reads: Reads, since: datetime, until: datetime) -> list[ReportPeriod]:
    """Every report that falls due in [since, until)."""
    return [
        period
        for held in reads.contracts.all().values()
        for contract in held
        for period in report_periods(contract, to_micros(since), to_micros(until))
    ]


def kept_reports(snapshot: Snapshot) -> dict[tuple[str, int, int], HealthReport]:
    """Every report that is kept, by contract and period."""
    rows = snapshot.execute(sa.select(health_report_table)).mappings()
    return {
        (row["contract_id"], to_micros(row["start_at"]), to_micros(row["end_at"])): (
            HealthReport.model_validate_json(row["content"])
        )
        for row in rows
    }


@dataclass(frozen=True)
class Scan:
    """Names of accounts, whose the ids are, and the names of all people."""

    names: dict[str, str]
    owner_of: dict[str, str | None]
    people: frozenset[str]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Scan:
        account, contact = account_table.c, contact_table.c
        names = {row.id: row.name for row in snapshot.execute(sa.select(account.id, account.name))}
        owner_of: dict[str, str | None] = {id_: id_ for id_ in names}
        for table in (case_table, contract_table):
            found = snapshot.execute(sa.select(table.c.id, table.c.account_id))
            owner_of |= {row.id: row.account_id for row in found}
        people = snapshot.execute(sa.select(contact.name).where(contact.name.is_not(None)))
        return cls(names, owner_of, frozenset(people.scalars()))

    def strange(self, report: HealthReport, text: str) -> list[str]:
        """What stands in a text of a report and is another account's, or a person's."""
        own = self.names[report.account]
        assert own in text
        said = text.replace(own, "")
        others = {each for each in self.names.values() if each not in own} | self.people
        ids = [each for each in _ID.findall(text) if self.owner_of.get(each) != report.account]
        return ids + [each for each in others if each in said]


def as_the_portal_says(report: HealthReport, customer: Client) -> None:
    """Each figure, as the account's own people read it at the same moment."""

    def items(path: str, **asked: str) -> list[dict[str, Any]]:
        found = customer.get(path, params=asked)
        assert found.status_code == 200, found.text
        return list(found.json()["items"])

    during = {"since": report.start, "until": report.end}
    promises = items(f"/v1/accounts/{report.account}/promises-kept", **during)
    due = [each for each in promises if each["due"] or each["over"]]
    assert sorted(
        (row.promise_id, row.kept, row.missed, row.over) for row in report.kept
    ) == sorted(
        (each["promise_id"] or "", each["kept"], each["missed"], each["over"]) for each in due
    )
    figures = {"kept": report.met, "missed": report.missed, "over": report.over}
    assert figures == {name: sum(each[name] for each in promises) for name in figures}
    found = customer.get("/v1/reports/adherence", params={**during, "by": "milestone"}).json()
    groups = {each["group"]["milestone"]: each for each in found["groups"]}
    assert report.cases_opened == found["cases"]
    assert {row.milestone: (row.met, row.missed) for row in report.promises}.items() <= {
        name: (each["met"], each["missed"]) for name, each in groups.items()
    }.items()
    assert len(report.misses) + report.misses_more == found["overall"]["missed"]
    assert [(row.case, row.state, row.next_due_at) for row in report.open_cases] == [
        (each["id"], each["state"], each["next_due_at"]) for each in items("/v1/cases", limit="200")
    ]
    care = items("/v1/care", **during, limit="200")
    assert Counter((row.what, row.due_on, row.state) for row in report.care) == Counter(
        (each["what"], each["due_on"], each["state"]) for each in care
    )
    assert [row.due_on for row in report.actions if row.source == "care"] == [
        each["due_on"] for each in items("/v1/care-actions")
    ]
