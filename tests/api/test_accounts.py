"""Accounts over HTTP: one that has changed in the meantime is not overwritten."""

from __future__ import annotations

from served import Served, problem


def test_a_change_of_what_has_changed_in_the_meantime_is_refused(served: Served) -> None:
    path = f"/v1/accounts/{served.pine}"
    seen = {"If-Match": served.operator.get(path).headers["etag"]}
    first = served.operator.put(path, json={"name": "Pine & Sons"}, headers=seen)
    second = served.operator.put(path, json={"name": "Pine"}, headers=seen)
    assert (first.status_code, second.status_code) == (200, 412)
    assert problem(second)["code"] == "precondition_failed"
    again = {"If-Match": first.headers["etag"]}
    assert served.operator.put(path, json={"name": "Pine"}, headers=again).status_code == 200


def test_accounts_come_in_pages_each_once(served: Served) -> None:
    seen, path = [], "/v1/accounts?limit=1"
    while path:
        page = served.operator.get(path).json()
        seen += [account["name"] for account in page["items"]]
        path = page["next"] and f"/v1/accounts?limit=1&after={page['next']}"
    assert seen == ["Oak", "Pine"]
