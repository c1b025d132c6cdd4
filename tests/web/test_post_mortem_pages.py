"""The pages of post-mortems, without scripts."""

from __future__ import annotations

import re

from peopled import Peopled

from tierline.access.role import Role

WORDS = {
    "failure_mode": "Expired certificate",
    "what_happened": "It refused every call.",
    "root_cause": "The job ran as nobody.",
    "told_what_happened": "The line stood for an hour.",
    "told_cause": "A certificate had expired.",
    "told_prevention": "Two jobs renew it.",
}


def test_it_is_begun_written_published_and_read(world: Peopled) -> None:
    lead, agent = world.visit(Role.lead), world.visit(Role.agent)
    customer = world.visit(Role.customer_contact, world.pine)
    raised = {"subject": "Line 4 stands", "text": "Help.", "severity": "S1", "account": world.pine}
    case = world.post("/v1/cases", raised).json()["id"]
    note = {"text": "Again?", "is_public": False}
    world.post(f"/v1/cases/{case}/messages", note).raise_for_status()
    customer.open(f"/cases/{case}")
    customer.send(f"/cases/{case}/messages", text="All of it stands.")
    how = {"how": "Renewed.", "why": "By hand."}
    world.post(f"/v1/cases/{case}/resolution", how).raise_for_status()
    agent.open("/post-mortems")
    assert "Line 4 stands" in agent.page.text
    agent.open(f"/cases/{case}")
    page = agent.send("/post-mortems", case=case)
    assert page.status_code == 200
    path = agent.path
    assert "Before it can go out, write: " in page.text
    assert page.text.count("The customer wrote") == 2, "in the draft, and in the facts"
    assert "Publish version" not in page.text
    agent.send(f"{path}/versions", **WORDS)
    assert "expired-certificate" in agent.page.text
    assert "It is written: a lead publishes it." in agent.page.text
    owner = agent.page.text.partition('<option value="user_')[2].partition('"')[0]
    stated = {"title": "Renew in time", "owner": f"user_{owner}", "due_on": "2020-01-01"}
    agent.send(f"{path}/actions", **stated, is_told="yes")
    assert "Overdue" in agent.page.text
    page = agent.open("/post-mortems").text
    assert page.index("Overdue actions") < page.index("Renew in time")
    assert page.index("Renew in time") < page.index("Cases that owe one")
    assert "Nothing else is open." in page
    assert customer.open(f"/cases/{case}/post-mortem").status_code == 404

    lead.open(path)
    lead.send(f"{path}/publication")
    assert "Published" in lead.page.text
    assert "A certificate had expired." in customer.open(f"/cases/{case}/post-mortem").text
    assert "ran as nobody" not in customer.page.text
    assert "Again?" not in customer.page.text
    file = customer.open(f"/cases/{case}/post-mortem.md")
    assert file.headers["content-type"].startswith("text/markdown")
    assert "What happened, why" in customer.open(f"/cases/{case}").text
    assert customer.open(path).status_code == 403


def test_what_is_wrong_is_told_beside_what_was_typed(world: Peopled) -> None:
    lead = world.visit(Role.lead)
    raised = {"subject": "Slow", "text": "Slow.", "account": world.oak}
    case = world.post("/v1/cases", raised).json()["id"]
    path = "/post-mortems/" + world.post("/v1/post-mortems", {"case": case}).json()["id"]
    lead.open(path)
    page = lead.send(f"{path}/versions", **{**WORDS, "failure_mode": "a/b"})
    assert (page.status_code, "The job ran as nobody." in page.text) == (422, True)
    lead.open(path)
    page = lead.send(f"{path}/actions", title="X", owner="user_x", due_on="soon")
    assert (page.status_code, "This is no day." in page.text) == (422, True)
    lead.open(path)
    assert lead.send(f"{path}/publication").status_code == 422


def test_one_of_an_incident_is_begun_on_its_page(world: Peopled) -> None:
    agent = world.visit(Role.agent)
    raised = {"subject": "Stands too", "text": "Help.", "account": world.pine}
    case = world.post("/v1/cases", raised).json()["id"]
    incident = world.post("/v1/incidents", {"title": "Gateway down"}).json()["id"]
    agent.open(f"/cases/{case}")
    agent.send(f"/cases/{case}/incident", incident=incident)
    agent.open(f"/incidents/{incident}")
    page = agent.send("/post-mortems", incident=incident)
    assert (page.status_code, "Post-mortem: Stands too" in page.text) == (200, True)


def test_a_long_part_is_kept_whole_or_refused_and_never_cut(world: Peopled) -> None:
    lead, long = world.visit(Role.lead), "x" * 15_000
    raised = {"subject": "Slow", "text": "Slow.", "account": world.oak}
    case = world.post("/v1/cases", raised).json()["id"]
    path = "/post-mortems/" + world.post("/v1/post-mortems", {"case": case}).json()["id"]
    lead.open(path)
    assert long in lead.send(f"{path}/versions", **WORDS, went_badly=long).text
    refused = lead.send(f"{path}/versions", **WORDS, went_badly="y" * 20_001)
    assert (refused.status_code, "of at most 20,000" in refused.text) == (422, True)
    assert "y" * 20_001 in refused.text
    refused = lead.send(f"{path}/actions", title="z" * 301, owner="user_x", due_on="2030-01-01")
    assert (refused.status_code, "of at most 300" in refused.text) == (422, True)


def test_a_case_leads_its_customer_to_the_incident_that_causes_it_where_they_see_it(
    world: Peopled,
) -> None:
    case = world.post(
        "/v1/cases", {"subject": "No export", "text": "?", "account": world.pine}
    ).json()["id"]
    customer, agent = world.visit(Role.customer_contact, world.pine), world.visit(Role.agent)
    incident = world.post("/v1/incidents", {"title": "Pine waits"}).json()["id"]
    world.served.operator.put(f"/v1/incidents/{incident}/cases/{case}").raise_for_status()
    assert "Pine waits" not in customer.open(f"/cases/{case}").text  # nothing is published yet
    said = {"text": "We look.", "is_published": True}
    world.post(f"/v1/incidents/{incident}/updates", said).raise_for_status()
    page = customer.open(f"/cases/{case}").text
    found = re.findall(r'href="(/status/incidents/[^"]+)">([^<]+)<', page)
    assert [title for _, title in found] == ["Pine waits"]
    assert "We look." in customer.open(found[0][0]).text
    assert "/status/incidents/" not in agent.open(f"/cases/{case}").text
    customer.send("/me/language", language="de")
    page = customer.open(f"/cases/{case}").text
    assert "Pine waits" in page
    assert "Its updates answer this case." not in page
