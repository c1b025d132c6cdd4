"""A call of somebody whose plan has no phone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from desk import opened
from served import Served, problem
from small_offer import offer

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.catalog.catalog import Catalog
from tierline.store.records import Records

PORTAL = {"kind": "channel", "channel": "portal"}
INSTEAD = {"text": "Phone support", "alternative": "Write to us in the portal", "offer": "gold"}


def with_channels() -> Catalog:
    features = {
        "portal": {"name": "Portal", "axis": "support_experience"},
        "phone": {"name": "Phone", "axis": "support_experience"},
    }
    targets = [{"severity": "S2", "milestone": "acknowledge", "within": "PT4H"}]
    tiers = {
        "standard": {"name": "Standard", "hours": "office", "targets": targets,
                     "terms": {"portal": PORTAL}, "exclusions": {"phone": INSTEAD}},
        "gold": {"name": "Gold", "hours": "office", "targets": targets,
                 "terms": {"portal": PORTAL, "phone": {"kind": "channel", "channel": "phone"}}},
    }  # fmt: skip
    return offer(version="2025-02-03", features=features, every_plan=[], tiers=tiers, add_ons={})


@pytest.fixture
def accounts(served: Served, desk: str) -> dict[str, str]:  # noqa: ARG001 - its clock
    occasion = served.opened.occasion()

    def work(records: Records) -> dict[str, str]:
        publish_catalog(records, with_channels(), occasion)
        made = {}
        for tier in ("standard", "gold"):
            made[tier] = open_account(records, AccountDetails(name=tier), occasion).id
            order = ContractOrder(
                account=made[tier], catalog="acme", version="2025-02-03", tier=tier,
                start=datetime(2025, 2, 3, tzinfo=UTC),
            )  # fmt: skip
            sign_contract(records, order, occasion)
        return made

    return served.opened.change(work)


def call(served: Served, account: str, **stated: Any) -> dict[str, Any]:
    return opened(served.operator, account, channel="phone", **stated)


def test_who_is_helped_once_is_written_the_right_way_in(
    served: Served, accounts: dict[str, str]
) -> None:
    ada = {"name": "Ada", "email": "ada@standard.example"}
    path = f"/v1/accounts/{accounts['standard']}/contacts"
    contact = served.operator.post(path, json=ada).json()["id"]
    told = "Your plan does not include this way to us: we help you this once."
    way = f"{told} Write to us in the portal."
    for despite, is_told in ((None, True), ("Their network is down.", False)):
        case = call(served, accounts["standard"], contact=contact, despite=despite)
        (letter,) = [each["text"] for each in case["messages"] if "It is case" in each["text"]]
        assert (way in letter.split("\n\n")) is is_told


def test_it_is_helped_once_and_then_needs_a_reason_that_counts(
    served: Served, accounts: dict[str, str]
) -> None:
    standard = accounts["standard"]
    assert call(served, standard)["access"] == "helped_once"
    body = {"subject": "Again", "text": "?", "account": standard, "channel": "phone"}
    refused = problem(served.operator.post("/v1/cases", json=body))
    assert (refused["status"], refused["code"]) == (409, "channel_not_included")
    assert "Write to us in the portal. The worst severity (S1) and an outage" in refused["detail"]
    again = call(served, standard, despite="Their network is down.")
    assert again["access"] == "exception"
    assert [each["text"] for each in again["messages"] if not each["is_public"]] == [
        "Their network is down."
    ]
    told = served.operator.get("/v1/facts", params={"limit": 200}).json()["items"]
    beyond = [each["body"] for each in told if each["kind"] == "CaseOutOfPlan"]
    assert sorted(each["access"] for each in beyond) == ["exception", "helped_once"]


def test_an_outage_is_never_refused(served: Served, accounts: dict[str, str]) -> None:
    found = [call(served, accounts["standard"], severity="S1")["access"] for _ in range(3)]
    assert found == ["safety"] * 3


def test_what_the_plan_includes_is_just_taken(served: Served, accounts: dict[str, str]) -> None:
    found = [call(served, accounts["gold"])["access"] for _ in range(2)]
    assert found == ["included"] * 2
    assert opened(served.operator, accounts["standard"])["access"] == "included"


def test_a_mail_is_not_refused(served: Served, accounts: dict[str, str]) -> None:
    found = [opened(served.operator, accounts["gold"], channel="email") for _ in range(2)]
    assert [each["access"] for each in found] == ["no_plan"] * 2  # no tier speaks of mail


def test_a_customer_makes_no_exceptions(served: Served, accounts: dict[str, str]) -> None:
    customer = served.as_("customer_contact", account=accounts["standard"])
    body = {"subject": "x", "text": "?", "account": accounts["standard"], "despite": "I ask"}
    assert problem(customer.post("/v1/cases", json=body))["status"] == 403


def test_who_came_so_is_added_up_by_tier_and_channel(
    served: Served, accounts: dict[str, str]
) -> None:
    call(served, accounts["standard"])
    call(served, accounts["standard"], despite="x")
    call(served, accounts["gold"])
    found = served.as_("lead").get("/v1/case-channels").json()["items"]
    names = ("tier", "channel", "cases", "helped_once", "exception")
    counts = [tuple(each[name] for name in names) for each in found]
    assert counts == [("standard", "phone", 2, 1, 1), ("gold", "phone", 1, 0, 0)]
    customer = served.as_("customer_contact", account=accounts["gold"])
    theirs = customer.get("/v1/case-channels").json()["items"]
    assert [each["tier"] for each in theirs] == ["gold"]


def again(served: Served, account: str, **stated: Any) -> httpx.Response:
    """A call after the one that is helped, out of plan."""
    body = {"subject": "Again", "text": "?", "account": account, "channel": "phone", **stated}
    return served.operator.post("/v1/cases", json=body)


def test_whoever_says_that_service_is_down_is_not_refused_at_whatever_severity(
    served: Served, accounts: dict[str, str]
) -> None:
    call(served, accounts["standard"])
    answered = again(served, accounts["standard"], answers={"uptime_impact": "down"})
    assert (answered.status_code, answered.json()["access"]) == (201, "safety")
    assert answered.json()["severity"] != "S1"
    mild = again(served, accounts["standard"], answers={"uptime_impact": "up"})
    assert mild.status_code == 409


def test_whoever_an_open_incident_concerns_is_not_refused(
    served: Served, accounts: dict[str, str]
) -> None:
    ask = served.operator
    call(served, accounts["standard"])
    for concerned in (accounts["gold"], accounts["standard"]):
        incident = {"title": "Imports stand", "accounts": [concerned]}
        assert ask.post("/v1/incidents", json=incident).status_code == 201
        answered = again(served, accounts["standard"])
        is_theirs = concerned == accounts["standard"]
        assert answered.status_code == (201 if is_theirs else 409)
    assert answered.json()["access"] == "safety"


def test_a_refused_contact_is_counted_though_there_is_no_case(
    served: Served, accounts: dict[str, str]
) -> None:
    call(served, accounts["standard"])
    assert again(served, accounts["standard"]).status_code == 409
    found = served.operator.get("/v1/case-channels").json()["items"]
    (phone,) = (each for each in found if each["channel"] == "phone")
    assert (phone["tier"], phone["cases"], phone["refused"]) == ("standard", 1, 1)
    told = served.operator.get("/v1/facts", params={"limit": 200}).json()["items"]
    assert [each["body"]["account"] for each in told if each["kind"] == "ContactRefused"] == [
        accounts["standard"]
    ]
