"""Who leads what, on pages without scripts: red where nobody does, each change undone."""

from __future__ import annotations

import csv
from pathlib import Path

import httpx
from click.testing import CliRunner
from peopled import Peopled
from visitor import Visit

from tierline.access.role import Role
from tierline.cli.main import tierline
from tierline.kernel.errors import Invalid

PATH = "/subject-leads"


def agent(world: Peopled, name: str) -> str:
    email = f"{name}@people.example"
    world.visit(Role.agent, email=email)
    (found,) = [
        each for each in world.served.operator.get("/v1/users").json()["items"]
        if each["email"] == email
    ]  # fmt: skip
    kept = world.served.operator.put(f"/v1/agents/{found['id']}", json={"skills": ["dns"]})
    assert kept.status_code == 200, kept.text
    return str(found["id"])


def sent(world: Peopled, visit: Visit, action: str, **fields: str) -> httpx.Response:
    """A form that knows of the version in force."""
    number = world.served.operator.get("/v1/subject-leads").json()["number"]
    return visit.send(action, **{"seen": str(number), **fields})


def gaps(world: Peopled) -> int:
    return len(world.served.operator.get("/v1/subject-leads").json()["gaps"])


def test_a_domain_is_added_filled_and_undone(world: Peopled, lead: Visit) -> None:
    ana, bo = agent(world, "ana"), agent(world, "bo")
    world.served.operator.put("/v1/subject-leads", json={}).raise_for_status()
    assert "No domain is named yet" in lead.open(PATH).text
    sent(world, lead, PATH, name="Security of the line")
    assert lead.page.text.count("No lead") == 3
    domain = f"{PATH}/security_of_the_line"
    lead.open(domain)
    sent(world, lead, domain, **{"name": "Security", "skills.dns": "yes", "topics.outage": "yes"})
    for tier in ("standard", "priority", "enterprise"):
        lead.open(f"{domain}/tiers/{tier}")
        cell = {"lead": ana, "deputy": bo, "hours": "mon-fri 09:00-17:00", "time_zone": ""}
        sent(world, lead, f"{domain}/tiers/{tier}", **cell)
    page = lead.page.text
    assert "Every domain has a lead and a deputy for each tier." in page
    assert "mon-fri 09:00-17:00 (UTC)" in page
    assert gaps(world) == 0
    stated = world.served.operator.get("/v1/subject-leads").json()
    assert stated["leads"]["domains"][0]["skills"] == ["dns"]
    number = stated["number"]
    assert f"Undo: bring back version {number - 1}" in page
    sent(world, lead, f"{PATH}/versions", number=str(number - 1), seen=str(number))
    assert gaps(world) == 1
    sent(world, lead, f"{PATH}/versions", number=str(number), seen=str(number + 1))
    assert gaps(world) == 0


def test_what_is_odd_is_told_at_its_field(world: Peopled, lead: Visit) -> None:
    lead.open(PATH)
    assert "Nothing is written here" in sent(world, lead, PATH, name="").text
    lead.open(PATH)
    assert "begins with a letter" in sent(world, lead, PATH, name="!!").text
    lead.open(PATH)
    sent(world, lead, PATH, name="Odd")
    sent(world, lead, PATH, name="Odd")
    assert "Odd" in lead.open(f"{PATH}/odd_2").text
    sent(world, lead, f"{PATH}/odd_2/removal")
    cell = f"{PATH}/odd/tiers/standard"
    own = agent(world, "cy")
    lead.open(cell)
    refused = sent(world, lead, cell, lead=own, deputy=own, hours="", time_zone="")
    assert "no deputy of their own" in refused.text
    lead.open(cell)
    refused = sent(world, lead, cell, lead=own, deputy="", hours="mon 9", time_zone="")
    assert refused.status_code == 422
    assert 'id="hours-fault-1"' in refused.text
    assert lead.open(f"{PATH}/odd/tiers/gold").status_code == 404
    assert lead.open(f"{PATH}/none").status_code == 404


