"""The playbook and the script on the page of a case, without scripts."""

from __future__ import annotations

import re
from typing import Any

from peopled import Peopled
from visitor import Visit

from tierline.access.role import Role


def raised(world: Peopled, subject: str, text: str = "Since noon.") -> str:
    stated = {"subject": subject, "text": text, "account": world.pine}
    return f"/cases/{world.post('/v1/cases', stated).json()['id']}"


def facts(world: Peopled, path: str) -> list[dict[str, Any]]:
    found = world.served.operator.get("/v1/facts", params={"subject": world.pine, "limit": 200})
    case = path.rpartition("/")[2]
    return [each for each in found.json()["items"] if each["body"].get("case") == case]


def test_an_agent_ticks_steps_off_and_takes_a_tick_back(world: Peopled, agent: Visit) -> None:
    path = raised(world, "Press 7 stands")
    page = agent.open(path).text
    assert "A line stands" in page
    assert "as its words suggest: stands" in page
    assert "0 of 2 steps done" in page
    agent.send(f"{path}/playbook-steps/call")
    assert "1 of 2 steps done" in agent.page.text
    assert "by you" in agent.page.text
    agent.post(
        f"{path}/playbook-steps/call", **agent.form(f"{path}/playbook-steps/call"), undo="yes"
    )
    assert "0 of 2 steps done" in agent.open(path).text
    told = [each["kind"] for each in facts(world, path)]
    assert told.count("PlaybookStepDone") == told.count("PlaybookStepUndone") == 1


def test_what_is_not_included_has_words_and_an_exception_needs_a_reason(
    world: Peopled, agent: Visit
) -> None:
    path = raised(world, "Somebody should come")
    page = agent.open(path).text
    assert "Your plan has everything from afar." in page
    agent.send(f"{path}/exceptions", beyond=" ")
    assert agent.page.status_code == 422
    assert 'href="#beyond"' in agent.page.text
    agent.send(f"{path}/exceptions", beyond="The renewal is next week.")
    assert "done 1 time" in agent.page.text
    assert "note among us" in agent.page.text
    assert "CaseHelpedBeyondPlan" in [each["kind"] for each in facts(world, path)]
    lead = world.visit(Role.lead)
    for by in ("tier", "account", "topic"):
        assert "The renewal is next week." in lead.open(f"/playbooks/exceptions?by={by}").text
    file = lead.open("/playbooks/exceptions.csv").text
    assert "The renewal is next week." in file
    assert agent.open("/playbooks/exceptions").status_code == 403


def test_a_topic_is_said_and_an_unknown_one_is_refused(world: Peopled, agent: Visit) -> None:
    path = raised(world, "It is slow")
    assert "Nobody has said what it is about." in agent.open(path).text
    agent.send(f"{path}/topic", topic="weather")
    assert agent.page.status_code == 422
    agent.send(f"{path}/topic", topic="outage")
    assert "A line stands" in agent.page.text


def test_a_case_in_work_keeps_its_version_and_the_next_one_has_the_new(
    world: Peopled, agent: Visit
) -> None:
    path = raised(world, "Press 8 stands")
    ask = world.served.operator
    ask.put(f"/v1{path}/playbook-steps/call").raise_for_status()
    before = ask.get("/v1/playbooks").json()
    newer = dict(before["guide"])
    newer["playbooks"] = [{**newer["playbooks"][0], "name": "Two lines stand"}]
    ask.put("/v1/playbooks", json=newer).raise_for_status()
    try:
        assert ask.get(f"/v1{path}/playbook").json()["playbook"]["name"] == "A line stands"
        other = raised(world, "Press 9 stands")
        assert "Two lines stand" in agent.open(other).text
    finally:
        ask.put("/v1/playbooks", json=before["guide"]).raise_for_status()


def test_all_of_them_stand_on_a_page(agent: Visit) -> None:
    page = agent.open("/playbooks").text
    assert "A line stands" in page
    assert "within 15\u202fmin" in page
    assert "A visit at the list price." in page


def test_a_lead_reads_how_they_are_used_and_takes_it_along(world: Peopled, agent: Visit) -> None:
    path = raised(world, "Press 4 stands")
    world.served.operator.put(f"/v1{path}/playbook-steps/call").raise_for_status()
    lead = world.visit(Role.lead)
    page = lead.open("/playbooks").text
    assert 'href="/playbooks/use"' in page
    page = lead.open("/playbooks/use").text
    assert "has a playbook." in page
    assert "A line stands: its steps" in page
    assert "weak evidence" in page
    file = lead.open("/playbooks/use.csv")
    head, whole, *steps = file.text.splitlines()
    assert head.startswith("playbook,name,step,within,cases,ticked,share")
    assert whole.startswith("outage,A line stands,,,")
    assert [line.split(",")[2:4] for line in steps] == [["confirm", "PT15M"], ["call", ""]]
    assert agent.open("/playbooks/use").status_code == 403


