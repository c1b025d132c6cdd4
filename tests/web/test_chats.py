"""Chats without scripts, over the API, and what is said of who is there."""

from __future__ import annotations

from datetime import timedelta

from peopled import Peopled
from visitor import Visit

from tierline.access.role import Role
from tierline.cases.chat import HERE_FOR


def started(visit: Visit, text: str) -> str:
    """The path of the case of a new chat."""
    visit.open("/chat")
    page = visit.send("/chat", text=text)
    assert page.status_code == 200, page.text
    return visit.path.removesuffix("/chat")


def test_a_chat_is_a_case_that_both_sides_read_and_write_with_plain_forms(world: Peopled) -> None:
    customer, agent = world.visit(Role.customer_contact, world.pine), world.visit(Role.agent)
    path = started(customer, "Line 3 stands, and nobody knows why.\nSince nine.")
    assert "Line 3 stands" in customer.page.text
    assert "Nobody of ours has this chat open." in customer.page.text
    assert "Look for answers" in customer.page.text
    agent.open(path)
    assert "It is a chat." in agent.page.text
    agent.send(f"{path}/messages", text="We look at it.")
    assert "We look at it." in customer.open(f"{path}/chat").text
    customer.send(f"{path}/chat", text="Thank you!")
    agent.open(f"{path}/chat")
    assert "Thank you!" in agent.page.text
    agent.send(f"{path}/chat", text="Restarted.")
    case = world.served.operator.get(f"/v1{path}").json()
    assert (case["channel"], case["subject"]) == ("chat", "Line 3 stands, and nobody knows why.")
    assert [each["text"] for each in case["messages"]][1:] == [
        "We look at it.", "Thank you!", "Restarted.",
    ]  # fmt: skip
    customer.open(f"{path}/chat")
    assert "The chat has ended." in customer.send(f"{path}/chat/end").text
    assert "This chat is over." in customer.open(f"{path}/chat").text
    kept = customer.open(f"{path}/transcript")
    assert kept.headers["content-disposition"].startswith("attachment;")
    assert "Thank you!" in kept.text
    assert world.served.operator.get(f"/v1{path}/chat").json()["ended_at"]
    assert world.served.operator.get(f"/v1{path}").json()["state"] == "open"
    assert world.served.operator.delete(f"/v1{path}/chat").json()["code"] == "chat_over"


def test_a_note_among_us_is_in_no_chat_and_no_transcript(world: Peopled) -> None:
    customer, agent = world.visit(Role.customer_contact, world.pine), world.visit(Role.agent)
    path = started(customer, "Help")
    agent.open(path)
    agent.send(f"{path}/messages", text="They always ask.", is_note="yes")
    for part in ("chat", "transcript", "chat/news?after=0"):
        assert "They always ask." not in customer.open(f"{path}/{part}").text
    assert "They always ask." not in agent.open(f"{path}/chat").text


def test_who_is_there_is_said_as_it_is(world: Peopled) -> None:
    customer = world.visit(Role.customer_contact, world.pine, "cus@people.example")
    agent = world.visit(Role.agent, email="age@people.example")
    path = started(customer, "Is anybody there?")
    case = path.rpartition("/")[2]
    now = world.opened.now()

    def see(email: str, at: timedelta = timedelta()) -> None:
        user = world.opened.read(lambda reads: reads.users.by_email(email))
        assert user is not None
        is_ours = user.account is None
        world.opened.change(
            lambda records: records.chats.see(case, user.id, is_ours=is_ours, at=now + at)
        )

    see("age@people.example")
    assert "Ada of our people is here." in customer.open(f"{path}/chat").text
    see("cus@people.example")
    assert "The customer has this chat open." in agent.open(path).text
    see("age@people.example", -HERE_FOR)
    assert "Nobody of ours has this chat open." in customer.open(f"{path}/chat").text


def test_nobody_reads_the_chat_of_another_account_and_a_case_is_no_chat(world: Peopled) -> None:
    path = started(world.visit(Role.customer_contact, world.pine), "Ours")
    other = world.visit(Role.customer_contact, world.oak)
    for part in ("chat", "chat/news", "chat/events", "transcript"):
        assert other.open(f"{path}/{part}").status_code == 404
    assert Visit(world.app).open(f"{path}/chat/events").status_code == 401
    agent = world.visit(Role.agent)
    assert agent.open(f"/cases/{world.case}/chat").status_code == 404
    assert "A customer starts a chat." in agent.open("/chat").text
