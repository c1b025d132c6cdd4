"""Who wants to be told once a day, or not at all, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from covered import MONDAY, Covered, cover_small_world, joined
from moved_clock import moved_by_hand
from served import START, Served, make_small_world
from small_offer import offer

from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.letters import words_of
from tierline.bootstrap.application import open_application
from tierline.bootstrap.digests import drawn_up, write_digest
from tierline.bootstrap.letters import letter_box
from tierline.kernel.instants import format_instant
from tierline.routing.digest import MOST_LINES, DigestEntry
from tierline.routing.notice_choice import NoticeKind, Way
from tierline.store.records import Reads, Records
from tierline.worker.duties import DUTIES
from tierline.worker.kinds import worker_of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TUESDAY_09_01 = datetime.fromisoformat("2025-06-03T07:01:00+00:00")  # 09:01 in Berlin
DIGEST: dict[str, Any] = {
    "ways": {"warnings": "digest", "breaches": "off", "assignments": "digest"},
    "hour": 9,
}
TARGETS = [
    {"severity": severity, "milestone": "acknowledge", "within": "PT8H"}
    for severity in ("S1", "S2")
]
PLAN = {
    "format": "tierline/routing/1",
    "roles": {
        "Support lead": {"shifts": [{"people": ["lea@house.example"]}]},
        "Head of support": {"shifts": [{"people": ["an@house.example"]}]},
    },
}


@pytest.fixture
def desk(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Covered]:
    """Half of a target goes to Ana, who has the case, three quarters to Lea, nine tenths and the
    miss to Ana again."""
    hands = moved_by_hand(monkeypatch, MONDAY)
    with open_application(database=address) as application:
        made = cover_small_world(Served(application, *make_small_world(application)), hands)
        joined(made.served, "Lea Lind", Role.lead, None, "lea@house.example")
        made.served.operator.put("/v1/routing-plan", json=PLAN).raise_for_status()
        tiers = {"priority": {"name": "Priority", "hours": "office", "targets": TARGETS}}
        occasion = application.occasion()

        def work(records: Records) -> str:
            publish_catalog(records, offer(version="2025-02-01", tiers=tiers, add_ons={}), occasion)
            account = open_account(records, AccountDetails(name="Elm"), occasion).id
            order = ContractOrder(
                account=account, catalog="acme", tier="priority", start=START + timedelta(days=40)
            )
            sign_contract(records, order, occasion)
            return account

        made.served.pine = application.change(work)
        made.keep(**made.need)
        hands.now = MONDAY + 2 * HOUR
        yield made


def choose(desk: Covered, user: str, **stated: object) -> None:
    path = f"/v1/users/{user}/notice-choice"
    desk.served.operator.put(path, json=stated).raise_for_status()


def next_digest(desk: Covered) -> str | None:
    """When Ana reads that her next digest comes."""
    answer = desk.served.operator.get(f"/v1/users/{desk.ana}/notice-choice").json()
    return answer["next_digest_at"] and str(answer["next_digest_at"])


def raised(desk: Covered, severity: str) -> str:
    stated = {"subject": "Slow", "text": "It is.", "account": desk.served.pine}
    answer = desk.served.operator.post("/v1/cases", json={**stated, "severity": severity})
    answer.raise_for_status()
    return str(answer.json()["id"])


def work(desk: Covered, now: datetime | None = None) -> None:
    """Whatever is due, without sending letters: so that what they say can be read."""
    desk.hands.now = now or desk.hands.now
    worker = worker_of(desk.served.opened)
    lanes = [each for each in worker.lanes if each.name != "letters"]
    while sum(worker.work(lane) for lane in lanes):
        pass


def written(desk: Covered, to: str, kind: str) -> list[str]:
    """What letters of a kind say to somebody, the oldest first."""

    def work(reads: Reads, letter: str) -> str:
        found, closed = reads.letters.with_content(letter)
        assert closed is not None
        words = words_of(found, closed, letter_box())
        return f"{found.subject}\n{words.before}"

    items = desk.served.operator.get("/v1/letters").json()["items"]
    chosen = [each["id"] for each in items if each["to"] == to and each["kind"] == kind]
    return [
        desk.served.opened.read(lambda reads, id_=id_: work(reads, id_)) for id_ in reversed(chosen)
    ]


def lines(text: str) -> list[str]:
    return text.partition("What happened since your last digest: ")[2].splitlines()


ANA = "an@house.example"


def test_what_was_chosen_waits_for_one_letter_and_the_rest_comes_at_once(desk: Covered) -> None:
    choose(desk, desk.ana, **DIGEST)
    severe, mild = raised(desk, "S1"), raised(desk, "S2")
    work(desk)
    (given,) = written(desk, ANA, "case_notice")
    assert severe in given or "Case 1 (S1): given to you" in given
    work(desk, MONDAY + 6 * HOUR + MINUTE)  # half of the time of both is used
    at_once = written(desk, ANA, "case_notice")
    assert [each.splitlines()[0] for each in at_once] == [
        "Case 1 (S1): given to you", "Case 1 (S1): 50% of acknowledge used",
    ]  # fmt: skip
    assert written(desk, ANA, "digest") == []
    for now in (TUESDAY_09_01, TUESDAY_09_01 + MINUTE, TUESDAY_09_01 + 50 * MINUTE):
        work(desk, now)
    (digest,) = written(desk, ANA, "digest")
    assert digest.splitlines()[0] == "Your day: 2 at risk today, 2 waiting, 2 told"
    assert "At risk today, in your cases: 2" in digest
    assert "Case 2 (S2), due 2025-06-03 10:00 (Europe/Berlin): Nobody has answered yet." in digest
    count, given, warned = lines(digest)
    assert count == "2"
    assert given.startswith("Case 2 (S2): it was given to you at 2025-06-02 08:00 UTC.")
    assert warned.startswith("Case 2 (S2): 50% of the target of acknowledge was used up")
    assert mild in warned
    told = {
        (each.about, each.told_at)
        for each in desk.served.opened.read(lambda reads: reads.notices.of_case(mild))
        if each.user == desk.ana
    }
    assert ("assigned.0", TUESDAY_09_01) in told


def test_a_missed_target_is_never_off_for_who_has_the_case(desk: Covered) -> None:
    choose(desk, desk.ana, **DIGEST)
    raised(desk, "S2")
    work(desk)
    work(desk, TUESDAY_09_01 + HOUR)
    assert [each.splitlines()[0] for each in written(desk, ANA, "case_notice")] == [
        "Case 1 (S2): acknowledge missed"
    ]
    handed = raised(desk, "S2")
    path = f"/v1/cases/{handed}/assignment"
    stated = {"user": desk.bo, "summary": "She is in the office there."}
    desk.served.operator.put(path, json=stated).raise_for_status()
    work(desk, TUESDAY_09_01 + timedelta(days=1, hours=3))
    assert len(written(desk, ANA, "case_notice")) == 1  # it is Bo's


def test_what_is_not_so_any_more_does_not_stand_in_the_digest(desk: Covered) -> None:
    choose(desk, desk.ana, **DIGEST)
    ask, opened = desk.served.operator, desk.served.opened
    handed, solved, wrong, left = (raised(desk, "S2") for _ in range(4))
    work(desk)
    stated = {"user": desk.bo, "summary": "She is in the office there."}
    ask.put(f"/v1/cases/{handed}/assignment", json=stated).raise_for_status()
    done = {"how": "Done.", "why": "It was known."}
    ask.post(f"/v1/cases/{solved}/resolution", json=done).raise_for_status()
    (notice,) = opened.read(lambda reads: reads.notices.of_case(wrong))
    opened.change(lambda records: records.notices.correct(notice, at=desk.hands.now))
    work(desk, TUESDAY_09_01)
    (digest,) = written(desk, ANA, "digest")
    found = [line for line in lines(digest) if "it was given to you" in line]
    assert len(found) == 1
    assert left in found[0]


def test_the_digest_waits_for_the_end_of_quiet_hours_and_for_who_is_back(desk: Covered) -> None:
    quiet = {"time_zone": "Europe/Berlin", "week": {"mon-sun": "20:00-08:00"}}
    ask, path = desk.served.operator, f"/v1/agents/{desk.ana}"
    ask.put(path, json={"quiet": quiet}).raise_for_status()
    choose(desk, desk.ana, **{**DIGEST, "hour": 5})
    assert next_digest(desk) == "2025-06-03T06:01:00Z", "her quiet hours end at 08:00 in Berlin"
    raised(desk, "S2")
    work(desk)
    work(desk, TUESDAY_09_01 - 3 * HOUR)
    assert written(desk, ANA, "digest") == []
    assert next_digest(desk) == "2025-06-03T06:01:00Z", "today's waits still"
    away = {"quiet": quiet, "absent_until": format_instant(TUESDAY_09_01 + 9 * HOUR)}
    ask.put(path, json=away).raise_for_status()
    assert next_digest(desk) == "2025-06-04T06:01:00Z", "she is away until Tuesday evening"
    work(desk, TUESDAY_09_01 - HOUR + MINUTE)
    assert written(desk, ANA, "digest") == []
    ask.put(path, json={"quiet": quiet}).raise_for_status()
    work(desk, TUESDAY_09_01 + timedelta(hours=23, minutes=1))
    (digest,) = written(desk, ANA, "digest")
    assert "Case 1 (S2): it was given to you" in digest


def test_what_leads_are_told_of_the_days_to_come_and_follows_wait_too(desk: Covered) -> None:
    ask, opened = desk.served.operator, desk.served.opened
    ways = {"cover": "digest", "follows": "digest", "warnings": "off"}
    lea = opened.read(lambda reads: reads.users.by_email("lea@house.example"))
    assert lea is not None
    choose(desk, lea.id, ways=ways, hour=9, time_zone="Europe/Berlin")
    case = raised(desk, "S2")
    ask.put(f"/v1/cases/{case}/followers/{lea.id}").raise_for_status()
    said = {"text": "We look into it.", "is_public": True}
    ask.post(f"/v1/cases/{case}/messages", json=said).raise_for_status()
    (duty,) = [each for each in DUTIES if each.name == "tell of shortages"]
    desk.away(desk.ana, MONDAY + timedelta(days=3))
    desk.away(desk.bo, MONDAY + timedelta(days=3))
    duty.do(opened)
    for lane in (each for each in worker_of(opened).lanes if each.name == "letters"):
        worker_of(opened).work(lane)
    assert written(desk, "lea@house.example", "shortage_notice") == []
    work(desk, TUESDAY_09_01)
    (digest,) = written(desk, "lea@house.example", "digest")
    assert "At risk today, in cases of the desk: 0" in digest
    assert any(line.startswith("Who would be missing: ") for line in lines(digest))
    assert any("Case 1, which you follow: " in line for line in lines(digest))


def test_what_is_lacking_is_told_once_somebody_wants_to_hear_of_it(desk: Covered) -> None:
    opened, email = desk.served.opened, "lea@house.example"
    lea = opened.read(lambda reads: reads.users.by_email(email))
    assert lea is not None
    (duty,) = [each for each in DUTIES if each.name == "tell of shortages"]
    desk.away(desk.ana, MONDAY + timedelta(days=3))
    desk.away(desk.bo, MONDAY + timedelta(days=3))
    choose(desk, lea.id, ways={"cover": "off"})
    for _ in range(2):
        duty.do(opened)
        assert written(desk, email, "shortage_notice") == []
    facts = desk.served.operator.get("/v1/facts", params={"limit": 200}).json()["items"]
    assert "CoverLacking" not in [each["kind"] for each in facts]
    choose(desk, lea.id, ways={})
    for _ in range(2):
        duty.do(opened)
        (letter,) = written(desk, email, "shortage_notice")
        assert letter.startswith("Who would be missing: ")


def test_who_follows_a_case_of_the_worst_severity_is_told_at_once(desk: Covered) -> None:
    ask, opened = desk.served.operator, desk.served.opened
    choose(desk, desk.bo, ways={"follows": "off"})
    lane = next(each for each in worker_of(opened).lanes if each.name == "letters")
    for severity in ("S2", "S1"):
        case = raised(desk, severity)
        ask.put(f"/v1/cases/{case}/followers/{desk.bo}").raise_for_status()
        said = {"text": "We look into it.", "is_public": True}
        ask.post(f"/v1/cases/{case}/messages", json=said).raise_for_status()
    worker_of(opened).work(lane)  # once: what it wrote is not sent yet
    bo = opened.read(lambda reads: reads.users.get(desk.bo)).email
    (told,) = written(desk, bo, "case_notice")
    assert told.startswith("Case 2, which you follow")


def test_what_a_digest_only_counts_stands_in_the_next_and_missed_targets_come_first(
    desk: Covered,
) -> None:
    opened = desk.served.opened
    choose(desk, desk.ana, ways={"follows": "digest", "breaches": "digest"}, hour=9)
    happened = [
        DigestEntry(
            id=f"entry {number:03}",
            user=desk.ana,
            kind=NoticeKind.breaches if number == MOST_LINES else NoticeKind.follows,
            at=desk.hands.now + number * MINUTE,
            words=f"Told {number}",
        )
        for number in range(MOST_LINES + 1)
    ]
    opened.change(lambda records: records.notice_choices.add_entries(happened))
    work(desk, TUESDAY_09_01)
    (digest,) = written(desk, ANA, "digest")
    count, first, *_, last, more = lines(digest)
    assert (count, first, last) == ("101", f"Told {MOST_LINES}", f"Told {MOST_LINES - 2}")
    assert more == "And 1 more, which stand in your next digest."
    work(desk, TUESDAY_09_01 + timedelta(days=1))
    _, digest = written(desk, ANA, "digest")
    assert lines(digest) == ["1", f"Told {MOST_LINES - 1}"]
    assert opened.read(lambda reads: reads.notice_choices.entries(desk.ana)) == ()


def test_who_changed_somebodys_notices_and_when_stays_known(desk: Covered) -> None:
    for _ in range(2):  # the second changes nothing
        choose(desk, desk.ana, **DIGEST)
    found = desk.served.operator.get(f"/v1/facts?subject={desk.ana}").json()["items"]
    (fact,) = [each for each in found if each["kind"] == "NoticeChoiceChanged"]
    assert fact["body"]["by"] == "operator"
    assert fact["body"]["ways"] == DIGEST["ways"]
    assert (fact["body"]["hour"], fact["body"]["time_zone"]) == (9, "Europe/Berlin")


def test_who_wants_no_digest_any_more_has_a_last_one_of_what_waits(desk: Covered) -> None:
    choose(desk, desk.ana, **DIGEST)
    raised(desk, "S2")
    work(desk)
    choose(desk, desk.ana)
    work(desk, TUESDAY_09_01)
    assert len(written(desk, ANA, "digest")) == 1
    work(desk, TUESDAY_09_01 + timedelta(days=1))
    assert len(written(desk, ANA, "digest")) == 1
    assert desk.served.opened.read(lambda reads: reads.due_work.waiting()).get("digests") is None


def test_what_is_kept_for_a_digest_is_told_though_its_reader_gave_them_up_at_that_moment(
    desk: Covered,
) -> None:
    opened = desk.served.opened
    choose(desk, desk.ana, **{**DIGEST, "ways": {"assignments": "digest", "follows": "digest"}})
    case = raised(desk, "S2")
    gone = [f"digest of {desk.ana}"]  # by the unit that nothing waited for yet
    opened.change(lambda records: records.due_work.remove(gone))
    work(desk)
    assert opened.read(lambda reads: reads.due_work.waiting())["digests"] == (1, TUESDAY_09_01)
    work(desk, TUESDAY_09_01)
    assert len(lines(*written(desk, ANA, "digest"))) == 2
    desk.served.operator.put(f"/v1/cases/{case}/followers/{desk.ana}").raise_for_status()
    said = {"text": "We look into it.", "is_public": True}
    desk.served.operator.post(f"/v1/cases/{case}/messages", json=said).raise_for_status()
    opened.change(lambda records: records.due_work.remove(gone))
    lane = next(each for each in worker_of(opened).lanes if each.name == "letters")
    worker_of(opened).work(lane)
    (_, next_at) = opened.read(lambda reads: reads.due_work.waiting())["digests"]
    assert next_at == TUESDAY_09_01 + timedelta(days=1)


def test_saving_ones_notices_drops_no_digest_that_is_due(desk: Covered) -> None:
    quiet = {"time_zone": "Europe/Berlin", "week": {"mon-sun": "20:00-09:00"}}
    path = f"/v1/agents/{desk.ana}"
    desk.served.operator.put(path, json={"quiet": quiet}).raise_for_status()
    choose(desk, desk.ana, **{**DIGEST, "hour": 8})
    raised(desk, "S2")
    work(desk, TUESDAY_09_01 - 31 * MINUTE)
    assert written(desk, ANA, "digest") == []
    choose(desk, desk.ana, **{**DIGEST, "hour": 8, "ways": {**DIGEST["ways"], "care": "off"}})
    work(desk, TUESDAY_09_01)
    assert len(written(desk, ANA, "digest")) == 1


def test_what_is_chosen_while_a_digest_is_drawn_up_stays(desk: Covered) -> None:
    opened = desk.served.opened
    choose(desk, desk.ana, **DIGEST)
    drawn, _ = drawn_up(opened, desk.ana, TUESDAY_09_01)
    assert drawn is not None
    choose(desk, desk.ana, **{**DIGEST, "ways": {"care": "digest"}})
    opened.change(lambda records: write_digest(opened, records, drawn))
    choice = opened.read(lambda reads: reads.notice_choices.of_user(desk.ana))
    assert choice is not None
    assert choice.ways == {NoticeKind.care: Way.digest}
    assert choice.last_on == TUESDAY_09_01.date()


def test_ones_own_choice_is_kept_and_anothers_is_as_if_it_were_not_there(desk: Covered) -> None:
    ask = desk.served.operator
    path = f"/v1/users/{desk.ana}/notice-choice"
    before = ask.get(path).json()
    assert set(before["ways"].values()) == {"at_once"}
    assert (before["hour"], before["time_zone"]) == (8, "Europe/Berlin")  # of her working hours
    assert before["next_digest_at"] is None
    kept = ask.put(path, json=DIGEST).json()
    assert kept["next_digest_at"] == "2025-06-03T07:01:00Z"
    assert ask.get(path).json() == kept
    wrong = ask.put(path, json={"ways": {"care": "digest"}, "time_zone": "Europe/Berln"})
    assert [each["code"] for each in wrong.json()["faults"]] == ["unknown_zone"]
    assert ask.get(path).json() == kept
    assert desk.served.as_("agent").get(path).status_code == 404
    assert ask.get("/v1/users/user_x/notice-choice").status_code == 404
    zoe = joined(desk.served, "Zoe", Role.customer_contact, desk.served.pine, "zoe@elm.example")
    assert ask.get(f"/v1/users/{zoe}/notice-choice").status_code == 404


def test_the_page_says_what_was_chosen_and_refuses_what_cannot_be(desk: Covered) -> None:
    visit = desk.visit(Role.agent)
    page = visit.open("/me/notices").text
    assert "You are told at once, and have no digest." in page
    chosen = {
        **dict.fromkeys(("warnings", "breaches", "assignments", "skills"), "at_once"),
        **dict.fromkeys(("follows", "care", "cover", "advice"), "digest"),
        "hour": "9", "time_zone": "Europe/Berlin",
    }  # fmt: skip
    kept = visit.send("/me/notices", **chosen)
    assert "Your next digest is drawn up at" in kept.text
    for field, value in (("time_zone", "Nowhere"), ("hour", "25"), ("care", "never")):
        visit.open("/me/notices")
        refused = visit.send("/me/notices", **{**chosen, field: value})
        assert refused.status_code == 422
        assert f'id="{field}-fault-1"' in refused.text
    customer = desk.visit(Role.customer_contact, desk.served.pine)
    assert customer.open("/me/notices").status_code == 403
    assert "/me/notices" not in customer.open("/").text
