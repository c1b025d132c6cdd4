"""Who raises a case on its page is told of answers by mail, and answers by mail in the same case: a
real mail server catches what we send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from mail_box import MailBox, mail_box
from mails import mail
from moved_clock import Hands, moved_by_hand
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role
from tierline.bootstrap.letters import post_of
from tierline.bootstrap.mails import receive
from tierline.worker.kinds import worker_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
ZOE, DESK = "zoe@pine.example", "support@vendor.example"


@dataclass
class Portal:
    """An installation with a mail server, and Zoe of pine, who signs in."""

    world: Peopled
    box: MailBox
    zoe: Visit

    def raised(self) -> str:
        """The id of a case that Zoe raises."""
        self.zoe.open("/cases/new")
        self.zoe.send("/cases", subject="Press 2 is slow", text="Since noon.", severity="S1")
        return self.zoe.path.removeprefix("/cases/")

    def answer(self, case: str, text: str, **body: Any) -> None:
        path = f"/v1/cases/{case}/messages"
        answered = self.world.served.operator.post(path, json={"text": text, **body})
        answered.raise_for_status()

    def case(self, case: str) -> dict[str, Any]:
        return dict(self.world.served.operator.get(f"/v1/cases/{case}").json())

    def sent(self, case: str) -> list[dict[str, Any]]:
        found = self.world.served.operator.get(f"/v1/cases/{case}/sent-mails").json()
        return list(found["items"])

    def delivered(self) -> list[EmailMessage]:
        """Have what waits sent; all that was caught so far."""
        worker = worker_of(self.world.opened)
        (lane,) = (each for each in worker.lanes if each.name == "case mails")
        while worker.work(lane):
            pass
        return self.box.mails


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    monkeypatch.setenv("TIERLINE_MAIL_ADDRESSES", DESK)
    with mail_box() as box, people_small_world(tmp_path) as world:
        world.opened.access.post = post_of(f"smtp://127.0.0.1:{box.port}", f"Desk <{DESK}>")
        zoe = world.visit(Role.customer_contact, world.pine, ZOE)
        made = Portal(world, box, zoe)
        made.delivered()
        box.got.clear()
        yield made


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch)


def words(mail: EmailMessage) -> str:
    return str(mail.get_content())


def test_what_to_expect_and_each_answer_come_to_who_raised_it_in_one_thread(
    portal: Portal,
) -> None:
    case = portal.raised()
    portal.answer(case, "We look at press 2.")
    confirmation, answer = portal.delivered()
    assert (confirmation["To"], answer["To"]) == (ZOE, ZOE)
    assert confirmation["Auto-Submitted"] == "auto-replied"
    assert "its people answer you" in words(confirmation)
    assert "A person confirms that they have it: by " in words(confirmation)
    assert answer["Auto-Submitted"] is None
    assert confirmation["Message-ID"] in str(answer["References"])
    for each in (confirmation, answer):
        assert f"/cases/{case}" in words(each)
        assert "Answer this mail to add something to the case." in words(each)
        assert "/me/security#case-mails" in words(each)


def test_the_machines_letter_stops_no_clock(portal: Portal) -> None:
    found = portal.case(portal.raised())
    assert {each["stopped_at"] for each in found["milestones"]} == {None}
    assert [each["kind"] for each in found["events"]] == ["opened", "automatic_reply"]


def test_an_answer_by_mail_lands_in_the_case_and_is_answered_in_its_thread(portal: Portal) -> None:
    case = portal.raised()
    ours = portal.delivered()[0]["Message-ID"]
    raw = mail("It stands now.\r\n", From=ZOE, Message_ID="<two@pine.example>", In_Reply_To=ours)
    assert receive(portal.world.opened, raw).mail.case == case
    portal.answer(case, "We are on it.")
    answer = portal.delivered()[-1]
    assert (answer["To"], answer["In-Reply-To"]) == (ZOE, "<two@pine.example>")
    assert len(portal.box.mails) == 2


def test_notes_among_us_go_to_nobody(portal: Portal) -> None:
    case = portal.raised()
    portal.answer(case, "Is that them again?", is_public=False)
    assert len(portal.sent(case)) == 1


def test_who_wants_no_mails_gets_none_until_they_want_them_again(portal: Portal) -> None:
    portal.zoe.open("/me/security")
    portal.zoe.send("/me/case-mails", case_mails="no")
    assert "Off." in portal.zoe.page.text
    case = portal.raised()
    portal.answer(case, "We look at press 2.")
    assert portal.sent(case) == []
    portal.zoe.open("/me/security")
    portal.zoe.send("/me/case-mails", case_mails="yes")
    portal.answer(case, "It runs again.")
    assert [each["to"] for each in portal.sent(case)] == [ZOE]


def test_nobody_writes_to_who_has_left_meanwhile(portal: Portal) -> None:
    case = portal.raised()
    portal.answer(case, "We look at press 2.")
    users = portal.world.served.operator.get("/v1/users").json()["items"]
    zoe = next(each["id"] for each in users if each["email"] == ZOE)
    portal.world.served.operator.put(f"/v1/users/{zoe}/disablement").raise_for_status()
    assert portal.delivered() == []
    assert all(each["given_up_at"] for each in portal.sent(case))
    portal.answer(case, "It runs again.")
    assert len(portal.sent(case)) == 2


def test_a_contact_for_whom_somebody_calls_is_written_to_until_removed(portal: Portal) -> None:
    body = {"subject": "No picture", "text": "Camera 3.", "account": portal.world.pine}
    stated = {**body, "contact": portal.world.contact, "channel": "api"}
    operator = portal.world.served.operator
    case = operator.post("/v1/cases", json=stated).json()["id"]
    assert [each["to"] for each in portal.sent(case)] == ["nadia@pine.example"]
    assert "No more of these mails" not in words(portal.delivered()[0])
    operator.delete(f"/v1/contacts/{portal.world.contact}").raise_for_status()
    portal.answer(case, "We look at camera 3.")
    assert len(portal.sent(case)) == 1


def test_of_two_merged_cases_of_one_person_one_letter_goes(portal: Portal) -> None:
    one, other = portal.raised(), portal.raised()
    merged = portal.world.served.operator.put(f"/v1/cases/{other}/merge", json={"into": one})
    merged.raise_for_status()
    portal.answer(one, "It is the belt.")
    assert (len(portal.sent(one)), len(portal.sent(other))) == (2, 1)


def test_a_case_by_mail_of_a_contact_is_answered_once(portal: Portal) -> None:
    raw = mail("Help!\r\n", From="nadia@pine.example", Message_ID="<nine@pine.example>")
    case = receive(portal.world.opened, raw).mail.case
    assert case is not None
    portal.answer(case, "We look.")
    assert [each["to"] for each in portal.sent(case)] == ["nadia@pine.example"] * 2


def test_what_waited_since_before_there_was_a_mail_server_is_not_sent(
    hands: Hands, portal: Portal
) -> None:
    case = portal.raised()
    hands.move(timedelta(days=5, seconds=1))
    assert portal.delivered() == []
    assert "waited for too long" in portal.sent(case)[0]["problem"]
