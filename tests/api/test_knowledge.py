"""What was learned, at work: similar cases, what helped, deflection, and the report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from moved_clock import Hands
from served import Client, Served, problem

MONDAY = datetime(2025, 3, 3, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def raised(client: Client, account: str, subject: str, text: str) -> str:
    body = {"account": account, "subject": subject, "text": text}
    answer = client.post("/v1/cases", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def published(client: Client, **stated: Any) -> str:
    body = {"title": "Renew a certificate", "text": "Press renew.", "audience": "public", **stated}
    article = str(client.post("/v1/articles", json=body).json()["id"])
    client.put(f"/v1/articles/{article}/publication")
    return article


def report(client: Client, **stated: str) -> dict[str, Any]:
    answer = client.get("/v1/reports/knowledge", params=stated)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_resolved_twin_is_suggested_with_how_and_why_and_counts_as_reused(
    served: Served,
) -> None:
    ours = served.operator
    twin = raised(ours, served.oak, "Gateway drops the night sync", "Its certificate expired.")
    how = {"how": "Renewed the certificate.", "why": "A rollback costs a shift."}
    ours.post(f"/v1/cases/{twin}/resolution", json=how)
    raised(ours, served.oak, "Gateway certificate", "Not resolved, so nothing to learn.")
    article = published(ours, title="The certificate of a gateway")
    case = raised(ours, served.pine, "Night sync of the gateway", "It says certificate.")
    told = ours.get(f"/v1/cases/{case}/similar").json()
    items = told["items"]
    assert [(each["kind"], each["id"]) for each in items] == [("note", twin)]
    assert [(each["id"], each["shared"]) for each in told["articles"]] == [
        (article, ["certificate", "gateway"])
    ]
    assert (items[0]["how"], items[0]["why"]) == ("Renewed the certificate.", how["why"])
    assert {"gateway", "night", "sync"} <= set(items[0]["shared"])
    helper = {"kind": "note", "id": twin}
    for _ in range(2):
        assert ours.post(f"/v1/cases/{case}/helpers", json=helper).status_code == 201
    items = ours.get(f"/v1/cases/{case}/similar").json()["items"]
    assert [each["has_helped"] for each in items] == [True]
    assert [(each["id"], each["cases"]) for each in report(ours)["reuse"]] == [(twin, 1)]


def test_articles_are_judged_by_their_titles_whatever_else_is_alike(served: Served) -> None:
    ours = served.operator
    wanted = published(ours, title="A certificate that has expired", text="Open the box.")
    colleague = "They say our terminal still asks: they are in no group, and it still says so."
    published(ours, title="Add a colleague", text=colleague, topics=["new colleague"])
    for number in range(3):
        twin = raised(ours, served.oak, f"Certificate {number} has expired", "Since noon.")
        ours.post(f"/v1/cases/{twin}/resolution", json={"how": f"Renewed {number}.", "why": "x"})
    text = "They say that our box still refuses it: the terminal asks, and still says so."
    case = raised(ours, served.pine, "The certificate has expired", text)
    told = ours.get(f"/v1/cases/{case}/similar").json()
    assert [each["id"] for each in told["articles"]] == [wanted]
    assert {each["kind"] for each in told["items"]} == {"note"}
    other = raised(ours, served.pine, "It still asks", "They say that our group is at a loss.")
    assert ours.get(f"/v1/cases/{other}/similar").json()["articles"] == []


def test_what_was_resolved_in_the_same_words_is_suggested_once(served: Served) -> None:
    ours = served.operator
    twins = {}
    for number in range(3):
        twin = raised(ours, served.oak, "Spindle hums", f"Since shift {number}.")
        ours.post(f"/v1/cases/{twin}/resolution", json={"how": "Oiled it.", "why": "It was dry."})
        twins[twin] = ours.get(f"/v1/cases/{twin}").json()["number"]
    other = raised(ours, served.oak, "Spindle hums", "Since the move.")
    ours.post(f"/v1/cases/{other}/resolution", json={"how": "Levelled it.", "why": "It leaned."})
    case = raised(ours, served.pine, "Spindle hums", "Since noon.")
    items = ours.get(f"/v1/cases/{case}/similar").json()["items"]
    oiled, levelled = sorted(items, key=lambda each: len(each["also"]), reverse=True)
    found = {oiled["id"]: oiled["number"]} | {each["id"]: each["number"] for each in oiled["also"]}
    assert (found, levelled["id"], levelled["also"]) == (twins, other, [])
    helper = {"kind": "note", "id": oiled["also"][0]["id"]}
    assert ours.post(f"/v1/cases/{case}/helpers", json=helper).status_code == 201
    items = ours.get(f"/v1/cases/{case}/similar").json()["items"]
    assert {each["how"]: each["has_helped"] for each in items} == {
        "Oiled it.": True,
        "Levelled it.": False,
    }


def test_what_cannot_help_is_refused(served: Served) -> None:
    ours = served.operator
    case = raised(ours, served.pine, "Slow", "It is slow.")
    for body, status in (
        ({"kind": "note", "id": case}, 422),
        ({"kind": "case", "id": case}, 422),
        ({"kind": "article", "id": "article_x"}, 404),
        ({"kind": "note", "id": "case_x"}, 404),
    ):
        assert ours.post(f"/v1/cases/{case}/helpers", json=body).status_code == status


def test_a_deflection_is_solved_and_not_returned_in_seven_days(
    served: Served, hands: Hands
) -> None:
    ours = served.operator
    article = published(ours, topics=["certificates"], text="How certificates are renewed.")
    for account in (served.pine, served.oak):
        customer = served.as_("customer_contact", account=account)
        said = customer.post(f"/v1/articles/{article}/solutions", json={})
        assert (said.status_code, said.json()["account"]) == (201, account)
    assert report(ours)["deflections"][0]["share"] is None
    hands.move(2 * DAY)
    raised(ours, served.oak, "Certificates again", "They expired.")
    raised(ours, served.pine, "The press", "It is slow.")
    hands.move(5 * DAY)
    told = {each["tier"]: each for each in report(ours)["deflections"]}
    assert (told["priority"]["held"], told["priority"]["returned"]) == (1, 0)
    assert (told["standard"]["held"], told["standard"]["returned"]) == (0, 1)
    assert {each["topic"] for each in told.values()} == {"certificates"}
    parts = ("tier", "spared", "raised", "share", "is_unused")
    shares = [tuple(each[part] for part in parts) for each in report(ours)["shares"]]
    assert shares == [("priority", 1, 0, 1.0, False), ("standard", 0, 1, 0.0, True)]
    stranger = served.as_("customer_contact", account=served.pine)
    other = stranger.post(f"/v1/articles/{article}/solutions", json={"account": served.oak})
    assert (other.status_code, problem(other)["code"]) == (404, "not_found")


def test_what_is_looked_for_most_and_not_written_ranks_first(served: Served) -> None:
    ours, customer = served.operator, served.as_("customer_contact", account=served.pine)
    published(ours)
    for client, words, times in (
        (customer, "sync Edge", 2),
        (ours, "edge sync", 1),
        (ours, "warp", 1),
        (customer, "certificate", 3),
    ):
        for _ in range(times):
            client.get("/v1/search", params={"q": words})
    ours.get("/v1/search", params={"q": "warp", "kind": "case"})
    assert report(ours)["gaps"] == [
        {"words": "edge sync", "searches": 3},
        {"words": "warp", "searches": 1},
    ]


def test_an_old_article_that_is_still_used_is_told(served: Served, hands: Hands) -> None:
    ours = served.operator
    old, unused = published(ours), published(ours, title="Never read")
    hands.move(181 * DAY)
    new = published(ours, title="New")
    for article in (old, new):
        case = raised(ours, served.pine, "Slow", "It is slow.")
        ours.post(f"/v1/cases/{case}/helpers", json={"kind": "article", "id": article})
    assert [(each["article"], each["cases"]) for each in report(ours)["stale"]] == [(old, 1)]
    assert unused not in str(report(ours))


def test_what_was_used_is_told_of_a_stated_time_and_else_of_the_last_one_that_has_any(
    served: Served, hands: Hands
) -> None:
    ours = served.operator
    assert report(ours)["until"] == "2025-03-03T08:00:00Z"
    article = published(ours, topics=["certificates"])
    pine = served.as_("customer_contact", account=served.pine)
    pine.post(f"/v1/articles/{article}/solutions", json={})
    pine.get("/v1/search", params={"q": "warp"})
    hands.move(3 * DAY)
    raised(ours, served.pine, "Certificates again", "They expired.")
    hands.move(397 * DAY)
    told = report(ours)
    assert (told["since"], told["until"]) == (
        "2024-09-05T00:00:00Z",
        "2025-03-04T00:00:00Z",
    )
    assert (told["gaps"], told["deflections"][0]["returned"]) == (
        [{"words": "warp", "searches": 1}],
        1,
    )
    before = report(ours, until="2025-03-03T00:00:00Z")
    assert (before["gaps"], before["deflections"], before["shares"]) == ([], [], [])
    same = report(ours, since="2025-03-03T00:00:00Z", until="2025-03-04T00:00:00Z")
    assert {**same, "since": ""} == {**told, "since": ""}
    for stated in ({"until": "1985-01-01T00:00:00Z"}, {"since": "2020-01-01T00:00:00Z"}):
        refused = ours.get("/v1/reports/knowledge", params=stated)
        assert problem(refused)["code"] == "bad_stretch"
