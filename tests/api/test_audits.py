"""Audits over HTTP: enforcement, exceptions and mismatches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from served import Served, serve_small_world
from small_offer import allowed_until, micros

from tierline.accounts.contract import Override
from tierline.actions.contracts import grant_override
from tierline.kernel.durations import Duration
from tierline.kernel.instants import from_micros
from tierline.store.records import Records

AT = {"at": "2025-06-01T00:00:00Z"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve_small_world(tmp_path) as world:
        yield world


def with_side_letter(served: Served, account: str) -> None:
    def work(records: Records) -> None:
        (contract,) = records.contracts.of_account(account)
        signed = contract.plan_at(contract.start).targets["S1.acknowledge"].target
        letter = Override(
            id="letter",
            feature="S1.acknowledge",
            exception=allowed_until(),
            start=micros("2025-02-01"),
            value=signed.model_copy(update={"within": Duration(0, 60), "hours": "always"}),
        )
        grant_override(records, contract.id, letter, served.opened.occasion())

    served.opened.change(work)


def test_every_promise_says_where_it_is_enforced(served: Served) -> None:
    (found,) = served.operator.get("/v1/audits/enforcement").json()["items"]
    assert (found["catalog"], found["coverage_percent"]) == ("acme", 100)
    sandboxes = next(each for each in found["promises"] if each["id"] == "acme/sandboxes")
    assert sandboxes["enforced_by"] == "platform"


def test_a_side_letter_stands_in_the_register_with_what_it_tightens(served: Served) -> None:
    with_side_letter(served, served.pine)
    (found,) = served.operator.get("/v1/audits/exceptions", params=AT).json()["items"]
    assert (found["account"], found["state"], found["tightened_to"]) == (
        served.pine,
        "in_force",
        "PT1M",
    )
    before = {"at": from_micros(micros("2024-06-01")).isoformat()}
    assert served.operator.get("/v1/audits/exceptions", params=before).json()["items"] == []


def test_the_register_comes_page_by_page(served: Served) -> None:
    with_side_letter(served, served.pine)
    with_side_letter(served, served.oak)
    first = served.operator.get("/v1/audits/exceptions", params={**AT, "limit": 1}).json()
    rest = served.operator.get(
        "/v1/audits/exceptions", params={**AT, "limit": 1, "after": first["next"]}
    ).json()
    accounts = [page["items"][0]["account"] for page in (first, rest)]
    assert accounts == sorted([served.pine, served.oak])
    assert rest["next"] is None


def test_what_has_no_price_is_no_mismatch(served: Served) -> None:
    with_side_letter(served, served.pine)
    assert served.operator.get("/v1/audits/mismatches", params=AT).json()["items"] == []


def test_a_customer_sees_no_audit(served: Served) -> None:
    customer = served.as_("customer_contact", account=served.pine)
    for audit in ("enforcement", "exceptions", "mismatches"):
        assert customer.get(f"/v1/audits/{audit}").status_code == 403
