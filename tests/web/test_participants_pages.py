"""Copies, following, merging and splitting on the page of a case, without scripts."""

from __future__ import annotations

import re

from peopled import Peopled
from visitor import Visit

from tierline.worker.kinds import worker_of


def raised(world: Peopled, subject: str, account: str = "") -> tuple[str, int]:
    stated = {"subject": subject, "text": "Since noon.", "account": account or world.pine}
    made = world.post("/v1/cases", stated).json()
    return f"/cases/{made['id']}", made["number"]


def test_cases_are_merged_by_number_and_go_on_their_own_again(
    world: Peopled, agent: Visit, customer: Visit
) -> None:
    (main, number), (path, own) = raised(world, "Press 1"), raised(world, "Press 1 as well")
    agent.open(path)
    agent.send(f"{path}/merge", into="nine")
    assert agent.page.status_code == 422
    assert 'href="#into"' in agent.page.text
    agent.send(f"{path}/merge", into=str(number))
    assert f'It goes with <a href="{main}">case {number}</a>' in agent.page.text
    agent.open(main)
    assert f"case {own}" in agent.page.text
    agent.send(f"{main}/messages", text="We look at both.")
    seen = customer.open(path).text
    assert "We look at both." in seen
    assert "goes with" not in seen
    agent.open(path)
    agent.send(f"{path}/merge-end")
    assert "Merge it into another case" in agent.page.text


def test_another_accounts_case_is_not_merged(world: Peopled, agent: Visit) -> None:
    path, _ = raised(world, "Press 2")
    _, number = raised(world, "Of Oak", world.oak)
    agent.open(path)
    agent.send(f"{path}/merge", into=str(number))
    assert "not of one account" in agent.page.text


def test_a_message_becomes_a_case(world: Peopled, agent: Visit, customer: Visit) -> None:
    path, _ = raised(world, "Press 3")
    customer.open(path)
    customer.send(f"{path}/messages", text="And the export is wrong.")
    agent.open(path)
    (message,) = re.findall(r'<option value="(message_\w+)"', agent.page.text)
    agent.send(f"{path}/splits", split=message, split_subject="The export is wrong")
    (other,) = re.findall(r'Split off: <a href="(/cases/case_\w+)"', agent.page.text)
    assert "And the export is wrong." in customer.open(other).text


def test_copies_are_added_and_removed(world: Peopled, agent: Visit) -> None:
    path, _ = raised(world, "Press 4")
    agent.open(path)
    agent.send(f"{path}/copies", email="nobody")
    assert agent.page.status_code == 422
    agent.send(f"{path}/copies", email="Bo@Else.example")
    assert "bo@else.example" in agent.page.text
    agent.send(f"{path}/copies-end", copy="bo@else.example")
    assert "bo@else.example" not in agent.page.text


def test_a_follower_is_written_to_and_whoever_did_it_is_not(
    world: Peopled, agent: Visit, customer: Visit
) -> None:
    path, number = raised(world, "Press 5")
    agent.open(path)
    agent.send(f"{path}/followers")
    assert "Stop following" in agent.page.text
    agent.send(f"{path}/messages", text="We look.")
    customer.open(path)
    customer.send(f"{path}/messages", text="A secret of ours.")
    worker = worker_of(world.opened)
    (lane,) = (each for each in worker.lanes if each.name == "letters")
    while worker.work(lane):
        pass
    letters = world.served.operator.get("/v1/letters", params={"limit": 200}).json()["items"]
    told = [each for each in letters if each["subject"] == f"Case {number}, which you follow"]
    assert len(told) == 1
    agent.open(path)
    agent.post(f"{path}/followers", **agent.form(f"{path}/followers"), stop="yes")
    assert "Stop following" not in agent.open(path).text
