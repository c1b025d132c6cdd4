"""A problem on pages: declared from a case, known, told to all of its cases, resolved."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from peopled import Peopled
from visitor import Visit

from tierline.access.role import Role
from tierline.cli.main import tierline

PATH = "/problems"


def raised(world: Peopled, subject: str) -> str:
    body = {"subject": subject, "text": "Since noon.", "account": world.pine}
    return str(world.post("/v1/cases", body).json()["id"])


def test_a_problem_is_declared_from_a_case_and_offered_for_the_next_one(
    world: Peopled, lead: Visit
) -> None:
    first = raised(world, "The spindle certificate has run out")
    page = lead.open(f"/cases/{first}/alike").text
    assert "Declare the problem that causes it" in page
    assert f'name="case" value="{first}"' in lead.open(f"{PATH}?case={first}").text
    lead.send(PATH, title="Spindle certificates run out", case=first)
    path = lead.path
    assert "Nobody knows why yet" in lead.page.text
    lead.send(path, title="Spindle certificates run out", cause="No reminder.", workaround="Renew.")
    assert "Known" in lead.page.text
    assert "Meanwhile:" in lead.open(f"/cases/{first}/alike").text
    second = raised(world, "Certificate of the spindle is not valid")
    page = lead.open(f"/cases/{second}/alike").text
    assert "shares certificate" in page or "shares spindle" in page
    lead.send(f"/cases/{second}/problem", problem=path.rpartition("/")[2])
    assert "It is not this problem" in lead.page.text
    lead.open(path)
    lead.send(f"{path}/updates", text="We renew them tonight.")
    update = lead.page.text.partition(f"{path}/updates/")[2].partition("/publication")[0]
    lead.send(f"{path}/updates/{update}/publication")
    assert "in 2 cases by" in lead.page.text
    customer = world.visit(Role.customer_contact, world.pine)
    for case in (first, second):
        assert "We renew them tonight." in customer.open(f"/cases/{case}").text
    assert "No reminder" not in customer.page.text
    lead.open(f"/cases/{second}/alike")
    lead.send(f"/cases/{second}/problem", problem=path.rpartition("/")[2], undo="yes")
    lead.open(path)
    lead.send(f"{path}/resolution")
    assert "It is there again" in lead.page.text
    assert "Spindle" not in lead.open(PATH).text
    assert "Spindle" in lead.open(f"{PATH}?state=all").text


def test_what_is_odd_is_told_at_its_field(world: Peopled, lead: Visit) -> None:
    lead.open(PATH)
    assert "Nothing is written here" in lead.send(PATH, title="").text
    lead.open(PATH)
    assert "of at most 200" in lead.send(PATH, title="x" * 201).text
    lead.open(PATH)
    lead.send(PATH, title="Odd")
    path = lead.path
    assert "no case 99999" in lead.send(f"{path}/cases", number="99999").text
    number = world.served.operator.get(f"/v1/cases/{raised(world, 'x')}").json()["number"]
    lead.open(path)
    assert f"{number}: x" in lead.send(f"{path}/cases", number=str(number)).text
    lead.open(path)
    assert "Nothing is written here" in lead.send(f"{path}/updates", text="").text


def test_long_words_are_kept_whole_or_refused_and_never_cut(world: Peopled, lead: Visit) -> None:
    long = "x" * 19_000
    made = world.post("/v1/problems", {"title": "Long", "cause": long}).json()
    path = f"{PATH}/{made['id']}"
    assert long in lead.open(path).text
    lead.send(path, title="Long", cause=long, workaround="y" * 20_000)
    kept = world.served.operator.get(f"/v1/problems/{made['id']}").json()
    assert (kept["cause"], kept["workaround"]) == (long, "y" * 20_000)
    refused = lead.send(path, title="Long", cause="z" * 20_001)
    assert refused.status_code == 422
    assert "20,001 characters, of at most 20,000" in refused.text
    assert "z" * 20_001 in refused.text
    assert world.served.operator.get(f"/v1/problems/{made['id']}").json()["cause"] == long


def test_a_declaration_that_is_refused_still_knows_its_case(world: Peopled, lead: Visit) -> None:
    case = raised(world, "The conveyor stops")
    page = lead.open(f"{PATH}?case={case}").text
    assert f'href="/problems?state=all&amp;case={case}"' in page
    page = lead.open(f"{PATH}?state=all&case={case}").text
    assert f'href="/problems?case={case}"' in page
    hidden = f'name="case" value="{case}"'
    assert hidden in page
    refused = lead.send(PATH, title="", case=case)
    assert refused.status_code == 422
    assert hidden in refused.text
    lead.send(PATH, title="Conveyors stop", case=case)
    assert "The conveyor stops" in lead.page.text


def test_an_agent_drafts_and_who_may_publish_says_it(world: Peopled) -> None:
    agent = world.visit(Role.agent)
    agent.open(PATH)
    agent.send(PATH, title="Slow in the morning")
    path = agent.path
    agent.send(f"{path}/updates", text="We look.")
    assert "Draft of" in agent.page.text
    assert "/publication" not in agent.page.text
    customer = world.visit(Role.customer_contact, world.pine)
    assert customer.open(PATH).status_code == 403
    assert customer.open(path).status_code == 403


def test_problems_stand_at_the_terminal(tmp_path: Path) -> None:
    where = ["--data", str(tmp_path / "data")]
    ask = CliRunner()
    made = ask.invoke(tierline, ["problem", "declare", "Disks fill up", *where])
    assert made.exit_code == 0, made.output
    listed = ask.invoke(tierline, ["problem", "list", *where]).output
    assert "Disks fill up" in listed
    assert "0 cases" in listed
    told = ask.invoke(tierline, ["problem", "tell", made.output.strip(), "We add some.", *where])
    assert told.output == "Said in 0 cases.\n"
