"""A health report: drawn up by the worker when its period ends, with the figures of the API, about
one account alone, and never changed."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import HOUR, MONDAY, desk_offer, opened
from letter_terminal import deliver
from moved_clock import Hands, moved_by_hand
from pypdf import PdfReader
from served import Served, serve_small_world

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.catalog.catalog import Catalog
from tierline.kernel.digest import digest_of_bytes
from tierline.languages.language import ENGLISH
from tierline.scorecards.health_report import HealthReport
from tierline.store.records import Records
from tierline.store.seals import seal_facts
from tierline.web.documents import health_report_pdf
from tierline.web.health_report import health_report_html, on_its_clock
from tierline.worker.duties import DUTIES
from tierline.worker.kinds import worker_of

APRIL = datetime(2025, 3, 31, 22, tzinfo=UTC)  # midnight in Berlin


def reporting_offer() -> Catalog:
    """The desk's offer with a report each month on Priority."""
    stated = desk_offer().model_dump(mode="json", exclude_none=True)
    stated["features"]["health_report"] = {"name": "Health report", "axis": "outcome"}
    report = {"kind": "deliverable", "what": "Health report", "per": "month"}
    check = {"kind": "deliverable", "what": "Health check", "per": "month"}
    terms = stated["tiers"]["priority"].setdefault("terms", {})
    terms.update({"health_report": report, "reports": check})
    return Catalog.model_validate(stated)


def signed(served: Served, name: str) -> str:
    occasion = served.opened.occasion()

    def work(records: Records) -> str:
        publish_catalog(records, reporting_offer(), occasion)
        details = AccountDetails(name=name, time_zone="Europe/Berlin")
        account = open_account(records, details, occasion).id
        start = datetime(2025, 2, 28, 23, tzinfo=UTC)
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier="priority", start=start
        )
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)


def lived(served: Served, hands: Hands) -> tuple[str, str]:
    """Ash with a case that was answered late and one in time, and Birch with its own."""
    ash, birch = signed(served, "Ash"), signed(served, "Birch")
    nadia = {"name": "Nadia Nagy", "email": "nadia@ash.example", "roles": ["executive"]}
    served.operator.post(f"/v1/accounts/{ash}/contacts", json=nadia).raise_for_status()
    part = {"name": "Imports", "about": "Files", "accounts": [birch]}
    imports = served.operator.post("/v1/components", json=part).json()["id"]
    hidden = {"title": "Only Birch stands", "accounts": [birch]}
    incident = served.operator.post("/v1/incidents", json=hidden).json()["id"]
    told = {"text": "We look.", "effects": {imports: "partial_outage"}, "is_published": True}
    served.operator.post(f"/v1/incidents/{incident}/updates", json=told).raise_for_status()
    late = opened(served.operator, ash, severity="S1", subject="Camera of Ash")
    timely = opened(served.operator, ash, severity="S2")
    opened(served.operator, birch, severity="S1", subject="Secret of Birch")
    hands.now = MONDAY + 2 * HOUR
    for case in (late, timely):
        path = f"/v1/cases/{case['id']}/messages"
        served.operator.post(path, json={"text": "We look at it."}).raise_for_status()
    return ash, birch


def agreed(served: Served, account: str) -> None:
    """A finding of the check that is due with the report's period is somebody's action."""
    made, _ = served.opened.access.invite(
        "ada@house.example", frozenset({Role.agent}), None, operator()
    )
    user = served.opened.access.accept(made.secret, "Ada Byron", None, "four boring words here").id
    (check,) = served.operator.get(f"/v1/care?account={account}&until=2025-04-02T00:00:00Z").json()[
        "items"
    ]
    path = f"/v1/contracts/{check['contract']}/care/reports/{check['due_on']}/completion"
    late = {"text": "Words of Ada", "owner": user, "due_on": "2025-03-20"}
    coming = {"text": "Words of Ada", "owner": user, "due_on": "2025-04-20"}
    body = {"text": "Looked at.", "findings": [coming, late, {"text": "Words of Ada"}]}
    served.operator.put(path, json=body).raise_for_status()


def work(served: Served) -> None:
    """What the worker does once it wakes."""
    seal_facts(served.opened.store)
    (duty,) = [each for each in DUTIES if each.name == "wait for health reports"]
    if served.opened.read(duty.is_needed):
        duty.do(served.opened)
    worker = worker_of(served.opened)
    (lane,) = [each for each in worker.lanes if each.name == "health reports"]
    while worker.work(lane):
        pass


