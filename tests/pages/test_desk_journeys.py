"""A case from its first word to its end as people live it: in a real browser, by what stands on
buttons and beside fields, against a server that listens, with mail from the wire and the clock
moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from axe_page import faults_in_every_look
from click.testing import CliRunner
from halyard_desk import Desk, halyard_desk
from person import Person, signed_in
from playwright.sync_api import Browser

from tierline.cli.main import tierline

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]),
]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ANA, LEA = "ana@halyard.example", "lea@halyard.example"
MIRA, PAUL = "mira@kestrel.example", "paul@pine.example"
OTTO, EMMA = "otto@oak.example", "emma@elm.example"

DARK = {
    "format": "tierline/playbooks/1",
    "topics": {"lamp": {"name": "A lamp", "words": ["dark"]}},
    "playbooks": [
        {
            "key": "lamp",
            "name": "A lamp is out",
            "topics": ["lamp"],
            "steps": [
                {"key": "ask", "do": "Ask which lamp", "within": "PT30M"},
                {"key": "order", "do": "Order one", "within": "PT2H"},
            ],
        }
    ],
}


@pytest.fixture(scope="module")
def halyard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with halyard_desk(tmp_path_factory.mktemp("halyard")) as made:
        yield made


@pytest.fixture
def desk(halyard: Desk) -> Desk:
    """The desk on a Monday of its own."""
    halyard.on_monday()
    return halyard


def test_a_severity_1_from_a_mail_to_a_post_mortem_that_its_customer_reads(
    browser: Browser, desk: Desk
) -> None:
    stranger = "Mira Sato <mira.sato@night.example>"
    desk.mail(stranger, "No picture on line 3", "No camera delivers. Production stands.\n\nMira")
    assert "We do not know yet" in desk.letters_to("night")[-1].get_content()
    with signed_in(browser, desk, ANA, "/cases") as ana:
        ana.open("No picture on line 3")
        ana.reads("Whose case is it?", "Unknown")
        ana.write("Account", "kestrel foods")
        ana.write("Contact", MIRA)
        ana.press("It is theirs")
        ana.reads("We found out whose case it is", "Enterprise")
        ana.unfold("Agree the severity")
        ana.choose("What does it do to your inspection?", "Inspection has stopped on a line")
        ana.choose("By when do you need it?", "Now: every hour hurts")
        ana.press("Agree")
        ana.reads("Severity S1", "Inspection has stopped and every hour hurts", "You. Senior")
        ana.reads("Whoever has the case: Ana Reyes Here now", "Mira Sato, by mail")
        assert "In time" in ana.milestone("Acknowledgement")
        desk.move(minutes=5)
        answer_by_keyboard(ana, "We see it too. Line 3 lost its gateway; we are on it.")
        ana.reads("We see it too.")
        assert "Met" in ana.milestone("Acknowledgement")
        ana.open("Declare the incident that causes it")
        ana.write("Title", "Pictures of some lines are missing")
        ana.press("Declare it")
        ana.reads("No picture on line 3")
        ana.write("What customers read", "A gateway in Frankfurt is down. We are replacing it.")
        ana.press("Keep as a draft")
        ana.reads("A lead sends them out.")
    assert "We see it too." in desk.letters_to("night")[-1].get_content()
    desk.move(minutes=40)
    with signed_in(browser, desk, LEA, "/incidents") as lea:
        lea.open("Pictures of some lines are missing")
        lea.press("Publish, and answer 1 case")
        lea.reads("A gateway in Frankfurt is down.")
    with signed_in(browser, desk, MIRA, "/cases") as mira:
        mira.reads("No picture on line 3", "CE")  # her own clock, in summer and in winter
        mira.misses("UTC")
        mira.open("No picture on line 3")
        mira.reads("A gateway in Frankfurt is down.", "Ana, senior, works on it.")
        assert "Met" in mira.milestone("Update round 2")
        mira.misses("Hand it over", "note among us")
    with signed_in(browser, desk, ANA, "/cases") as ana:
        ana.open("No picture on line 3")
        ana.unfold("Service works again")
        ana.write("How, in words for the customer", "A second gateway carries line 3.")
        ana.press("Tell them")
        assert "Met" in ana.milestone("Restored or worked around")
        desk.move(hours=2)
        ana.unfold("Resolve")
        ana.write("How it was answered, in words for the customer", "The gateway was replaced.")
        ana.write("Why it was done so", "A rollback would have cost a shift.")
        ana.press("Resolve the case")
        ana.reads("Resolved", "Owed")
        assert "Met" in ana.milestone("Resolution")
        ana.press("Close for good")
        ana.reads("Closed")
        desk.end_incidents()
        write_the_post_mortem(ana)
        post_mortem = ana.page.url
    with signed_in(browser, desk, MIRA, "/cases?state=closed") as mira:
        mira.open("No picture on line 3")
        mira.reads("This case is over: what comes now is a new one.")
        mira.misses("What happened, why", "Reopen")
    with signed_in(browser, desk, LEA, post_mortem) as lea:
        assert "ran as nobody" in lea.value("Root cause")
        lea.press("Publish version 2")
        lea.reads("Published")
    with signed_in(browser, desk, MIRA, "/cases?state=closed") as mira:
        mira.open("No picture on line 3")
        assert "Met" in mira.milestone("Post-mortem")
        mira.open("What happened, why, and what we do about it")
        mira.reads(
            "A certificate had expired.", "Renew certificates in time", "Service worked again"
        )
        mira.misses("ran as nobody", "Ana", "rollback")
        assert faults_in_every_look(mira.page) == []


def answer_by_keyboard(person: Person, words: str) -> None:
    """From the top of the page of a case, without a mouse."""
    person.page.reload()
    person.tab_to("Skip to the content")
    person.key("Enter")
    person.tab_to("Message")
    person.page.keyboard.type(words)
    person.tab_to("Send")
    person.key("Enter")


WRITTEN = {
    "Failure mode": "expired-certificate",
    "What happened": "The gateway refused every call.",
    "Root cause": "The job that renews ran as nobody.",
    "What happened, for the customer": "Line 3 stood without pictures for 45 minutes.",
    "Why it happened, for the customer": "A certificate had expired.",
    "What we do so that it does not happen again": "Two jobs renew it, and one looks.",
}


def write_the_post_mortem(person: Person) -> None:
    """From the page of a case that has ended."""
    person.press("Begin the post-mortem")
    person.reads("Before it can go out", "Service worked again", "Climbed to Ana Reyes")
    for label, words in WRITTEN.items():
        person.write(label, words)
    person.press("Keep as a new version")
    person.misses("Before it can go out")
    person.unfold("State an action")
    person.write("What is done", "Renew certificates in time")
    person.choose("Who does it", "Ana Reyes")
    person.write("By the end of", "2026-03-20")
    person.tick("The customer reads it: without who does it")
    person.press("State it")
    person.reads("Renew certificates in time", "told to the customer")


def test_who_calls_out_of_plan_is_helped_once_and_shown_the_right_way_in(
    browser: Browser, desk: Desk
) -> None:
    with signed_in(browser, desk, ANA, "/cases") as ana:
        ana.open("Raise a case")
        ana.write("Account", "Oak")
        ana.write("Who asks", "otto@oak.example")
        ana.write("Subject", "How do I add a camera?")
        ana.choose("Channel", "Phone")
        ana.write("What happens, and what you need", "A new camera on line 1.")
        ana.press("Raise the case")
        ana.reads("No account is called 'Oak'.", "Is it Oak Dairy?")
        ana.write("Account", "Oak Dairy")
        ana.press("Raise the case")
        ana.reads("Not part of Standard: phone", "The first time under this contract")
        ana.reads("Raised by", "Otto", "written down by you")
        ana.reads("Say: Write to us in the portal")
        ana.write("Message", "Under Cameras, press Add. The portal is the quickest way next time.")
        ana.press("Send")
        desk.move(minutes=20)
        ana.go("/cases/new")
        ana.tab_to("Account")
        ana.page.keyboard.type("Oak Dairy")
        ana.tab_to("Subject")
        ana.page.keyboard.type("Camera again")
        ana.tab_to("Channel")
        ana.page.keyboard.type("Phone")
        ana.tab_to("What happens, and what you need")
        ana.page.keyboard.type("It shows nothing.")
        ana.tab_to("Raise the case")
        ana.key("Enter")
        ana.reads("This was not done.", "Write to us in the portal")
        assert "It shows nothing." in ana.value("What happens, and what you need")
        assert ana.main.locator("#despite").get_attribute("aria-invalid") == "true"
        ana.write("Why it is helped all the same", "The plant manager is on site tonight.")
        ana.press("Raise the case")
        ana.reads("Camera again", "this time counts as an exception")
        ana.go("/cases/channels")
        ana.reads("Helped once", "Helped again", "Phone")
    with signed_in(browser, desk, OTTO, "/cases") as otto:
        otto.open("How do I add a camera?")
        otto.reads("We help you this once.", "Write to us in the portal", "Phone")
        otto.go("/cases")
        otto.open("Camera again")
        otto.reads("We made an exception.")
        otto.misses("plant manager")


def test_a_pause_stands_on_its_question_and_moves_what_it_may_in_the_receipt_too(
    browser: Browser, desk: Desk, tmp_path: Path
) -> None:
    with signed_in(browser, desk, PAUL, "/cases") as paul:
        paul.open("Raise a case")
        paul.write("Subject", "Results come late")
        paul.write("What happens, and what you need", "Since noon, by minutes.")
        paul.unfold("Five questions that say how severe it is")
        paul.choose("What does it do to your inspection?", "Inspection has stopped on a line")
        paul.choose("By when do you need it?", "Now: every hour hurts")
        paul.press("What may I expect?")
        paul.reads("Acknowledgement within 1 h", "Nothing has been raised yet.")
        paul.press("Raise the case")
        paul.reads("Next due", "Portal")
    with signed_in(browser, desk, ANA, "/cases") as ana:
        ana.open("Results come late")
        due = ana.due("Restored or worked around")
        desk.move(minutes=30)
        ana.unfold("Wait for somebody")
        ana.choose("Reason", "Waiting on customer")
        ana.press("Wait")
        ana.reads("This was not done.")
        ana.write("Question to the customer", "Which firmware does the camera have?")
        ana.press("Wait")
        ana.reads("Waiting on customer", "Which firmware does the camera have?")
        assert "Paused" in ana.milestone("Restored or worked around")
        assert "When it goes on" in ana.milestone("Restored or worked around")
        assert "In time" in ana.milestone("Update round 2")
    desk.move(hours=2)
    with signed_in(browser, desk, PAUL, "/cases") as paul:
        paul.open("Results come late")
        paul.reads("Waiting", "Which firmware does the camera have?")
        answer_by_keyboard(paul, "It is 4.2.")
        paul.reads("Goes on")
        assert "In time" in paul.milestone("Restored or worked around")
        assert paul.due("Restored or worked around") - due == timedelta(hours=2)
        with paul.page.expect_download() as kept:
            paul.open("The receipt, to recompute it all")
        receipt = tmp_path / "receipt.json"
        kept.value.save_as(receipt)
    told = CliRunner().invoke(tierline, ["receipt", "verify", str(receipt)])
    assert told.exit_code == 0, told.output


def test_a_better_plan_betters_a_case_that_is_open(browser: Browser, desk: Desk) -> None:
    with signed_in(browser, desk, EMMA, "/cases/new") as emma:
        emma.write("Subject", "Line 1 has stopped")
        emma.choose("Severity", "S1: Critical")
        emma.write("What happens, and what you need", "No picture since nine.")
        emma.press("Raise the case")
        emma.reads("Held to", "Standard")
        before = emma.due("Restored or worked around")
        assert emma.milestone("Restored or worked around").endswith("16 h 0 s")
        desk.move(minutes=10)
        plan = f"/v1/contracts/{desk.contracts['elm']}/plan"
        desk.post(plan, {"tier": "priority"})
        desk.move(seconds=2)
        emma.page.reload()
        emma.reads("Priority raised on Standard", "Promised more from now on: Priority")
        assert emma.milestone("Restored or worked around").endswith("8 h 10 min 2 s")
        assert emma.due("Restored or worked around") < before


def test_what_comes_back_is_opened_again_and_goes_on_with_the_time_it_had(
    browser: Browser, desk: Desk
) -> None:
    desk.mail(
        f"Paul Brandt <{PAUL}>",
        "Export fails",
        "It stops at 80 percent.",
        Message_ID="<export@pine.example>",
    )
    with signed_in(browser, desk, ANA, "/cases") as ana:
        ana.open("Export fails")
        ana.unfold("Agree the severity")
        ana.choose(
            "What does it do to your inspection?", "Inspection runs, with wrong or late results"
        )
        ana.choose("By when do you need it?", "Today")
        ana.press("Agree")
        desk.move(minutes=30)
        ana.unfold("Resolve")
        ana.write("How it was answered, in words for the customer", "Cleared the queue.")
        ana.write("Why it was done so", "Quick, the cause is known.")
        ana.press("Resolve the case")
        ana.reads("Resolved")
        assert ana.milestone("Resolution").endswith("48 h 30 min")
    desk.move(days=1)
    with signed_in(browser, desk, PAUL, "/cases?state=resolved") as paul:
        paul.open("Export fails")
        paul.tab_to("Reopen")
        paul.key("Enter")
        paul.reads("Reopened", "Open")
        assert paul.milestone("Resolution").startswith("Resolution In time")
        assert paul.milestone("Resolution").endswith("48 h 30 min")
        paul.write("Message", "It stops again, at 90 percent.")
        paul.press("Send")
    desk.move(hours=2)
    with signed_in(browser, desk, ANA, "/cases?view=mine") as ana:
        ana.open("Export fails")
        ana.reads("It stops again, at 90 percent.")
        assert ana.milestone("Resolution").endswith("48 h 2 h 30 min")


def test_keys_put_the_cursor_where_one_writes_and_open_what_is_folded(
    browser: Browser, desk: Desk
) -> None:
    desk.post("/v1/playbooks", DARK, "PUT")
    desk.mail(f"Paul Brandt <{PAUL}>", "Pictures are dark", "Since noon.\n\nPaul")
    with signed_in(browser, desk, ANA, "/macros") as ana:
        ana.write("Name", "Which firmware")
        ana.write("Text", "Which firmware?")
        ana.press("Keep")
        ana.go("/cases")
        ana.open("Pictures are dark")
        assert ana.page.locator("#macro").is_visible()
        ana.key("r")
        ana.types("Which lamp is it?")
        assert ana.value("Message") == "Which lamp is it?"
        ana.key("Control+Enter")
        ana.reads("Which lamp is it?")
        ana.key("n")
        ana.types("It is the old lamp: order one.")
        ana.key("Control+Enter")
        ana.reads("note among us", "It is the old lamp: order one.")
        ana.key("t")
        assert ana.has_the_keyboard("What does it do to your inspection?")
        ana.page.reload()
        ana.key("a")
        assert ana.has_the_keyboard("To")
        ana.page.reload()
        ana.key("w")
        ana.types("Waiting on c")
        assert ana.has_the_keyboard("Reason")
        assert ana.value("Reason") == "waiting_on_customer"
        ana.page.reload()
        ana.key("p", "Enter")
        ana.reads("1 of 2 steps done")
        ana.key("p")
        assert ana.has_the_keyboard("○")
        ana.page.reload()
        ana.key("u")
        ana.reads("Take next case")
    assert "order one" not in desk.letters_to("pine")[-1].get_content()
