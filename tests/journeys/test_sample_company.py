"""The sample company: the same from the same seed, and what is hidden in it is found."""

from __future__ import annotations

import hashlib
import io
import shutil
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from health_report_scan import Scan, as_the_portal_says, entitled, kept_reports
from moved_clock import moved_by_hand
from pypdf import PdfReader
from sample_companies import SMALL, Companies, make
from served import Served

from tierline.actions.case_audit import CaseAudit, audit_cases
from tierline.actions.health_reports import LANE
from tierline.bootstrap.application import FILE_NAME, open_application
from tierline.bootstrap.cover import gaps_ahead
from tierline.bootstrap.health_reports import drawn_up, wait_for_reports
from tierline.bootstrap.identities import resolve_identities
from tierline.bootstrap.sample import create_sample, judged, verify_sample
from tierline.care.advice import AdviceState
from tierline.care.item import CareState, counted
from tierline.cases.post_mortem import ActionState
from tierline.kernel.errors import Conflict, NotFound
from tierline.queries.advice import reviews_without_advice
from tierline.queries.briefings import briefing, briefing_period
from tierline.queries.care import care_items, question
from tierline.queries.health_reports import asked_period, health_report
from tierline.queries.playbook_use import playbook_report
from tierline.queries.post_mortems import list_actions
from tierline.queries.routing_replay import replay_routing
from tierline.queries.status import list_incidents
from tierline.sample.company import company
from tierline.sample.plants.knowledge import tier_at
from tierline.sample.story import COMPLETE_UNTIL
from tierline.sample.verdict import Mark
from tierline.scorecards.briefing import Briefing
from tierline.scorecards.desk import Stretch
from tierline.scorecards.playbook_use import without_playbook
from tierline.status.incident import Phase, linked_cases, phase_of
from tierline.store.accounts import account_table
from tierline.store.cases import CaseReads, case_table
from tierline.store.contracts import KnownTerms
from tierline.store.engine import open_to_read
from tierline.store.records import Reads
from tierline.store.seals import head_of
from tierline.store.unit_of_work import Isolation, Snapshot
from tierline.store.usage import usage_event_table
from tierline.web.documents import briefing_pdf, health_report_pdf
from tierline.web.health_report import health_report_html

_EVENTS = sa.select(usage_event_table).order_by(*usage_event_table.primary_key)


def digests_of(folder: Path) -> list[str]:
    """The head of the journal, which no other fact, id or order would have; and a digest of every
    usage event as it stands."""
    with open_to_read(str(folder / FILE_NAME)) as readers:
        head = readers.read(head_of)
        rows = readers.read(lambda snapshot: snapshot.execute(_EVENTS).all())
    return [str(head), hashlib.sha256(repr(rows).encode()).hexdigest()]


def audits(folder: Path) -> list[CaseAudit]:
    """Every case, folded by itself and replayed as columns, as it stands at the end."""

    def whole(snapshot: Snapshot) -> list[CaseAudit]:
        cases = CaseReads(snapshot)
        found = [audit_cases(cases, "", COMPLETE_UNTIL)]
        while found[-1].next is not None:
            found.append(audit_cases(cases, found[-1].next, COMPLETE_UNTIL))
        return found

    with open_to_read(str(folder / FILE_NAME)) as readers:
        return readers.read(whole)


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_everything_hidden_is_found_and_no_decoy_is_named(companies: Companies, seed: int) -> None:
    folder = companies.folder(seed=seed)
    verdict = judged(folder, companies.found(folder))
    assert [line for line in verdict.lines if line.mark is not Mark.found] == []
    assert verdict.is_good
    assert verdict.lines


def test_hardly_anything_is_found_where_nothing_is_hidden(companies: Companies) -> None:
    folder = companies.folder(is_control=True)
    verdict = judged(folder, companies.found(folder))
    assert verdict.count(Mark.false) <= 2
    assert verdict.is_good


def test_one_seed_gives_the_same_truth_and_the_same_facts(
    companies: Companies, tmp_path: Path
) -> None:
    one, other = companies.folder(), make(tmp_path / "other")
    assert (one / "truth.yaml").read_bytes() == (other / "truth.yaml").read_bytes()
    assert digests_of(one) == digests_of(other)


