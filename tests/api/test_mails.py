"""A mail over HTTP, from its bytes to its case, its files and what goes out again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mails import file, mail, parts, text
from served import Served, problem

from tierline.worker.kinds import worker_of

RAW = {"Content-Type": "message/rfc822"}


def given(served: Served, content: bytes, **headers: str) -> dict[str, Any]:
    made = served.operator.post("/v1/mails", content=content, headers=RAW | headers)
    assert made.status_code == 201, made.text
    return dict(made.json())


@pytest.fixture
def ada(served: Served) -> str:
    person = {"name": "Ada Byron", "email": "ada@kestrel.example"}
    made = served.operator.post(f"/v1/accounts/{served.pine}/contacts", json=person)
    return str(made.json()["id"])


def test_a_mail_of_a_contact_opens_a_case_of_their_account(served: Served, ada: str) -> None:
    made = given(served, mail())
    assert (made["outcome"], made["contact"], made["is_new"]) == ("opened", ada, True)
    case = served.operator.get(f"/v1/cases/{made['case']}").json()
    assert (case["account"], case["contact"], case["channel"]) == (served.pine, ada, "email")
    assert (case["subject"], case["messages"][0]["text"]) == ("Nothing works", "Help!")
    assert [event["kind"] for event in case["events"]] == ["opened", "automatic_reply"]
    assert served.operator.get(f"/v1/mails/{made['id']}").json() == {
        name: value for name, value in made.items() if name != "is_new"
    }


def test_the_clock_starts_when_a_server_that_we_trust_had_it(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERLINE_MAIL_TRUSTED", "mx.vendor.example")
    hop = "from x by mx.vendor.example; Mon, 3 Mar 2025 08:00:00 +0000"
    made = given(served, mail(Received=hop))
    case = served.operator.get(f"/v1/cases/{made['case']}").json()
    assert made["received_at"] == case["opened_at"] == "2025-03-03T08:00:00Z"
    forged = given(served, mail(Received=hop.replace("mx.", "mx2."), Message_ID="<2@x>"))
    assert datetime.fromisoformat(forged["received_at"]) > datetime(2025, 12, 1, tzinfo=UTC)


def test_the_same_mail_again_is_answered_with_what_became_of_it(served: Served) -> None:
    first, again = given(served, mail()), given(served, mail())
    assert (again["is_new"], again["id"], again["case"]) == (False, first["id"], first["case"])
    assert len(served.operator.get("/v1/cases").json()["items"]) == 1


def test_what_is_no_mail_is_refused(served: Served) -> None:
    refused = served.operator.post("/v1/mails", content=b"<a/>", headers=RAW)
    assert (refused.status_code, problem(refused)["code"]) == (422, "no_mail")


def test_mails_are_listed_with_their_outcome(served: Served) -> None:
    opened = given(served, mail())
    bounce = mail(From="MAILER-DAEMON <mailer-daemon@mx.example>", Message_ID="<b@mx.example>")
    kept = given(served, bounce)
    listed = served.operator.get("/v1/mails").json()["items"]
    assert [each["id"] for each in listed] == [kept["id"], opened["id"]]
    chosen = served.operator.get("/v1/mails", params={"outcome": "kept"}).json()["items"]
    assert [each["id"] for each in chosen] == [kept["id"]]


def test_a_file_is_downloaded_and_never_shown(served: Served, ada: str) -> None:
    assert ada
    page = b"<script>alert(1)</script>"
    made = given(served, parts(text("See there."), file('filename="Übel.html"', page, "text/html")))
    path = f"/v1/cases/{made['case']}/attachments"
    customer = served.as_("customer_contact", account=served.pine)
    (listed,) = customer.get(path).json()["items"]
    answer = customer.get(f"{path}/{listed['id']}")
    assert (answer.status_code, answer.content) == (200, page)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%9Cbel.html"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    other = served.as_("customer_contact", account=served.oak)
    assert other.get(f"{path}/{listed['id']}").status_code == 404
    assert other.get(path).status_code == 404


def test_what_goes_out_is_printed_where_there_is_no_mail_server(
    served: Served, ada: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert ada
    assert tmp_path
    made = given(served, mail())
    served.operator.post(f"/v1/cases/{made['case']}/messages", json={"text": "Which firmware?"})
    worker = worker_of(served.opened)
    (lane,) = (each for each in worker.lanes if each.name == "case mails")
    while worker.work(lane):
        pass
    printed = capsys.readouterr().err
    assert "A mail of case 1 to ada@kestrel.example\nRe: Nothing works" in printed
    assert "Which firmware?" in printed
    sent = served.operator.get(f"/v1/cases/{made['case']}/sent-mails").json()["items"]
    assert [each["is_automatic"] for each in sent] == [True, False]
    assert all(each["sent_at"] and each["attempts"] == 1 for each in sent)
