"""The people of an account on both databases: kept, told to their customer, and missed in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from covered import DAY, MONDAY, OFFICE, Covered, cover_small_world, joined
from moved_clock import moved_by_hand
from served import Served, make_small_world

from tierline.access.role import Role
from tierline.bootstrap.application import open_application
from tierline.store.routing import case_routing_table
from tierline.worker.duties import DUTIES
from tierline.worker.kinds import worker_of


@pytest.fixture
def covered(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Covered]:
    hands = moved_by_hand(monkeypatch, MONDAY)
    with open_application(database=address) as application:
        yield cover_small_world(Served(application, *make_small_world(application)), hands)


def test_a_need_is_kept_with_deputies_and_cover_hours_or_refused_with_every_fault(
    covered: Covered,
) -> None:
    kept = covered.served.operator.get(f"/v1/accounts/{covered.served.pine}/routing-need").json()
    assert (kept["engineers"], kept["deputies"]) == ([covered.ana], [covered.bo])
    assert kept["cover"]["time_zone"] == "Europe/Berlin"
    assert kept["cover"]["week"]["mon"] == [[9 * 3600, 17 * 3600]]
    ana, path = covered.ana, f"/v1/accounts/{covered.served.pine}/routing-need"
    for stated, codes in (
        ({"deputies": [ana], "cover": OFFICE}, ["nobody_to_stand_in_for", "nobody_to_cover"]),
        ({"engineers": [ana], "deputies": [ana]}, ["own_deputy"]),
        ({"engineers": [ana], "deputies": ["user_nobody"]}, ["unknown_user"]),
    ):
        answer = covered.served.operator.put(path, json=stated)
        assert answer.status_code == 422
        assert [fault["code"] for fault in answer.json()["faults"]] == codes
    assert covered.gaps() == []
    assert covered.keep(pod="north")["cover"] is None


def test_a_gap_is_found_from_when_the_last_of_them_is_away_until_one_is_back(
    covered: Covered,
) -> None:
    assert covered.gaps() == []
    covered.away(covered.ana, MONDAY + 3 * DAY)
    assert covered.gaps() == []
    covered.away(covered.bo, MONDAY + DAY + timedelta(hours=5))
    assert covered.gaps() == [
        ("nobody_there", "2025-06-02T07:00:00Z", "2025-06-02T15:00:00Z"),
        ("nobody_there", "2025-06-03T07:00:00Z", "2025-06-03T11:00:00Z"),
    ]
    assert covered.gaps(days=1) == [
        ("nobody_there", "2025-06-02T07:00:00Z", "2025-06-02T15:00:00Z")
    ]
    covered.keep(engineers=[covered.ana])
    assert covered.gaps()[:2] == [("no_deputy", None, None), ("no_cover", None, None)]


def test_a_customer_reads_first_names_and_hours_of_their_own_people_and_no_others(
    covered: Covered,
) -> None:
    path = f"/v1/accounts/{covered.served.pine}/named-people"
    covered.away(covered.ana, MONDAY + DAY)
    ours = covered.served.operator.get(path).json()["items"]
    assert [(each["user"], each["name"]) for each in ours] == [
        (covered.ana, "Ana Ruiz"),
        (covered.bo, "Bo Diddley"),
    ]
    theirs = covered.served.as_("customer_contact", account=covered.served.pine)
    ana, bo = theirs.get(path).json()["items"]
    assert (ana["user"], ana["name"], ana["role"], ana["is_there"]) == (
        None, "Ana", "engineer", False,
    )  # fmt: skip
    assert ana["hours"][0] == {"start": "2025-06-03T07:00:00Z", "end": "2025-06-03T15:00:00Z"}
    assert (bo["name"], bo["role"], len(bo["hours"])) == ("Bo", "deputy", 5)
    assert set(ana) == {"user", "name", "role", "is_there", "hours"}
    assert theirs.get(f"/v1/accounts/{covered.served.oak}/named-people").status_code == 404
    assert theirs.get("/v1/cover-gaps").status_code == 403
    assert covered.served.operator.get(
        f"/v1/accounts/{covered.served.oak}/named-people"
    ).json() == {"items": [], "next": None}


def test_a_case_goes_to_the_deputy_where_the_engineer_is_away(covered: Covered) -> None:
    covered.hands.now = MONDAY + timedelta(hours=3)
    covered.away(covered.ana, MONDAY + DAY)
    ask = covered.served.operator
    stated = {"subject": "Slow", "text": "It is.", "account": covered.served.pine, "severity": "S2"}
    case = ask.post("/v1/cases", json=stated).json()["id"]
    assert ask.get(f"/v1/cases/{case}/assignment").json()["user"] == covered.bo
    covered.away(covered.bo, MONDAY + DAY)
    other = ask.post("/v1/cases", json={**stated, "severity": "S2"}).json()["id"]
    assert ask.get(f"/v1/cases/{other}/assignment").json()["user"] is None
    assert covered.gaps()[0][1] == "2025-06-02T09:00:00Z"


def lead_letters(covered: Covered) -> list[tuple[str, str]]:
    found = covered.served.operator.get("/v1/letters").json()["items"]
    return [(each["to"], each["subject"]) for each in found if each["kind"] == "shortage_notice"]


def states(covered: Covered) -> list[tuple[str, str]]:
    found = covered.served.operator.get("/v1/letters").json()["items"]
    return [(each["kind"], each["state"]) for each in found]


def send_letters(covered: Covered) -> None:
    worker = worker_of(covered.served.opened)
    (lane,) = [each for each in worker.lanes if each.name == "letters"]
    while worker.work(lane):
        pass


def test_leads_are_written_to_once_about_gaps_and_vacancies_and_again_where_more_is_lacking(
    covered: Covered,
) -> None:
    ask, hands = covered.served.operator, covered.hands
    (duty,) = [each for each in DUTIES if each.name == "tell of shortages"]
    covered.away(covered.ana, MONDAY + 3 * DAY)
    covered.away(covered.bo, MONDAY + DAY)
    assert not covered.served.opened.read(duty.is_needed)
    duty.do(covered.served.opened)
    assert lead_letters(covered) == []  # nobody is told anything before a plan is published
    role = {"shifts": [{"people": [covered.ana]}]}
    plan = {
        "format": "tierline/routing/1",
        "roles": {"Support lead": role, "Head of support": role},
    }
    ask.put("/v1/routing-plan", json=plan).raise_for_status()
    duty.do(covered.served.opened)
    assert lead_letters(covered) == []  # nobody leads: whoever will is told then
    lea = joined(covered.served, "Lea Lind", Role.lead, None, "lea@house.example")
    quiet = {"time_zone": "UTC", "week": {"mon-sun": "20:00-07:00"}}
    ask.put(f"/v1/agents/{lea}", json={"quiet": quiet}).raise_for_status()
    told = [("lea@house.example", "Who would be missing: Pine, Head of support, Support lead")]
    for _ in range(2):
        assert covered.served.opened.read(duty.is_needed)
        duty.do(covered.served.opened)
        assert lead_letters(covered) == told
        send_letters(covered)
        assert [state for kind, state in states(covered) if kind == "shortage_notice"] == [
            "waiting" if hands.now < MONDAY + timedelta(hours=1) else "sent"
        ]  # her quiet hours end at 07:00
        hands.move(timedelta(hours=1))
    for subject in (f"nobody_there {covered.served.pine}", "vacancy Support lead"):
        (fact,) = ask.get("/v1/facts", params={"subject": subject}).json()["items"]
        assert fact["kind"] == "CoverLacking"
    covered.away(covered.bo, MONDAY + 2 * DAY)  # a day more than was told
    duty.do(covered.served.opened)
    assert lead_letters(covered)[0] == ("lea@house.example", "Who would be missing: Pine")
    for user in (covered.ana, covered.bo):
        covered.away(user, None)
    duty.do(covered.served.opened)
    assert covered.served.opened.read(lambda reads: reads.shortages.told()) == {}
    assert len(lead_letters(covered)) == 2


def test_a_case_in_nobodys_hands_and_no_queue_is_queued_within_a_minute(covered: Covered) -> None:
    opened = covered.served.opened
    (duty,) = [each for each in DUTIES if each.name == "queue cases"]
    stated = {"subject": "Slow", "text": "It is.", "account": covered.served.pine}
    case = covered.served.operator.post("/v1/cases", json=stated).json()["id"]
    assert not opened.read(duty.is_needed)
    gone = case_routing_table.delete().where(case_routing_table.c.case_id == case)
    opened.change(lambda records: records.unit.execute(gone))
    assert opened.read(duty.is_needed)
    duty.do(opened)
    assert not opened.read(duty.is_needed)
    assert opened.read(lambda reads: reads.routing.is_anything_waiting())


def test_cases_count_for_named_people_from_when_the_account_has_them(covered: Covered) -> None:
    ask, hands, served = covered.served.operator, covered.hands, covered.served
    hands.now = MONDAY + timedelta(hours=2)
    covered.keep()
    raised(covered, served.pine, timedelta(hours=8))  # of before
    hands.move(timedelta(minutes=1))
    covered.keep(**covered.need)
    for _ in range(2):
        raised(covered, served.pine, timedelta(hours=1))
        raised(covered, served.oak, timedelta(hours=4))
    hands.now = MONDAY + 2 * DAY
    asked = {"start": "2025-06-01T00:00:00Z", "end": "2025-06-05T00:00:00Z"}
    found = ask.get("/v1/reports/named-people", params=asked).json()
    recovery, handoffs = found["recovery"], found["handoffs"]
    assert (recovery["cases_with"], recovery["cases_without"]) == (2, 3)
    assert (recovery["median_with_seconds"], recovery["median_without_seconds"]) == (3600, 14400)
    assert (recovery["compared_with"], recovery["compared_without"]) == (2, 1)  # Pine is Priority
    assert recovery["change"] == pytest.approx(1 / 8 - 1)
    assert recovery["is_weak"]
    assert (handoffs["cases_with"], handoffs["mean_with"], handoffs["mean_without"]) == (2, 1, 1)
    assert handoffs["change"] == 0


def raised(covered: Covered, account: str, length: timedelta) -> None:
    """A case that is handed over once, and resolved after so long; the clock stays."""
    ask, began = covered.served.operator, covered.hands.now
    stated = {"subject": "Slow", "text": "It is.", "account": account, "severity": "S2"}
    case: str = ask.post("/v1/cases", json=stated).json()["id"]
    for user in (covered.ana, covered.bo):
        if ask.get(f"/v1/cases/{case}/assignment").json()["user"] != user:
            body = {"user": user, "summary": "Over to you."}
            ask.put(f"/v1/cases/{case}/assignment", json=body).raise_for_status()
            break
    covered.hands.move(length)
    said = {"how": "Restarted.", "why": "It had hung."}
    ask.post(f"/v1/cases/{case}/resolution", json=said).raise_for_status()
    covered.hands.now = began