@pytest.mark.parametrize("seed", [7, 8])
def test_every_clock_of_the_year_is_the_same_live_and_replayed(
    companies: Companies, seed: int
) -> None:
    found = audits(companies.folder(seed=seed))
    assert [each for audit in found for each in audit.disagreements] == []
    assert sum(audit.cases for audit in found) > 600
    assert sum(audit.milestones for audit in found) > 1_700
    assert sum(audit.breaches for audit in found) > 60


def test_plants_know_the_tier_that_each_case_is_held_to(companies: Companies) -> None:
    made = company(8, SMALL, is_control=False)
    customers = {each.name: each for each in made.customers}
    chosen = sa.select(account_table.c.name, case_table.c.opened_at, case_table.c.tier)
    held = chosen.join(account_table, account_table.c.id == case_table.c.account_id)
    with open_to_read(str(companies.folder(seed=8) / FILE_NAME)) as readers:
        rows = readers.read(lambda snapshot: snapshot.execute(held).all())
    wrong = [row for row in rows if (tier_at(customers[row.name], row.opened_at) or "") != row.tier]
    assert wrong == []
    assert len(rows) > 500


def test_playbooks_are_ticked_every_failure_mode_has_one_and_none_seems_to_help(
    companies: Companies,
) -> None:
    """The ticks of the story change nothing, so nothing may be said of them."""
    during = Stretch(COMPLETE_UNTIL - timedelta(days=366), COMPLETE_UNTIL, COMPLETE_UNTIL)
    with open_to_read(str(companies.folder() / FILE_NAME)) as readers:
        found = readers.read(
            lambda snapshot: playbook_report(Reads(snapshot, KnownTerms()), during)
        )
    assert without_playbook(found.modes) == ()
    assert len([each for each in found.modes if each.topic]) == 10
    used = [each.used for each in found.playbooks]
    assert all(0 < each.hits < each.total for each in used)
    assert sum(each.hits for each in used) > 200
    looked_at = [each for row in found.playbooks for each in (row.restored, row.resolved)]
    assert not any(each.is_clear for each in looked_at)


@pytest.mark.parametrize("seed", [7, 8])
def test_replayed_by_the_plan_the_worst_of_enterprise_reach_seniors_in_time(
    companies: Companies, seed: int
) -> None:
    folder = companies.folder(seed=seed)
    with open_to_read(str(folder / FILE_NAME)) as readers:
        found = readers.read(
            lambda snapshot: (
                replay_routing(
                    Reads(snapshot, KnownTerms()),
                    start=datetime(2025, 1, 1, tzinfo=UTC),
                    end=datetime(2026, 1, 1, tzinfo=UTC),
                    now=COMPLETE_UNTIL,
                ).found
            )
        )
    first, lowest = found.first_plan, found.lowest_plan
    assert (found.tier, found.severities, found.lowest_tier) == (
        "enterprise", ("S1", "S2"), "standard"
    )  # fmt: skip
    assert first.cases > 50
    assert 100 * first.in_time >= 95 * first.cases
    assert lowest.too_senior == 0 < found.lowest_was.too_senior
    assert found.plan.misrouted < found.was.misrouted
    assert found.plan.lost_seconds < found.was.lost_seconds
    assert found.plan.with_reason == found.was.with_reason == found.plan.cases
    assert "the skill opc ua" in {each.words for each in found.missing}


