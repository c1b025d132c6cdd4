"""The pages of cases: the list by what is due, raising one, and one case, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role
from tierline.actions.cases import Speaker, say


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("cases")) as made:
        yield made


@pytest.fixture
def agent(world: Peopled) -> Visit:
    return world.visit(Role.agent)


@pytest.fixture
def customer(world: Peopled) -> Visit:
    return world.visit(Role.customer_contact, world.pine)


def raised(visit: Visit, **fields: str) -> str:
    """The path of a new case."""
    visit.open("/cases/new")
    visit.send("/cases", **{"subject": "Press 2 is slow", "text": "Since noon.", **fields})
    assert re.fullmatch(r"/cases/case_\w+", visit.path), visit.page.text
    return visit.path


def test_a_customer_raises_a_case_and_sees_at_once_what_is_promised(customer: Visit) -> None:
    raised(customer, severity="S1")
    page = customer.page.text
    assert "Press 2 is slow" in page
    assert "Acknowledgement" in page
    assert "Next due:" in page
    assert "Held to" in page
    assert "Portal" in page
    assert "Agree the severity" not in page


def test_all_that_is_wrong_with_a_case_is_told_at_once(customer: Visit) -> None:
    customer.open("/cases/new")
    page = customer.send("/cases", subject="", text="")
    assert page.status_code == 422
    assert re.findall(r'id="(\w+)-fault-1">Nothing is written here', page.text) == [
        "subject",
        "text",
    ]
    page = customer.send("/cases", subject="x" * 301, text="")
    assert re.findall(r'id="(\w+)-fault-1">', page.text) == ["subject", "text"]


def test_an_address_in_a_message_is_a_link_and_markup_in_it_is_text(customer: Visit) -> None:
    raised(customer, text='<b>Seen</b> at https://shop.example.com/a?b=1&c=2, "really".')
    page = customer.page.text
    link = re.search(r'<a href="https://shop.example.com/a\?b=1&amp;c=2" rel="([^"]+)">', page)
    assert link is not None
    assert set(link[1].split()) == {"nofollow", "noopener", "noreferrer"}
    assert "&lt;b&gt;Seen&lt;/b&gt; at " in page


def test_the_path_of_a_case_in_a_message_is_a_link_and_a_part_of_an_address_is_none(
    customer: Visit,
) -> None:
    path = "/cases/case_01k52zs060e008m6byj7y5w0zn/post-mortem"
    raised(customer, text=f"It stands at {path}. Not https://other.example{path}, nor x{path}.")
    page = customer.page.text
    assert f'at <a href="{path}">{path}</a>. Not <a href="https://other.example{path}"' in page
    assert f", nor x{path}." in page


def test_what_is_among_us_stays_there(world: Peopled, agent: Visit, customer: Visit) -> None:
    path = f"/cases/{world.case}"
    assert "Again?" in agent.open(path).text
    assert "Again?" not in customer.open(path).text
    other = world.visit(Role.customer_contact, world.oak)
    assert other.open(path).status_code == 404
    assert "Line 3 stands" not in other.open("/cases").text


def test_an_agent_works_a_case_from_triage_to_its_end(agent: Visit, customer: Visit) -> None:
    path = raised(customer)
    agent.open(path)
    assert "Agree the severity" in agent.page.text
    agent.send(f"{path}/triage", business_impact="stopped", urgency="now")
    assert "Change the severity" in agent.page.text
    agent.send(f"{path}/messages", text="We look at it.")
    assert "Met" in agent.page.text
    agent.send(f"{path}/messages", text="We look at it.")
    assert agent.page.status_code == 422
    assert "This says nothing that was not said in the case before" in agent.page.text
    agent.send(f"{path}/messages", text="We look at it.", all_the_same="yes")
    assert agent.page.text.count('<p class="words">We look at it.</p>') == 2
    agent.send(f"{path}/wait", reason="waiting_on_customer", question="ok.")
    assert "This asks nothing" in agent.page.text
    agent.send(f"{path}/wait", reason="waiting_on_customer", question="Which firmware?")
    assert "Waiting" in agent.page.text
    agent.send(f"{path}/wait-end")
    agent.send(f"{path}/resolution", how="Restarted it.", why="")
    assert "This was not done." in agent.page.text
    assert "Restarted it." in agent.page.text  # what was typed is not lost
    agent.send(f"{path}/resolution", how="Restarted it.", why="A rollback costs a shift.")
    assert "Resolved" in agent.page.text
    seen = customer.open(path).text
    assert "Which firmware?" in seen
    assert "A rollback costs a shift." not in seen
    customer.send(f"{path}/reopening")
    assert "Reopened" in customer.page.text


def test_an_empty_message_is_told_where_it_is_missing(agent: Visit, world: Peopled) -> None:
    path = f"/cases/{world.case}"
    agent.open(path)
    agent.send(f"{path}/messages", text="  ")
    assert agent.page.status_code == 422
    assert 'href="#text"' in agent.page.text


def test_the_list_is_narrowed_by_state_and_an_odd_state_is_not_there(
    agent: Visit, world: Peopled
) -> None:
    assert "Line 3 stands" in agent.open("/cases?state=new").text
    assert "No case is resolved." in agent.open("/cases?state=resolved").text
    assert agent.open("/cases?state=lost").status_code == 404
    assert "Line 3 stands" in agent.open(f"/cases?account={world.pine}").text


def test_who_only_reads_gets_no_forms(world: Peopled) -> None:
    finance = world.visit(Role.finance)
    page = finance.open(f"/cases/{world.case}").text
    assert "Line 3 stands" in page
    assert "<textarea" not in page
    assert finance.open("/cases/new").status_code == 403


def test_words_are_shown_as_they_were_typed_and_never_as_markup(agent: Visit) -> None:
    path = raised(agent, subject="<b>x</b>", text="<script>alert(1)</script>\nsecond line")
    page = agent.open(path).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsecond line" in page


def test_an_agent_finds_out_whose_case_it_is(world: Peopled, agent: Visit) -> None:
    path = raised(agent, channel="phone")
    assert "Whose case is it?" in agent.page.text
    agent.send(f"{path}/account", whose="")
    assert agent.page.status_code == 422
    assert 'href="#whose"' in agent.page.text
    agent.send(f"{path}/account", whose=world.pine)
    assert "Whose case is it?" not in agent.page.text
    assert "We found out whose case it is" in agent.page.text
    assert "Held to" in agent.page.text


def test_a_wait_is_noted_late_with_its_question_or_with_what_shows_it(
    agent: Visit, customer: Visit
) -> None:
    path = raised(customer)
    agent.open(path)
    agent.send(f"{path}/messages", text="Which firmware?")
    agent.send(f"{path}/waits", late_reason="waiting_on_customer", since="yesterday")
    assert agent.page.status_code == 422
    assert 'href="#since"' in agent.page.text
    (question,) = re.findall(
        r'<option value="(message_\w+)">[^<]*Which firmware\?', agent.page.text
    )
    agent.send(f"{path}/waits", late_reason="waiting_on_customer", asked_in=question)
    assert agent.page.status_code == 200
    assert "Waiting" in agent.page.text
    assert "Note a wait" not in customer.open(path).text


def test_who_wrote_without_a_login_is_named_until_they_are_erased(world: Peopled) -> None:
    speaker = Speaker(is_customer=True, contact=world.contact)
    at = world.opened.occasion(world.contact)
    world.opened.change(lambda records: say(records, world.case, "It stands again.", speaker, at))
    agent, path = world.visit(Role.agent), f"/cases/{world.case}"
    assert "Nadia Nagy" in agent.open(path).text
    assert world.contact not in agent.page.text
    gone = world.served.operator.delete(f"/v1/contacts/{world.contact}/personal-data")
    gone.raise_for_status()
    assert "somebody who was erased" in agent.open(path).text