def on_paper(report: HealthReport) -> str:
    pages = PdfReader(io.BytesIO(health_report_pdf(report))).pages
    return "\n".join(page.extract_text() for page in pages)


def reports(served: Served, account: str) -> list[dict[str, Any]]:
    return list(served.operator.get(f"/v1/accounts/{account}/health-reports").json()["items"])


@dataclass(frozen=True)
class World:
    """Ash has a report of March; `cases`, `care` and `promises` are what the API listed as it was
    drawn up."""

    served: Served
    hands: Hands
    ash: str
    birch: str
    kept: dict[str, Any]
    cases: list[dict[str, Any]]
    care: list[dict[str, Any]]
    promises: list[dict[str, Any]]

    @property
    def report(self) -> HealthReport:
        found = self.served.operator.get(f"/v1/health-reports/{self.kept['id']}")
        return HealthReport.model_validate(found.json())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patched, serve_small_world(folder) as served:
        hands = moved_by_hand(patched, MONDAY)
        ash, birch = lived(served, hands)
        work(served)
        assert reports(served, ash) == []
        agreed(served, ash)
        hands.now = APRIL + timedelta(minutes=1)
        customer = served.as_("customer_contact", account=ash)
        march = {"since": "2025-02-28T23:00:00Z", "until": "2025-03-31T22:00:00Z"}
        asked = customer.get(f"/v1/accounts/{ash}/promises-kept", params=march)
        promises = asked.json()["items"]
        work(served)
        (kept,) = reports(served, ash)
        cases = customer.get("/v1/cases").json()["items"]
        care = customer.get("/v1/care", params={"until": "2025-06-01T00:00:00Z"}).json()["items"]
        yield World(served, hands, ash, birch, kept, cases, care, promises)


def test_it_is_drawn_up_when_its_period_ends_once_and_told_to_the_right_people(
    world: World,
) -> None:
    served, kept = world.served, world.kept
    assert (kept["start"], kept["end"]) == ("2025-02-28T23:00:00Z", "2025-03-31T22:00:00Z")
    assert kept["made_by"] == "worker"
    letters = served.operator.get("/v1/letters").json()["items"]
    of_march = [each for each in letters if "1 March 2025 to 31 March 2025" in each["subject"]]
    assert [each["to"] for each in of_march if "Ash" in each["subject"]] == ["nadia@ash.example"]
    before = reports(served, world.ash)
    work(served)
    assert reports(served, world.ash) == before
    facts = served.operator.get(f"/v1/facts?subject={world.ash}&limit=200").json()["items"]
    told = {each["body"]["report"]: each for each in facts if each["kind"] == "HealthReportMade"}
    assert told[kept["id"]]["body"]["digest"] == kept["digest"]


def test_its_figures_are_those_of_the_api(world: World) -> None:
    report = world.report
    customer = world.served.as_("customer_contact", account=world.ash)
    asked = {"since": report.start, "until": report.end, "as_of": report.as_of}
    found = customer.get("/v1/reports/adherence", params={**asked, "by": "milestone"}).json()
    rows = {each["group"]["milestone"]: each for each in found["groups"]}
    overall = Counter[str]()
    for each in report.promises:
        overall.update(met=each.met, missed=each.missed)
    assert overall == {name: found["overall"][name] for name in ("met", "missed")}
    assert report.cases_opened == found["cases"] == 2
    assert report.promises
    for row in report.promises:
        same = rows[row.milestone]
        assert (row.met, row.missed) == (same["met"], same["missed"])
        assert row.open == same["running"] + same["paused"]
        assert row.outside == same["excluded"]
    late = [each for each in report.misses if each.milestone == "acknowledge"]
    assert [(each.number, each.allowed_seconds, each.used_seconds) for each in late] == [
        (1, 3600, 7200)
    ]
    assert [(each.case, each.next_due_at) for each in report.open_cases] == [
        (each["id"], each["next_due_at"]) for each in world.cases
    ]
    states = {each["due_on"]: each["state"] for each in world.care}
    assert [(each.due_on, each.state) for each in report.care] == [
        ("2025-03-31", states["2025-03-31"])
    ]
    assert ("2025-05-01", "Next health report") in [(each.on, each.what) for each in report.next]


def test_it_counts_every_promise_that_fell_due_and_lists_each(world: World) -> None:
    report = world.report
    listed = {each["promise_id"]: each for each in world.promises if each["due"]}
    assert {row.promise_id: (row.kept, row.missed, row.over) for row in report.kept} == {
        id_: (each["kept"], each["missed"], each["over"]) for id_, each in listed.items()
    }
    for name, figure in (("kept", report.met), ("missed", report.missed), ("over", report.over)):
        assert figure == sum(each[name] for each in world.promises)
    assert (listed["acme/priority/reports"]["kept"], report.percent) == (1, "50.0%")
    assert "acme/priority/reports" in health_report_html(report).decode().replace("<wbr>", "")
    assert "acme/priority/reports" in "".join(on_paper(report).split())