def test_a_customer_of_enterprise_has_people_of_its_own_and_lacks_none_of_them(
    companies: Companies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(companies.folder(), tmp_path / "co")
    moved_by_hand(monkeypatch, COMPLETE_UNTIL)
    with open_application(data=tmp_path / "co") as application:
        (need,) = application.read(lambda reads: reads.routing.needs_with_people())
        gaps = application.read(lambda reads: gaps_ahead(application, reads, COMPLETE_UNTIL))
        name = application.read(lambda reads: reads.accounts.get(need.account).name)
    assert name == "Farrow Energy"
    assert (len(need.engineers), len(need.deputies)) == (3, 3)
    assert gaps == []


def test_promises_by_date_incidents_and_post_mortems_of_the_year_are_there(
    companies: Companies,
) -> None:
    def look_around(snapshot: Snapshot) -> None:
        reads = Reads(snapshot, KnownTerms())
        year = question(COMPLETE_UNTIL, datetime(2025, 1, 1, tzinfo=UTC), COMPLETE_UNTIL)
        items = care_items(reads, year, COMPLETE_UNTIL)
        checks = counted(each for each in items if each.promised.key.feature == "health_check")
        assert checks[CareState.done] > 2 * checks[CareState.missed] > 0
        reviews = [each for each in items if each.promised.key.feature == "architecture_review"]
        held = [each for each in reviews if each.settled_at and each.state is not CareState.excused]
        assert len({each.promised.account for each in held}) <= 1 < len(reviews)
        (silent,) = reviews_without_advice(reads, None, COMPLETE_UNTIL)
        assert silent.promised.key in {each.promised.key for each in held}
        assert {each.state for each in reads.advice.of_accounts(None)} == {*AdviceState}
        incidents = list_incidents(reads.incidents, now=COMPLETE_UNTIL, limit=20).items
        (sunday,) = [each for each in incidents if "do not come back" in each.title]
        assert [phase_of(each, COMPLETE_UNTIL) for each in incidents].count(Phase.resolved) == 8
        assert len(linked_cases(sunday)) == 1
        done = list_actions(snapshot, COMPLETE_UNTIL, state=ActionState.done).items
        (overdue,) = list_actions(snapshot, COMPLETE_UNTIL).items
        assert overdue.action.is_overdue(COMPLETE_UNTIL)
        (post_mortem,) = [reads.post_mortems.get(overdue.action.post_mortem)]
        assert len(post_mortem.actions) == 4
        assert post_mortem.cases == linked_cases(sunday)
        (renewal,) = [each for each in done if "last sixty" in each.action.title]
        assert renewal.recurrence is not None
        assert renewal.recurrence.after < renewal.recurrence.before

    with open_to_read(str(companies.folder() / FILE_NAME)) as readers:
        readers.read(look_around)


def test_reports_of_the_year_are_there_for_all_who_are_entitled_and_name_nobody_else(
    companies: Companies,
) -> None:
    year = datetime(2025, 1, 1, tzinfo=UTC), COMPLETE_UNTIL
    with open_to_read(str(companies.folder() / FILE_NAME)) as readers:
        promised, kept, scan = readers.read(
            lambda snapshot: (
                entitled(Reads(snapshot, KnownTerms()), *year),
                kept_reports(snapshot),
                Scan.of(snapshot),
            )
        )
    assert len({each.account for each in promised}) > 20
    assert sorted((each.contract, each.start, each.end) for each in promised) == sorted(kept)
    assert sum(report.cases_opened for report in kept.values()) > 150
    assert sum(len(report.open_cases) for report in kept.values()) > 20
    texts = [(each, each.model_dump_json()) for each in kept.values()]
    assert [word for report, text in texts for word in scan.strange(report, text)] == []


def test_a_first_start_leaves_reports_to_the_worker_who_has_them_in_hand(
    companies: Companies, tmp_path: Path
) -> None:
    folder = tmp_path / "co"
    shutil.copytree(companies.folder(), folder)
    now = datetime(2026, 2, 9, tzinfo=UTC)
    until = now + timedelta(minutes=5)
    with open_application(data=folder) as application:
        claims = application.change(
            lambda records: records.due_work.claim(
                LANE, now=now, until=until, lease="first", limit=500
            ),
            Isolation.BY_STATEMENT,
        )
        wait_for_reports(application, replace(application.occasion("somebody"), now=now))
        application.change(lambda records: records.due_work.finish(claims))
    assert len(claims) > 10


def test_a_report_says_what_the_portal_says_of_nobody_else_and_does_not_keep_one_waiting(
    companies: Companies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "co"
    shutil.copytree(companies.folder(), folder)
    moved_by_hand(monkeypatch, COMPLETE_UNTIL)
    start, end = datetime(2025, 10, 2, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    with open_application(data=folder) as application:
        served = Served(application, "", "")
        scan = application.read(lambda reads: Scan.of(reads.snapshot))
        coming = COMPLETE_UNTIL, COMPLETE_UNTIL + timedelta(days=92)
        promised = application.read(lambda reads: entitled(reads, *coming))
        for account in sorted({each.account for each in promised}):
            begun = time.process_time()
            asked = partial(asked_period, account=account, start=start, end=end, now=COMPLETE_UNTIL)
            period = application.read(asked)
            report = drawn_up(application, period, COMPLETE_UNTIL)
            page, paper = health_report_html(report).decode(), health_report_pdf(report)
            assert time.process_time() - begun < 3
            as_the_portal_says(report, served.as_("customer_contact", account=account))
            said = "".join(each.extract_text() for each in PdfReader(io.BytesIO(paper)).pages)
            assert scan.strange(report, page) + scan.strange(report, said) == []


def test_the_pack_for_the_account_with_the_most_cases_has_six_pages_and_no_other_name(
    companies: Companies,
) -> None:
    def drawn(snapshot: Snapshot) -> tuple[Briefing, set[str]]:
        reads = Reads(snapshot, KnownTerms())
        cases = Counter(snapshot.execute(sa.select(case_table.c.account_id)).scalars())
        due = care_items(reads, question(COMPLETE_UNTIL, COMPLETE_UNTIL, None), COMPLETE_UNTIL)
        item = max(due, key=lambda each: cases[each.promised.account])
        account = item.promised.account
        period = briefing_period(
            reads.contracts.get(item.promised.key.contract), item, COMPLETE_UNTIL
        )
        report = health_report(reads, period, (), COMPLETE_UNTIL)
        others = sa.select(account_table.c.name).where(account_table.c.id != account)
        names = set(snapshot.execute(others).scalars())
        return briefing(reads, item, report, COMPLETE_UNTIL), names

    with open_to_read(str(companies.folder() / FILE_NAME)) as readers:
        pack, others = readers.read(drawn)
    paper = PdfReader(io.BytesIO(briefing_pdf(pack)))
    assert 1 < len(paper.pages) <= 6
    assert sum(each.met + each.missed for each in pack.months) > 50
    texts = [pack.model_dump_json(), "\n".join(each.extract_text() for each in paper.pages)]
    assert [name for name in others for text in texts if name in text] == []


def test_the_truth_is_not_what_is_looked_at(companies: Companies, tmp_path: Path) -> None:
    folder = companies.folder()
    told = (folder / "truth.yaml").read_text("utf-8")
    (tmp_path / "truth.yaml").write_text(told.replace("PT15M", "PT10M"), "utf-8")
    verdict = judged(tmp_path, companies.found(folder))
    assert verdict.count(Mark.wrong) == 1
    assert not verdict.is_good


def test_accounts_that_were_merged_are_found_as_before_and_namesakes_stay_two(
    companies: Companies, tmp_path: Path
) -> None:
    folder = tmp_path / "co"
    shutil.copytree(companies.folder(), folder)
    with open_application(data=folder) as application:
        found = resolve_identities(application, application.occasion("somebody"))
    assert len(found.merges) == 2
    verdict = verify_sample(folder)
    assert verdict.count(Mark.found) == len(verdict.lines)


def test_without_the_extra_two_facts_are_not_asked_and_that_is_no_pass(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)  # as where it is not installed
    verdict = verify_sample(companies.folder())
    silent = [line.plant for line in verdict.lines if line.mark is not Mark.found]
    assert silent == ["F11", "F11.trap"]
    assert not verdict.is_good
    assert "pip install" in verdict.not_asked[0]


def test_what_is_interrupted_leaves_no_database_and_what_was_killed_is_replaced(
    tmp_path: Path,
) -> None:
    killed = tmp_path / "sample-unfinished"
    killed.mkdir()
    (killed / FILE_NAME).write_bytes(b"half of a database")

    def interrupt(_stage: str, _done: int, _total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        create_sample(tmp_path, SMALL, 7, is_control=False, progress=interrupt)
    assert [each.name for each in tmp_path.iterdir()] == [f"{FILE_NAME}.owner"]


def test_a_folder_with_data_is_left_alone_and_one_without_is_named(
    companies: Companies, tmp_path: Path
) -> None:
    with pytest.raises(Conflict, match="holds a database already"):
        make(companies.folder())
    with pytest.raises(NotFound, match="holds no sample company"):
        verify_sample(tmp_path / "none")
