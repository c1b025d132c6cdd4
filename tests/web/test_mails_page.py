"""Mails on pages: what became of each, and what hangs on a case by mail."""

from __future__ import annotations

import re

import pytest
from mails import mail
from peopled import Peopled
from visitor import Visit

from tierline.access.role import Role

RAW = {"Content-Type": "message/rfc822"}


@pytest.fixture
def agent(world: Peopled) -> Visit:
    return world.visit(Role.agent)


def test_the_list_says_what_became_of_each_and_why(world: Peopled, agent: Visit) -> None:
    stranger = mail("Hello?", From="<b>x</b> <mallory@evil.example>", Message_ID="<s@x>")
    world.served.operator.post("/v1/mails", content=stranger, headers=RAW)
    page = agent.open("/mails").text
    assert "nadia@pine.example" in page.replace("<wbr>", "")
    assert "no account has the domain evil.example" in page
    assert "<b>x</b>" not in page
    assert "No mails" in agent.open("/mails?outcome=dropped").text
    assert agent.open("/mails?outcome=lost").status_code == 404
    customer = world.visit(Role.customer_contact, world.pine)
    assert customer.open("/mails").status_code == 403


def test_a_case_shows_files_to_both_sides_and_deliveries_to_us(
    world: Peopled, agent: Visit
) -> None:
    path = f"/cases/{world.mailed}"
    page = agent.open(path).text
    assert "By mail from Nadia Nagy" in page
    assert "By mail to nadia@pine.example" in re.sub("<wbr>", "", page)
    customer = world.visit(Role.customer_contact, world.pine)
    seen = customer.open(path).text
    assert "By mail to" not in seen
    (link,) = re.findall(r'href="(/cases/[^"]+/attachments/[^"]+)"', seen)
    download = customer.open(link)
    assert (download.content, download.headers["x-content-type-options"]) == (b"E42", "nosniff")
    assert download.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in download.headers["content-security-policy"]
    other = world.visit(Role.customer_contact, world.oak)
    assert other.open(link).status_code == 404


def test_an_answer_that_does_not_go_out_is_seen_in_its_case(world: Peopled, agent: Visit) -> None:
    def failed(records: object) -> None:
        (first, *_) = records.sent_mails.of_case(world.mailed)  # type: ignore[attr-defined]  # Records
        records.sent_mails.note_attempt(first.id, attempts=1, problem="mail.x took too long.")  # type: ignore[attr-defined]  # as above

    world.opened.change(failed)
    page = agent.open(f"/cases/{world.mailed}").text
    assert "Trying again" in page
    assert "mail.x took too long." in page