def test_an_edit_is_suggested_beside_the_steps_accepted_and_made_in_the_next_version(
    world: Peopled, agent: Visit
) -> None:
    path = raised(world, "Press 2 stands")
    before = world.served.operator.get("/v1/playbooks").json()
    lead = world.visit(Role.lead)
    agent.open(path)
    for words in ("Name the page.", "Ask twice."):
        agent.open(path)
        agent.send(f"{path}/playbook-edits", step="confirm", edit=words)
    agent.open(path)
    agent.send(f"{path}/playbook-edits", step="confirm", edit=" ")
    assert agent.page.status_code == 422
    page = agent.open("/playbooks/edits").text
    assert "2 wait for a decision" in page
    assert "Decline" not in page
    case = path.rpartition("/")[2]
    lead.open("/playbooks/edits")
    decide = f"/playbooks/edits/{case}/1"
    lead.send(decide, reason=" ", accept="no")
    assert lead.page.status_code == 422
    lead.open("/playbooks/edits")
    lead.send(decide, reason="y" * 2_001, accept="no")
    assert "y" * 2_001 in lead.page.text
    lead.open("/playbooks/edits")
    lead.send(decide, reason="Once is enough.", accept="no")
    assert "Declined" in lead.page.text
    lead.send(f"/playbooks/edits/{case}/0", reason="Yes.", accept="yes")
    assert "Name the page." in lead.page.text
    assert "Ask twice." not in lead.page.text
    step = "/playbooks/outage/steps/confirm"
    read = {"number": str(before["number"])}
    lead.send(step, do="Confirm it on the health page", within="soon", **read)
    assert lead.page.status_code == 422
    lead.send(step, do="Confirm it on the health page", within="20", within_unit="minutes", **read)
    assert "Confirm it on the health page" in lead.page.text
    after = world.served.operator.get("/v1/playbooks").json()
    assert after["number"] == before["number"] + 1
    assert after["guide"]["playbooks"][0]["steps"][0]["within"] == "PT20M"
    lead.open(step)
    lead.send(step, do="Late", **read)
    assert lead.page.status_code == 422
    assert "was published meanwhile" in lead.page.text
    world.served.operator.put("/v1/playbooks", json=before["guide"]).raise_for_status()
    assert agent.open(step).status_code == 403


def test_a_customer_sees_nothing_of_it(world: Peopled) -> None:
    customer = world.visit(Role.customer_contact, world.pine)
    path = raised(world, "Press 5 stands")
    page = customer.open(path).text
    assert "Call the named contact" not in page
    assert "Your plan has everything from afar." not in page
    assert customer.open("/playbooks").status_code == 403


def test_solved_cases_that_are_alike_suggest_the_topic_and_the_skills(
    world: Peopled, agent: Visit
) -> None:
    users = world.served.operator.get("/v1/users").json()["items"]
    user = next(each["id"] for each in users if "agent" in each["roles"])
    assert world.served.operator.put(f"/v1/agents/{user}", json={"skills": ["tls"]}).is_success
    for name in ("north", "south", "west"):
        path = raised(world, f"Gateway {name}: its certificate expired", "Renew it.")
        for part, body in (("topic", {"topic": "outage"}), ("skills", {"skills": ["tls"]})):
            assert world.served.operator.put(f"/v1{path}/{part}", json=body).status_code == 200
        done = world.post(f"/v1{path}/resolution", {"how": "Renewed.", "why": "It had ended."})
        assert done.status_code == 201, done.text
    path = raised(world, "Certificate of gateway east has expired", "Ours.")
    assert "as solved cases that are alike were (100 %)" in agent.open(path).text
    page = agent.open(f"{path}/alike").text
    assert "needed <strong>tls</strong> (100 %, as" in re.sub(r"\s+", " ", page)
    agent.send(f"{path}/skills", skills="tls")
    assert "Skills that it needs: tls" in agent.page.text


def test_articles_that_steps_and_macros_name_are_links(world: Peopled, agent: Visit) -> None:
    ask = world.served.operator
    body = {"title": "Renew a certificate", "text": "Press renew.", "audience": "us"}
    article = ask.post("/v1/articles", json=body).json()
    name, link = f"KB-{article['number']}", f'<a href="/articles/{article["id"]}">'
    guide = ask.get("/v1/playbooks").json()["guide"]
    named = dict(guide)
    step = {"key": "renew", "do": f"Renew <it> ({name}, KB-999)"}
    named["playbooks"] = [{**guide["playbooks"][0], "steps": [step]}]
    ask.put("/v1/playbooks", json=named).raise_for_status()
    try:
        shown = f"Renew &lt;it&gt; ({link}{name}</a>, KB-999)"
        path = raised(world, "Press 9 stands")
        assert shown in agent.open(path).text
        assert shown in agent.open("/playbooks").text
        agent.open("/macros")
        agent.send("/macros", name="Renew", text=f"Please see {name}.", does="answer")
        page = agent.page.text
        assert f"Please see {link}{name}</a>." in page
        macro = page.partition('href="/macros/macro_')[2].partition('"')[0]
        assert f"Please see {link}{name}</a>." in agent.open(f"/macros/macro_{macro}").text
        assert f"Please see {link}{name}</a>." in agent.open(f"{path}?macro=macro_{macro}").text
    finally:
        ask.put("/v1/playbooks", json=guide).raise_for_status()
