"""A severity-1 that nobody answers: from the plan at a terminal to the mail of who is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from mail_box import MailBox, mail_box
from moved_clock import moved_by_hand
from peopled import people_small_world
from served import serve_small_world

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.bootstrap.application import Application
from tierline.bootstrap.letters import post_of
from tierline.cli.main import tierline
from tierline.kernel.errors import Invalid
from tierline.worker.kinds import worker_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLAN = """
roles:
  Support lead: {time_zone: Europe/Berlin, shifts: [{people: [lea@vendor.example]}]}
"""


def joined(opened: Application, email: str, role: Role) -> str:
    made, _ = opened.access.invite(email, frozenset({role}), None, operator())
    return opened.access.accept(
        made.secret, email.split("@", maxsplit=1)[0], None, "four boring words here"
    ).id


def worked(opened: Application) -> None:
    worker = worker_of(opened)
    for name in ("milestones", "notices", "letters"):
        (lane,) = [each for each in worker.lanes if each.name == name]
        while worker.work(lane):
            pass


def subjects(box: MailBox) -> list[str]:
    return [str(mail["Subject"]) for mail in box.mails if "ase" in str(mail["Subject"])]


def test_who_is_called_is_written_to_once_and_the_command_says_who_it_will_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = moved_by_hand(monkeypatch, MONDAY)
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN)
    with mail_box() as box, serve_small_world(tmp_path / "data") as served:
        opened, ask = served.opened, served.operator
        opened.access.post = post_of(f"smtp://127.0.0.1:{box.port}", "support@vendor.example")
        ana = joined(opened, "ana@vendor.example", Role.agent)
        joined(opened, "lea@vendor.example", Role.lead)
        assert ask.put(f"/v1/agents/{ana}", json={"level": 2}).status_code == 200
        bad = ask.put("/v1/routing-plan", json={"roles": {"Nobody": {}}})
        assert bad.status_code == 422
        stated = {"roles": {"Support lead": {"shifts": [{"people": ["lea@vendor.example"]}]}}}
        assert ask.put("/v1/routing-plan", json=stated).json()["number"] == 1
        asked = {"account": served.pine, "subject": "Down", "text": "All.", "severity": "S1"}
        case = ask.post("/v1/cases", json=asked).json()["id"]
        assert ask.get(f"/v1/cases/{case}/assignment").json()["user"] == ana
        for minutes in (0, 31, 20, 20):
            hands.move(timedelta(minutes=minutes))
            worked(opened)
            worked(opened)
        levels = ask.get(f"/v1/cases/{case}/escalation").json()["levels"]
        assert [level["is_lit"] for level in levels] == [False, False, True]
        assert subjects(box) == [
            "Case 1 (S1): given to you",
            "Case 1 (S1): 50% of acknowledge used",
            "Case 1 (S1): 75% of acknowledge used",
            "2 notices of a case have come to you: first case 1 (S1)",
        ]
        body = box.mails[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]  # every mail of ours has text
        missed, used = (line for line in body.splitlines() if line.startswith("Case 1 (S1): "))
        assert "the target of acknowledge was missed" in missed
        assert "nobody holds that role at this hour" in missed
        assert "90% of the target of acknowledge was used up" in used
    run = CliRunner().invoke
    data = ["--data", str(tmp_path / "data")]
    assert "is sound" in run(tierline, ["routing", "publish", str(plan), "--dry-run", *data]).output
    broken = tmp_path / "broken.yaml"
    broken.write_text(PLAN + "  Nobody's role: {time_zone: Mars/Base}\n")
    refused = run(tierline, ["routing", "publish", str(broken), *data]).exception
    assert isinstance(refused, Invalid)
    role, zone = (str(fault) for fault in refused.faults)
    assert role.startswith(f"{broken}:4:3 roles.Nobody's role: No escalation of a catalog has")
    assert "Mars/Base" in zone
    assert "Version 2" in run(tierline, ["routing", "publish", str(plan), *data]).output
    asked_at = ["--tier", "priority", "--severity", "S1", "--at", "2026-03-08T03:10:00Z"]
    told = run(tierline, ["routing", "who", *asked_at, *data]).output
    assert "2. Support lead: lea (by the rota)" in told
    missing = run(tierline, ["routing", "vacancies", *data])
    assert missing.exit_code == 1
    assert "Head of support: no rota is stated for this role" in missing.output
    assert "level 2" in run(tierline, ["agent", "list", *data]).output


def test_both_sides_read_the_same_tree_with_its_instants_and_how_each_level_is_reached(
    tmp_path: Path,
) -> None:
    with people_small_world(tmp_path / "data") as world:
        operator = world.served.operator
        agent, customer = world.visit(Role.agent), world.visit(Role.customer_contact, world.pine)
        lead = {"shifts": [], "reach": "+49 30 1234"}
        stated = {"roles": {"Support lead": lead}}
        assert operator.put("/v1/routing-plan", json=stated).status_code == 200
        raised = {"subject": "Down", "text": "All.", "severity": "S1", "account": world.pine}
        case = operator.post("/v1/cases", json=raised).json()["id"]
        trees = [visit.open(f"/v1/cases/{case}/escalation").json() for visit in (agent, customer)]
        ours, theirs = trees
        told = ("role", "when", "at", "because", "reach", "is_lit")
        assert len(theirs["levels"]) == 3
        assert [[each[name] for name in told] for each in theirs["levels"]] == [
            [each[name] for name in told] for each in ours["levels"]
        ]
        assert theirs["is_promised"] is False
        assert theirs["levels"][0]["is_lit"]  # it is the owner's, and nobody was called yet
        assert all(each["at"] for each in theirs["levels"])
        assert theirs["levels"][0]["because"] == "when 50% of the target is used: acknowledge"
        page = customer.open(f"/cases/{case}").text
        assert "The plan states no escalation: this is how we do it." in page
        assert "To be reached: +49 30 1234" in page
        assert "when 50% of the target is used: Acknowledgement" in page
        assert page.count('class="chain"') == 1


def called_in(box: MailBox) -> list[str]:
    return [
        str(mail["To"]).partition("@")[0]
        for mail in box.mails
        if "you are called in" in str(mail["Subject"])
    ]


def test_the_lead_of_a_subject_is_called_in_then_the_deputy_who_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = moved_by_hand(monkeypatch, MONDAY)
    with mail_box() as box, serve_small_world(tmp_path / "data") as served:
        opened, ask = served.opened, served.operator
        opened.access.post = post_of(f"smtp://127.0.0.1:{box.port}", "support@vendor.example")
        joined(opened, "ana@vendor.example", Role.agent)
        bo = joined(opened, "bo@vendor.example", Role.agent)
        cell = {"lead": "ana@vendor.example", "deputy": "bo@vendor.example"}
        domain = {"key": "network", "name": "Network", "tiers": {"priority": cell}}
        kept = ask.put("/v1/subject-leads", json={"domains": [domain]})
        assert {gap["tier"] for gap in kept.json()["gaps"]} == {"standard", "enterprise"}
        body = {"subject": "Down", "text": "Down.", "account": served.pine, "severity": "S1"}
        path = f"/v1/cases/{ask.post('/v1/cases', json=body).json()['id']}/call-ins"
        assert ask.post(path, json={}).status_code == 422, "it belongs to no domain"
        assert ask.post(path, json={"domain": "network"}).status_code == 201
        worked(opened)
        assert called_in(box) == ["ana"]
        hands.move(timedelta(minutes=10))
        worked(opened)
        worked(opened)
        assert called_in(box) == ["ana", "bo"]
        assert ask.put(f"{path}/1/acknowledgement", json={}).status_code == 422, "a program comes"
        assert ask.put(f"{path}/1/acknowledgement", json={"user": bo}).status_code == 200
        hands.move(timedelta(minutes=20))
        worked(opened)
        assert called_in(box) == ["ana", "bo"]
        there = ask.put(f"{path}/1/arrival", json={"user": bo}).json()
        assert (there["arrived"]["user"], there["arrived"]["part"]) == (bo, "deputy")
        (row,) = ask.get("/v1/reports/call-ins", params={"by": "domain"}).json()["items"]
        assert (row["group"], row["in_first_hour"]["count"], row["unanswered"]) == ("network", 1, 0)
        assert (row["answered"]["median_seconds"], row["arrived"]["median_seconds"]) == (600, 1_800)
        customer = served.as_("customer_contact", account=served.pine)
        assert customer.get(path).status_code == 403
