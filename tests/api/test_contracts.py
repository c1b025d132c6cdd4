"""Contracts over HTTP: one that has changed in the meantime is not overwritten."""

from __future__ import annotations

import pytest
from served import Served, problem


@pytest.fixture
def contract(served: Served) -> str:
    held = served.operator.get(f"/v1/accounts/{served.pine}/contracts").json()
    return str(held["items"][0]["id"])


def test_a_change_of_what_has_changed_in_the_meantime_is_refused(
    served: Served, contract: str
) -> None:
    path = f"/v1/contracts/{contract}"
    seen = {"If-Match": served.operator.get(path).headers["etag"]}
    first = served.operator.post(f"{path}/payment-state", json={"state": "past_due"}, headers=seen)
    second = served.operator.post(f"{path}/end", json={"at": "2099-01-01T00:00:00Z"}, headers=seen)
    assert (first.status_code, second.status_code) == (200, 412)
    assert problem(second)["code"] == "precondition_failed"
    assert served.operator.get(path).json() == first.json()
    again = {"If-Match": first.headers["etag"]}
    ended = served.operator.post(f"{path}/end", json={"at": "2099-01-01T00:00:00Z"}, headers=again)
    assert ended.status_code == 200
    assert ended.headers["etag"] == served.operator.get(path).headers["etag"]


def test_a_signed_contract_has_the_etag_of_the_one_that_is_read(served: Served) -> None:
    order = {
        "account": served.oak,
        "catalog": "acme",
        "tier": "standard",
        "start": "2097-01-01T00:00:00Z",
    }
    served.operator.post(
        f"/v1/contracts/{held_by(served, served.oak)}/end", json={"at": "2096-01-01T00:00:00Z"}
    )
    made = served.operator.post("/v1/contracts", json=order)
    assert made.status_code == 201, made.text
    read = served.operator.get(f"/v1/contracts/{made.json()['id']}")
    assert made.headers["etag"] == read.headers["etag"]


def test_a_change_that_is_asked_again_is_not_held_against_its_own_version(
    served: Served, contract: str
) -> None:
    path = f"/v1/contracts/{contract}"
    stated = {
        "json": {"state": "past_due"},
        "headers": {
            "If-Match": served.operator.get(path).headers["etag"],
            "Idempotency-Key": "4f9c1b",
        },
    }
    first, again = (served.operator.post(f"{path}/payment-state", **stated) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.headers["etag"] == again.headers["etag"]


def held_by(served: Served, account: str) -> str:
    held = served.operator.get(f"/v1/accounts/{account}/contracts").json()
    return str(held["items"][0]["id"])


def test_what_an_exception_costs_and_who_lets_it_be_is_not_the_customers_to_read(
    served: Served, contract: str
) -> None:
    path = f"/v1/contracts/{contract}"
    exception = {"owner": "Ada Byron", "reason": "won the renewal", "cost": "500",
                 "expires": "2035-01-01T00:00:00Z"}  # fmt: skip
    order = {
        "id": "more",
        "feature": "sandboxes",
        "start": "2025-02-01T00:00:00Z",
        "units": "3",
        "document": {"link": "https://vendor.example/letter", "approver": "Grace Hopper"},
        "exception": exception,
    }
    granted = served.operator.post(f"{path}/overrides", json=order)
    assert granted.status_code == 201, granted.text
    ours = served.operator.get(path)
    assert ours.json()["overrides"][0]["exception"]["owner"] == "Ada Byron"
    customer = served.as_("customer_contact", account=served.pine)
    theirs = customer.get(path)
    (listed,) = customer.get(f"/v1/accounts/{served.pine}/contracts").json()["items"]
    assert theirs.json() == listed
    (override,) = theirs.json()["overrides"]
    assert override["document"] == {"link": "https://vendor.example/letter"}
    assert "exception" not in override
    for secret in ("Ada Byron", "won the renewal", "500", "Grace Hopper"):
        assert secret not in theirs.text