def test_two_who_change_it_at_once_are_told_apart(world: Peopled, lead: Visit) -> None:
    other = world.visit(Role.lead)
    number = str(world.served.operator.get("/v1/subject-leads").json()["number"])
    lead.open(PATH)
    other.open(PATH)
    sent(world, other, PATH, name="Hardware")
    refused = lead.send(PATH, name="Hardware", seen=number)
    assert refused.status_code == 422
    assert "Somebody has changed who leads what meanwhile" in refused.text


def test_agents_look_and_customers_do_not(world: Peopled) -> None:
    worker = world.visit(Role.agent)
    assert "Add a domain" not in worker.open(PATH).text
    assert worker.open(f"{PATH}/odd").status_code == 403
    customer = world.visit(Role.customer_contact, world.pine)
    assert customer.open(PATH).status_code == 403


def test_a_lead_is_called_in_from_the_page_of_a_case_and_a_customer_sees_nothing(
    world: Peopled, lead: Visit
) -> None:
    ana, bo = agent(world, "ada"), agent(world, "ben")
    cell = {"lead": ana, "deputy": bo}
    domain = {"key": "outage", "name": "Outages", "topics": ["outage"]}
    tiers = {"standard": cell, "priority": cell, "enterprise": cell}
    other = {"key": "other", "name": "Other things"}
    stated = {"domains": [{**domain, "tiers": tiers}, other]}
    world.served.operator.put("/v1/subject-leads", json=stated).raise_for_status()
    body = {"subject": "Press 9 stands", "text": "Since noon.", "account": world.pine}
    case = world.post("/v1/cases", {**body, "severity": "S1"}).json()["id"]
    mild = world.post("/v1/cases", {**body, "severity": "S2"}).json()["id"]
    assert 'id="call-in"' not in lead.open(f"/cases/{mild}").text
    page = lead.open(f"/cases/{case}").text
    assert 'data-key="l">Call in Ada Byron</button>' in page
    lead.send(f"/cases/{case}/call-ins", domain="outage")
    page = lead.page.text
    assert "Waits for an answer" in page
    assert "Call in Ada Byron" not in page
    assert "I come" not in page
    number = f"/cases/{case}/call-ins/1"
    lead.send(number, what="acknowledged", user=ana)
    assert "Ada Byron comes, 1 minute after the call." in lead.page.text
    lead.send(number, what="arrived", user=bo)
    assert "Is there" in lead.page.text
    lead.send(f"/cases/{case}/call-ins", domain="other")
    lead.send(f"/cases/{case}/call-ins/2", what="called_off")
    assert "Called off" in lead.page.text
    refused = lead.post(f"/cases/{case}/call-ins/2", **lead.form(f"/cases/{case}/call-ins"))
    assert refused.status_code == 422
    assert "A call was answered after" in lead.open(f"{PATH}/call-ins").text
    file = csv.DictReader(lead.open(f"{PATH}/call-ins.csv").text.splitlines())
    rows = {(row["by"], row["group"]): row for row in file}
    for key in (("tier", "priority"), ("domain", "outage")):
        found = [rows[key][name] for name in ("decided", "in_first_hour", "calls", "unanswered")]
        assert found == ["1", "1", "2", "1"], key
    customer = world.visit(Role.customer_contact, world.pine)
    assert 'id="call-in"' not in customer.open(f"/cases/{case}").text
    assert customer.open(f"{PATH}/call-ins").status_code == 403


def test_gaps_are_told_at_the_terminal(tmp_path: Path) -> None:
    where = ["--data", str(tmp_path / "data")]
    file = tmp_path / "leads.yaml"
    file.write_text("domains:\n  - {key: security, name: Security, topics: [none]}\n")
    ask = CliRunner()
    refused = ask.invoke(tierline, ["routing", "publish-leads", str(file), *where]).exception
    assert isinstance(refused, Invalid)
    assert [(fault.code, fault.line) for fault in refused.faults] == [("unknown_topic", 2)]
    file.write_text("domains:\n  - {key: security, name: Security}\n")
    made = ask.invoke(tierline, ["routing", "publish-leads", str(file), *where])
    assert "Version 1" in made.output, made.output
    told = ask.invoke(tierline, ["routing", "leads", *where])
    assert told.exit_code == 0
    assert told.output == "1 domains have a lead and a deputy for each of 0 tiers.\n"