def test_it_tells_what_is_not_done_without_the_words_of_anybody(world: World) -> None:
    report = world.report
    assert [(row.what, row.found_on, row.due_on, row.is_overdue) for row in report.actions] == [
        ("Health check", "2025-03-31", "2025-03-20", True),
        ("Health check", "2025-03-31", "2025-04-20", False),
    ]
    page = health_report_html(report).decode()
    assert "Risks and open actions" in page
    assert "Words of Ada" not in page
    assert "overdue" in on_paper(report)


def test_nothing_of_another_account_stands_in_it(world: World) -> None:
    theirs = world.served.as_("customer_contact", account=world.birch)
    words = {"Birch", "Imports", world.birch, reports(world.served, world.birch)[0]["id"]}
    words |= {each["id"] for each in theirs.get("/v1/cases").json()["items"]}
    report = world.report
    texts = [report.model_dump_json(), health_report_html(report).decode(), on_paper(report)]
    assert [word for word in words for text in texts if word in text] == []
    assert all("Ash" in text for text in texts)
    assert theirs.get(f"/v1/health-reports/{world.kept['id']}").status_code == 404


def test_it_never_changes(world: World) -> None:
    before = world.report
    opened(world.served.operator, world.ash, severity="S1")
    for case in before.open_cases:
        path = f"/v1/cases/{case.case}/messages"
        world.served.operator.post(path, json={"text": "It works."}).raise_for_status()
    assert world.report == before
    assert digest_of_bytes(before.model_dump_json().encode()) == world.kept["digest"]


def test_the_paper_is_tagged_titled_and_says_what_the_page_says(world: World) -> None:
    report = world.report
    content = health_report_pdf(report)
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Health report of Ash, 1 March 2025 to 31 March 2025"
    said, page = "".join(on_paper(report).split()), health_report_html(report).decode()
    for words in ("Case 1", "Acknowledgement", "Next health report", "Health check"):
        assert "".join(words.split()) in said
        assert words in page
    local = on_its_clock(report)
    missed = [ENGLISH.moment(local(each.missed_at)) for each in report.misses if each.missed_at]
    assert missed
    assert all("".join(words.split()) in said for words in missed)
    assert content == health_report_pdf(report)


def test_one_of_ours_has_one_drawn_up_of_any_period_that_is_over(world: World) -> None:
    path, ours = f"/v1/accounts/{world.ash}/health-reports", world.served.operator
    period = {"start": "2025-03-03T00:00:00Z", "end": "2025-03-10T00:00:00Z"}
    made = ours.post(path, json=period)
    assert made.status_code == 201, made.text
    again = ours.post(path, json=period)
    assert (again.status_code, again.json()["code"]) == (409, "report_kept")
    coming = {**period, "end": (world.hands.now + timedelta(days=1)).isoformat()}
    assert ours.post(path, json=coming).status_code == 422
    early = {"start": "2024-01-01T00:00:00Z", "end": "2024-02-01T00:00:00Z"}
    assert ours.post(path, json=early).status_code == 404
    assert [each["id"] for each in reports(world.served, world.ash)][-1] == made.json()["id"]


def test_weeks_after_its_end_it_is_kept_and_nobody_is_written_to(
    served: Served, hands: Hands, capsys: pytest.CaptureFixture[str]
) -> None:
    late, timely = signed(served, "Late"), signed(served, "Timely")
    for account in (late, timely):
        contact = {"name": "Nadia", "email": f"{account[-4:]}@elm.example", "roles": ["executive"]}
        served.operator.post(f"/v1/accounts/{account}/contacts", json=contact).raise_for_status()

    def subjects() -> list[str]:
        letters = served.operator.get("/v1/letters").json()["items"]
        return [each["subject"].partition(",")[0] for each in letters]

    hands.now = APRIL + timedelta(days=13)
    work(served)
    assert sorted(subjects()) == ["Health report of Late", "Health report of Timely"]
    deliver(served.opened)
    told = capsys.readouterr().err
    assert told.count("\n") == 2
    assert "Health report of Late, 1 March 2025 to 31 March 2025 (http" in told
    hands.now = APRIL + timedelta(days=30 + 15)
    work(served)
    assert len(reports(served, late)) == 2
    assert len(subjects()) == 2
