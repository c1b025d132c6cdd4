"""Blocked senders, held mail and files that wait for their scan, on pages and over the API."""

from __future__ import annotations

from pathlib import Path

import pytest
from clamd_server import EICAR, clamd
from mails import file, mail, parts, text
from peopled import Peopled

from tierline.access.role import Role
from tierline.bootstrap import file_scans
from tierline.worker.kinds import worker_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
RAW = {"Content-Type": "message/rfc822"}


def came(world: Peopled, raw: bytes) -> dict[str, str]:
    made = world.served.operator.post("/v1/mails", content=raw, headers=RAW)
    assert made.status_code == 201, made.text
    return dict(made.json())


def test_a_sender_is_blocked_their_mail_is_held_and_let_in_with_one_click(world: Peopled) -> None:
    agent = world.visit(Role.agent)
    agent.open("/blocked-senders?sender=%40evil.example")
    page = agent.send("/blocked-senders", sender="@evil.example", reason="phishing", until="").text
    assert "@evil.example" in page.replace("<wbr>", "")
    held = came(world, mail("Pay here", From="m@evil.example", Message_ID="<m@evil.example>"))
    assert held["outcome"] == "held"
    assert "Let it in" in agent.open("/mails?outcome=held").text
    case = agent.send(f"/mails/{held['id']}/admission").text
    assert "Pay here" in case
    mails = world.served.operator.get(f"/v1/mails/{held['id']}").json()
    assert (mails["outcome"], mails["reason"].split(".")[0]) == (
        "opened", "It was held back, and let in",
    )  # fmt: skip
    (block,) = [each for each in world.served.operator.get("/v1/blocked-senders").json()["items"]
                if each["sender"] == "@evil.example"]  # fmt: skip
    agent.open("/blocked-senders")
    assert "Lifted" in agent.send(f"/blocked-senders/{block['id']}/lift").text
    refused = agent.send("/blocked-senders", sender="nadia@pine.example", reason="rude").text
    assert "whose mail is never held back" in refused.replace("&#39;", "'")
    assert (
        world.visit(Role.customer_contact, world.pine).open("/blocked-senders").status_code == 403
    )


def test_our_own_people_see_that_a_file_holds_a_secret(world: Peopled) -> None:
    agent = world.visit(Role.agent)
    omar = {"name": "Omar Okoye", "email": "omar@pine.example"}  # who got no letters yet this hour
    operator = world.served.operator
    operator.post(f"/v1/accounts/{world.pine}/contacts", json=omar).raise_for_status()
    secret = b"AWS_ACCESS_KEY_ID=AKIA" + b"IOSFODNN7EXAMPLE"
    raw = parts(
        text("Our settings."), file('filename="app.env"', secret), file('filename="b.log"', b"b"),
        From="Omar Okoye <omar@pine.example>", Message_ID="<env@pine.example>",
    )  # fmt: skip
    case = came(world, raw)["case"]
    page = agent.open(f"/cases/{case}").text
    assert page.count("Holds a secret") == 1
    assert "AWS access key. The file is as it came" in page
    theirs = world.visit(Role.customer_contact, world.pine).open(f"/cases/{case}").text
    assert "Holds a secret" not in theirs
    assert "What you sent (app.env) holds what looks like a secret" in theirs
    (mask,) = world.served.operator.get("/v1/masks", params={"case": case}).json()["items"]
    files = world.served.operator.get(f"/v1/cases/{case}/attachments").json()["items"]
    (env,) = [each["id"] for each in files if each["name"] == "app.env"]
    assert (mask["part"], mask["attachment"]) == ("file", env)
    assert "File, kept as it came" in agent.open("/masks").text


def scan_all(world: Peopled) -> None:
    file_scans.ask_for_scans(world.opened)
    worker = worker_of(world.opened)
    lane = next(each for each in worker.lanes if each.name == file_scans.LANE)
    while worker.work(lane):
        pass


def test_with_a_scanner_files_are_held_back_until_they_were_found_clean(
    world: Peopled, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = parts(
        text("See these."), file('filename="good.log"', b"fine"), file('filename="bad.bin"', EICAR),
        From="Nadia Nagy <nadia@pine.example>", Message_ID="<files@pine.example>",
    )  # fmt: skip
    path = f"/v1/cases/{came(world, raw)['case']}/attachments"
    operator = world.served.operator
    known = {each["name"]: each["id"] for each in operator.get(path).json()["items"]}
    good, bad = f"{path}/{known['good.log']}", f"{path}/{known['bad.bin']}"
    assert operator.get(good).content == b"fine"  # there is no scanner
    with clamd() as (host, port):
        monkeypatch.setenv("TIERLINE_ATTACHMENT_SCANNER", f"clamd://{host}:{port}")
        assert operator.get(good).json()["code"] == "file_not_scanned"
        scan_all(world)
    assert operator.get(good).content == b"fine"
    refused = operator.get(bad).json()
    assert (refused["code"], refused["status"]) == ("file_unsafe", 409)
    scans = {each["name"]: each["scan"] for each in operator.get(path).json()["items"]}
    assert scans == {"good.log": "clean", "bad.bin": "found"}
    page = world.visit(Role.customer_contact, world.pine).open(path[3:].rpartition("/")[0]).text
    assert "Eicar-Test-Signature was found in it" in page
    assert bad[3:] not in page
    monkeypatch.delenv("TIERLINE_ATTACHMENT_SCANNER")
    assert operator.get(bad).status_code == 409  # what was found stays found


def test_a_scanner_that_is_down_lets_nothing_through_and_is_asked_again(
    world: Peopled, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TIERLINE_ATTACHMENT_SCANNER", f"clamd://{tmp_path}/gone.ctl")
    raw = parts(text("One more."), file('filename="x.log"', b"unique"),
                From="nadia@pine.example", Message_ID="<x@pine.example>")  # fmt: skip
    path = f"/v1/cases/{came(world, raw)['case']}/attachments"
    scan_all(world)
    (found,) = world.served.operator.get(path).json()["items"]
    assert (found["scan"], found["found"].split(":")[0]) == ("failed", "clamd cannot be asked")
    asked = world.served.operator.get(f"{path}/{found['id']}").json()
    assert asked["code"] == "file_not_scanned"
    waits = world.opened.read(lambda reads: reads.due_work.waiting())[file_scans.LANE]
    assert waits[1] > world.opened.now()
