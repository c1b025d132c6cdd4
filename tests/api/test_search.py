"""Search over HTTP: for whom, how far, and made again."""

from __future__ import annotations

from typing import Any

import pytest
from served import Client, Served, problem


def raised(client: Client, account: str | None, subject: str, text: str = "As said.") -> str:
    body = {"account": account, "subject": subject, "text": text}
    return str(client.post("/v1/cases", json=body).json()["id"])


def found(client: Client, q: str, **asked: Any) -> list[str]:
    answer = client.get("/v1/search", params={"q": q, **asked})
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


def test_everybody_finds_their_own_and_we_find_all(served: Served) -> None:
    ours = served.operator
    pine, oak = (raised(ours, each, "Slow press") for each in (served.pine, served.oak))
    nobody = raised(ours, None, "Slow press")
    customer = served.as_("customer_contact", account=served.pine)
    partner = served.as_("partner", account=served.pine)
    assert found(customer, "press") == found(partner, "press") == [pine]
    assert set(found(ours, "press")) == {pine, oak, nobody}
    ours.post(f"/v1/accounts/{served.oak}/partners", json={"partner": served.pine})
    assert set(found(partner, "press")) == {pine, oak}
    assert found(customer, "press") == [pine]


def test_notes_are_found_by_us_alone(served: Served) -> None:
    ours, customer = served.operator, served.as_("customer_contact", account=served.pine)
    case = raised(ours, served.pine, "Press stands")
    ours.post(f"/v1/cases/{case}/resolution", json={"how": "Restarted.", "why": "A rollback."})
    assert found(ours, "rollback", kind="note") == found(ours, "rollback") == [case]
    assert found(customer, "rollback", kind="note") == found(customer, "rollback") == []
    (hit,) = ours.get("/v1/search", params={"q": "rollb", "kind": "note"}).json()["items"]
    assert [each for each in hit["snippet"] if each["is_hit"]] == [
        {"text": "rollback", "is_hit": True}
    ]


def test_a_scope_without_cases_finds_none(served: Served) -> None:
    raised(served.operator, served.pine, "Press")
    narrow = served.as_("agent", scopes=["read_articles"])
    assert found(narrow, "press") == []
    assert found(narrow, "press", kind="case") == []


def test_pages_follow_one_another_and_end(served: Served) -> None:
    cases = {raised(served.operator, served.pine, f"Press {number}") for number in range(5)}
    seen: list[str] = []
    asked: dict[str, Any] = {"q": "press", "limit": 2}
    for _ in range(3):
        page = served.operator.get("/v1/search", params=asked).json()
        seen += [each["id"] for each in page["items"]]
        asked["after"] = page["next"]
    assert page["next"] is None
    assert (len(seen), set(seen)) == (5, cases)
    odd = served.operator.get("/v1/search", params={"q": "x", "after": "WyItMSJd"})
    assert (odd.status_code, problem(odd)["code"]) == (422, "bad_cursor")


@pytest.mark.parametrize("q", ["%", '"', "' OR 1=1", "a:b*", "NEAR(", "\\", "🙂", "{title}:x"])
def test_nothing_that_is_typed_is_an_error(served: Served, q: str) -> None:
    assert found(served.operator, q) == []


def test_the_index_is_made_again_by_the_operator(served: Served) -> None:
    case = raised(served.operator, served.pine, "Press")
    made = served.operator.post("/v1/search-rebuilds")
    assert (made.status_code, made.json()) == (201, {"records": 1})
    assert found(served.operator, "press") == [case]
